"""How the sandbox's pages speak of parcels, places and moments."""

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.carriers.statuses import SUBSTATUSES
from sandbox.clock import seconds
from sandbox.papers import label
from sandbox.store import Doc

SHORT = {
    "information_received": "Label created",
    "package_accepted": "Accepted",
    "package_departed": "Departed",
    "package_arrived": "Arrived",
    "out_for_delivery": "Out for delivery",
    "delivered": "Delivered",
    "delivery_attempted": "Delivery attempted",
    "address_issue": "Address issue",
    "notice_left": "Notice left",
    "package_held": "Held",
    "delayed": "Delayed",
    "package_damaged": "Damaged",
    "package_undeliverable": "Undeliverable",
    "package_lost": "Lost",
    "return_to_sender": "Returned to sender",
    "package_unclaimed": "Unclaimed",
    "pickup_available": "Ready for pickup",
}
HALTS = ("delayed", "package_held", "notice_left")  # nobody must act, but it does not move

PLAIN = {
    "UNKNOWN": "Not known yet",
    "PRE_TRANSIT": "Label created",
    "TRANSIT": "On its way",
    "DELIVERED": "Delivered",
    "RETURNED": "Being returned",
    "FAILURE": "Delivery failed",
}
LOOKS = {
    "UNKNOWN": ("clock", ""),
    "PRE_TRANSIT": ("note", ""),
    "TRANSIT": ("truck", "info"),
    "DELIVERED": ("check", "good"),
    "RETURNED": ("undo", "bad"),
    "FAILURE": ("stop", "bad"),
}


def short(code: str) -> str:
    return SHORT.get(code, code.replace("_", " ").capitalize())


def headline(event: Doc | None) -> str:
    """Where a parcel is, in a word or two."""
    if event is None:
        return "Label created, not yet scanned"
    code = (event["substatus"] or {}).get("code", "")
    if code in ("package_departed", "package_arrived"):
        return PLAIN[event["status"]]
    return short(code) if code and event["status"] != "UNKNOWN" else PLAIN[event["status"]]


def needs_somebody(event: Doc | None) -> bool:
    return bool(event and (event["substatus"] or {}).get("action_required"))


def halted(event: Doc | None) -> bool:
    """It does not move, whether or not somebody can help it."""
    code = ((event or {}).get("substatus") or {}).get("code", "")
    return needs_somebody(event) or code in HALTS


def asks_for_somebody(code: str) -> bool:
    return bool(code in SUBSTATUSES and SUBSTATUSES[code]["action_required"])


def length(hours: float) -> str:
    """2 days 5 h; half an hour is 30 min."""
    if 0 < hours < 1:
        return f"{round(hours * 60)} min"
    days, rest = divmod(round(hours), 24)
    told = [f"{days} day{'s' * (days > 1)}" if days else "", f"{rest} h" if rest else ""]
    return " ".join(part for part in told if part) or "at once"


def ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 // 10 != 1 else 0, "th")
    return f"{number}{ending}"


def clocked(stamp: str) -> str:
    """22:24:07, for what follows quickly."""
    return f"{moment(stamp).rpartition(', ')[0]}, {_utc(str(stamp)):%H:%M:%S}"


def mark(event: Doc | None) -> dict[str, str]:
    """Icon, tone and words of a status pill."""
    icon, tone = LOOKS[event["status"]] if event else ("note", "")
    if halted(event) and tone == "info":
        icon, tone = "alert", "warn"
    return {"icon": icon, "tone": tone, "words": headline(event)}


def place(location: Doc | None) -> str:
    if not location:
        return ""
    town = " ".join(part for part in (location["state"], location["zip"]) if part)
    parts = [location["city"], town, "" if location["country"] == "US" else location["country"]]
    return ", ".join(part for part in parts if part)


def moment(stamp: Any) -> str:
    """Sun 22 Nov, 22:24; with the year when it is another one."""
    then = _utc(str(stamp))
    year = "" if then.year == datetime.now(UTC).year else f" {then.year}"
    return f"{day(str(stamp))}{year}, {then:%H:%M}"


def whole_day(stamp: str) -> str:
    """Sunday 22 November; with the year when it is another one."""
    then = _utc(stamp)
    year = "" if then.year == datetime.now(UTC).year else f" {then.year}"
    return f"{then:%A} {then.day} {then:%B}{year}"


def day(stamp: str) -> str:
    then = _utc(stamp)
    return f"{then:%a} {then.day} {then:%b}"


def grouped(number: str, carrier: str = "") -> str:
    """As the carrier prints it; whose number it is often shows."""
    return label.grouped(carrier or ("ups" if number.startswith("1Z") else ""), number)


def dialled(number: str) -> str:
    """A number of North America as people write it; any other as it is."""
    if not re.fullmatch(r"\+1\d{10}", number):
        return number
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"


def bytesize(count: int) -> str:
    """1 234 567 bytes are 1.2 MB."""
    size = float(count)
    for unit in ("bytes", "kB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} MB"


def timeofday(stamp: str) -> str:
    return f"{_utc(stamp):%H:%M}"


def ahead(offset: float) -> str:
    hours = round(offset / 3600)
    if not hours:
        return "World time, as it is"
    days, rest = divmod(hours, 24)
    told = [f"{days} day{'s' * (days > 1)}" if days else "", f"{rest} h" if rest else ""]
    return f"{' '.join(part for part in told if part)} ahead of real time"


def _utc(stamp: str) -> datetime:
    return datetime.fromtimestamp(seconds(stamp), UTC)
