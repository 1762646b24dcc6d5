"""How far a parcel has come, in steps and in days, never painted past what is known.

Two things are told side by side: what we did, and where carriers say that it is. Packed is done
when staff have said so or a carrier has had the parcel; a label alone is not yet a packed box. It
is with the carrier when the carrier says so, or when we have handed it over, and no news rewinds
either.

What a carrier wrote in its own words may name people and doors, so strangers are told the same
scan in ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from shop import handling, i18n
from shop.arrivals import days_late, expected_day, local_day, silence, today
from shop.i18n import say as _
from shop.models import Parcel
from shop.phrases import MILD, SCANS
from shop.tracking import newest_first, standing_of
from shop.values import Cause, Scan, Standing

TROUBLED = {Standing.ATTENTION, Standing.FAILED, Standing.RETURNED}
Step = dict[str, str]
STOPS = 3
"""How many places a drawn route has between our quay and the door."""

HOME_TOWN = "Tacoma"
LONGEST_TOWN = 16


def steps(parcel: Parcel) -> list[Step]:
    """The way in five steps, for the steps macro; trouble adds one, and nothing after it is done.

    A step nobody has told of is never painted.
    """
    story = parcel.story
    heard = [*story.earlier, *story.scans]
    out = _first_at(heard, _is_out)
    way = [
        _step(_either(parcel, _("Ordered"), _("Prepared")), parcel.order.placed_at, "check"),
        _step(_("Packed"), parcel.packed_at or parcel.handed_at, "box"),
        _step(_("With carrier"), _with_carrier(parcel), "box"),
        _step(_("Out for delivery"), out, "truck"),
        _step(_("Delivered"), story.delivered_at, "home"),
    ]
    return _marked(parcel, way, _reached(parcel, heard))


def timeline(parcel: Parcel, strangers: bool = False) -> list[dict[str, Any]]:
    """What happened, by day, newest first: the carrier's order, then ours, then older reports.

    A carrier's own text is untrusted and may name a person; `strangers` are told in our words.
    """
    story = parcel.story
    events = [_event(scan, strangers) for scan in newest_first(story.scans)]
    events += _our_own(parcel)
    if events:
        events[0]["tone"] = _tone(parcel)
    days = [
        {"label": _day_label(day), "events": list(found)}
        for day, found in groupby(events, key=lambda event: local_day(event["at"]))
    ]
    if story.earlier:
        older = [_event(scan, strangers, whole=True) for scan in newest_first(story.earlier)]
        for event in older:
            event["source"] = _("earlier report")
        days.append({"label": _("Reported earlier, no longer listed"), "events": older})
    return days


@dataclass(frozen=True, kw_only=True)
class Route:
    """The way for drawing: our town, where it was scanned of late, and which of them it is at."""

    stops: list[str]
    here: int
    arrived: bool


def route(parcel: Parcel) -> Route:
    """Towns only; each once in a row, and names that would not fit are left out."""
    towns = [HOME_TOWN]
    for scan in parcel.story.scans:
        if scan.city and len(scan.city) <= LONGEST_TOWN and scan.city != towns[-1]:
            towns.append(scan.city)
    stops = [HOME_TOWN, *towns[1:][-STOPS:]]
    return Route(stops=stops, here=len(stops) - 1, arrived=parcel.standing is Standing.DELIVERED)


def _step(name: str, at: datetime | None, icon: str) -> Step:
    return {"name": name, "state": "todo", "note": i18n.day(at) if at else "", "icon": icon}


def _reached(parcel: Parcel, heard: list[Scan]) -> int:
    """How many of the five steps are behind it for certain."""
    late = 1 if days_late(parcel) else 0
    match parcel.standing:
        case Standing.NO_LABEL | Standing.CANCELLED:
            return 1
        case Standing.LABEL_READY:
            return 2 + late if parcel.handed_at else _prepared(parcel)
        case Standing.IN_TRANSIT:
            return 2 + late
        case Standing.OUT_FOR_DELIVERY:
            return 3
        case Standing.DELIVERED:
            return 5
    if parcel.standing is Standing.RETURNED and parcel.delivered_at:
        return 5
    if any(_is_out(scan) for scan in heard):
        return 4
    left = handling.first_scan(parcel) or parcel.handed_at
    return 3 if left else _prepared(parcel)


def _prepared(parcel: Parcel) -> int:
    """How many steps are done of a parcel that has not left us."""
    return 2 if handling.packed(parcel) else 1


def _with_carrier(parcel: Parcel) -> datetime | None:
    """Since when the carrier has it: by our word, or its own first scan, whichever is earlier."""
    heard = [*parcel.story.earlier, *parcel.story.scans]
    scanned = _first_at(heard, lambda scan: scan.status in handling.MOVED)
    return min(filter(None, [scanned, parcel.handed_at]), default=None)


def _marked(parcel: Parcel, way: list[Step], reached: int) -> list[Step]:
    """The way with each step's state, and the one more that trouble or delay adds."""
    for step in way[:reached]:
        step["state"] = "done"
    for step in way[reached:]:
        step["note"] = ""
    if parcel.standing is Standing.CANCELLED:
        off = _step(_("Cancelled"), parcel.order.cancelled_at, "minus")
        return [way[0], off | {"state": "stop"}]
    if parcel.standing in TROUBLED:
        return [*way[:reached], _halt(parcel), *way[reached:]]
    if reached < len(way):
        way[-1]["note"] = _due(parcel)
    if days_late(parcel) and parcel.standing is not Standing.OUT_FOR_DELIVERY:
        delayed = {"name": _("Delayed"), "state": "late", "note": "", "icon": "clock"}
        return [*way[:reached], delayed, *way[reached:]]
    if reached < len(way):
        way[reached] |= _where(parcel)
    return way


