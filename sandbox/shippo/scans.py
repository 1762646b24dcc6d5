"""Scans: a carrier saw the parcel, its track grows by one event, and whoever asked is told."""

from typing import Any
from uuid import uuid4

from sandbox.carriers.statuses import STATUS_OF, STATUSES, SUBSTATUSES, USUAL
from sandbox.clock import seconds, stamp
from sandbox.refusals import Refused
from sandbox.shippo import tracks
from sandbox.shippo.events import tell
from sandbox.store import Doc
from sandbox.world import World

# The life most parcels have, and the troubles some have.
ORDINARY = (
    ("information_received", "from"),
    ("package_accepted", "from"),
    ("package_departed", "from"),
    ("package_arrived", "hub"),
    ("package_departed", "hub"),
    ("package_arrived", "to"),
    ("out_for_delivery", "to"),
    ("delivered", "to"),
)
TROUBLE = (
    "delivery_attempted",
    "address_issue",
    "notice_left",
    "package_held",
    "delayed",
    "package_damaged",
    "package_undeliverable",
    "package_lost",
    "return_to_sender",
)
HUBS = (
    ("Memphis", "TN", "37501"),
    ("Louisville", "KY", "40221"),
    ("Denver", "CO", "80216"),
    ("Kansas City", "MO", "64106"),
    ("Columbus", "OH", "43217"),
)
AT_SENDER = ("information_received", "package_accepted")
ON_THE_WAY = (
    "package_departed",
    "package_arrived",
    "package_processed",
    "package_processing",
    "delayed",
)


def scan(world: World, number: str, asked: Doc) -> Doc:
    """One scan now, as it was asked for, or the next one of an ordinary life."""
    with world.store.change():
        track = tracks.by_number(world, number)
        if asked.get("step") == "next":
            asked = following(track)
        event = _event(world, track, asked)
        track["tracking_history"] = sorted(
            [*track["tracking_history"], event], key=lambda each: seconds(each["status_date"])
        )
        track["tracking_status"] = track["tracking_history"][-1]
        tracks.keep(world, track)
        shown = tracks.shown(track)
        for _ in range(track["_registrations"]):
            tell(
                world,
                "track_updated",
                shown,
                test=track["test"],
                metadata=None,
                carrier=track["carrier"],
            )
    return shown


def following(track: Doc) -> Doc:
    """The next step of an ordinary life after what has happened so far."""
    step = _reached(track)
    if step == len(ORDINARY):
        raise Refused(409, {"error": "This parcel has reached the end of its ordinary life."})
    code, place = ORDINARY[step]
    return {"status": STATUS_OF[code], "substatus": code, "place": place}


def next_code(track: Doc) -> str:
    step = _reached(track)
    return ORDINARY[step][0] if step < len(ORDINARY) else ""


def _reached(track: Doc) -> int:
    """How many ordinary steps lie behind; trouble in between does not count."""
    reached = 0
    for event in track["tracking_history"]:
        code = (event["substatus"] or {}).get("code")
        ahead = [place for place in range(reached, len(ORDINARY)) if ORDINARY[place][0] == code]
        reached = ahead[0] + 1 if ahead else reached
    return reached


def _event(world: World, track: Doc, asked: Doc) -> Doc:
    code = str(asked.get("substatus", USUAL.get(str(asked.get("status")).upper())) or "")
    status = str(asked.get("status") or STATUS_OF.get(code, "")).upper()
    if status not in STATUSES or (code and code not in SUBSTATUSES):
        raise Refused(
            400,
            {
                "error": "unknown status or substatus",
                "status": STATUSES,
                "substatus": list(SUBSTATUSES),
            },
        )
    now = world.clock.now()
    return {
        "object_created": now,
        "object_id": uuid4().hex,
        "object_updated": now,
        "status": status,
        "substatus": SUBSTATUSES[code] if code else None,
        "status_date": _moment(asked, now),
        "status_details": asked.get("details") or _details(status, code),
        "location": _location(track, asked, code),
    }


def _moment(asked: Doc, now: str) -> str:
    try:
        return stamp(seconds(str(asked["at"]))) if asked.get("at") else now
    except ValueError:
        raise Refused(400, {"error": "`at` is not a moment such as 2027-03-12T09:30:00Z"})


def _details(status: str, code: str) -> Any:
    return SUBSTATUSES[code or USUAL[status]]["text"]


def _location(track: Doc, asked: Doc, code: str) -> Doc | None:
    if asked.get("city"):
        home = track["address_to"] or {}
        country = asked.get("country") or home.get("country", "US")
        return {
            "city": asked["city"],
            "state": asked.get("state", ""),
            "zip": asked.get("zip", ""),
            "country": country,
        }
    place = asked.get("place") or (
        "from" if code in AT_SENDER else "hub" if code in ON_THE_WAY else "to"
    )
    return _hub(track) if place == "hub" else track[f"address_{place}"]


def _hub(track: Doc) -> Doc:
    if (track["address_to"] or {}).get("country") != "US":
        return {
            "city": "",
            "state": "",
            "zip": "",
            "country": (track["address_to"] or {}).get("country", ""),
        }
    city, state, code = HUBS[sum(map(ord, track["tracking_number"])) % len(HUBS)]
    return {"city": city, "state": state, "zip": code, "country": "US"}