def _where(parcel: Parcel) -> Step:
    """The step a parcel is at; packed and not handed over, it is at none and waits for the next."""
    waits = parcel.standing is Standing.LABEL_READY and not parcel.handed_at
    if waits and handling.packed(parcel):
        return {"note": i18n.words(Standing.LABEL_READY)}
    return {"state": "now", "note": _since(parcel)}


def _halt(parcel: Parcel) -> Step:
    cause = parcel.cause or Cause.OTHER
    scan = parcel.story.now
    state = {Cause.PICKUP: "now", Cause.ATTEMPTED: "late", Cause.UNCLAIMED: "late"}
    return _step(i18n.words(cause), scan.at if scan else None, "pin") | {
        "state": state.get(cause, "stop")
    }


def _due(parcel: Parcel) -> str:
    """The day by which the last step is to come, where somebody has named one.

    It is not repeated of what has not been heard of for too long.
    """
    if silence(parcel):
        return ""
    expected = expected_day(parcel)
    if expected:
        return i18n.day(expected)
    promise = parcel.order.promise
    return i18n.day_range(promise) if promise and not days_late(parcel) else ""


def _since(parcel: Parcel) -> str:
    """What is said under the step a parcel is at."""
    match parcel.standing:
        case Standing.NO_LABEL:
            return _("In progress")
        case Standing.LABEL_READY if not parcel.handed_at:
            return _("Label made")
        case Standing.LABEL_READY | Standing.IN_TRANSIT:
            since = _with_carrier(parcel)
            return _("Since %(day)s", day=i18n.day(since)) if since else ""
    scan = parcel.story.now
    return i18n.day(scan.at) if scan and scan.at else ""


def _event(scan: Scan, strangers: bool, whole: bool = False) -> dict[str, Any]:
    ours = str(SCANS.get(scan.substatus or "") or i18n.words(scan.status))
    return {
        "text": ours if strangers else scan.details.rstrip(".") or ours,
        "place": scan.place,
        "at": scan.at,
        "time": i18n.moment(scan.at, "day" if whole else "clock") if scan.at else "",
    }


def _our_own(parcel: Parcel) -> list[dict[str, Any]]:
    """What we did ourselves, newest first."""
    done = [
        (
            _either(parcel, _("Order cancelled"), _("Parcel called off")),
            "",
            parcel.order.cancelled_at,
        ),
        (_("Handed to the carrier"), "Tacoma, WA", parcel.handed_at),
        (_("Packed"), "Tacoma, WA", parcel.packed_at),
        (_("Label made"), "Tacoma, WA", parcel.labelled_at),
        (_either(parcel, _("Order placed"), _("Parcel prepared")), "", parcel.order.placed_at),
    ]
    return [
        {"text": text, "place": place, "at": at, "time": i18n.moment(at, "clock")}
        for text, place, at in done
        if at
    ]


def _either(parcel: Parcel, ordered: str, quick: str) -> str:
    """Words for one who has ordered, and for one who is sent something by a quick label."""
    return quick if parcel.order.quick else ordered


def _tone(parcel: Parcel) -> str:
    if parcel.standing in TROUBLED:
        return "warn" if parcel.cause in MILD else "bad"
    return "warn" if days_late(parcel) else "now"


def _day_label(day: date | None) -> str:
    if day is None:
        return _("No day given")
    named = i18n.long_day(day)
    return _("Today, %(day)s", day=named) if day == today() else named


def _is_out(scan: Scan) -> bool:
    return standing_of(scan) is Standing.OUT_FOR_DELIVERY


def _first_at(scans: Iterable[Scan], fits: Callable[[Scan], bool]) -> datetime | None:
    return min((scan.at for scan in scans if scan.at and fits(scan)), default=None)
