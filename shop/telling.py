"""A parcel's story in words and steps, for every door that shows it.

Nothing is said here that is not known. What a carrier wrote in its own words may name people and
doors, so strangers are told the same scan in ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from flask_babel import ngettext

from shop import i18n, rates
from shop.carriers import known
from shop.i18n import say as _
from shop.models import Order, Parcel
from shop.outside import world_now
from shop.phrases import MILD, NEXT, SCANS, TROUBLE
from shop.tracking import newest_first
from shop.values import Cause, Scan, Standing, TrackingStatus

GRACE_DAYS = 2
"""Business days after the day expected, by which we put it right whatever the carrier says."""

TROUBLED = {Standing.ATTENTION, Standing.FAILED, Standing.RETURNED}
MOVED = {
    TrackingStatus.TRANSIT,
    TrackingStatus.DELIVERED,
    TrackingStatus.RETURNED,
    TrackingStatus.FAILURE,
}
"""What only a carrier can say that has it, or had it."""

OUT = "out_for_delivery"
Step = dict[str, str]


def headline(parcel: Parcel) -> str:
    """Where is it, in one line."""
    if parcel.standing in TROUBLED:
        return str(TROUBLE[parcel.cause or Cause.OTHER][0])
    match parcel.standing:
        case Standing.DELIVERED:
            return _delivered(parcel)
        case Standing.OUT_FOR_DELIVERY:
            return _out(parcel)
    late, expected = days_late(parcel), expected_day(parcel)
    if late:
        return _late(parcel, late, expected)
    if parcel.standing is Standing.NO_LABEL:
        return _("Your parcel is being packed")
    if expected and parcel.standing is Standing.IN_TRANSIT:
        return _("On its way, arriving %(day)s", day=i18n.long_day(expected))
    return _("Arrives %(days)s", days=i18n.day_range(parcel.order.promise))


def explanation(parcel: Parcel) -> str:
    """Why it is there, and what happens next or what we do about it. For everybody's eyes."""
    if parcel.standing in TROUBLED:
        return _trouble(parcel)
    match parcel.standing:
        case Standing.DELIVERED:
            return _last_seen(parcel, _("%(carrier)s says it was delivered%(place)s%(moment)s."))
        case Standing.OUT_FOR_DELIVERY:
            taken = _("%(carrier)s took it out for delivery%(place)s%(moment)s.")
            then = _("Next stop is your door.")
            return f"{_last_seen(parcel, taken)} {then}"
    if days_late(parcel):
        return _why_late(parcel)
    match parcel.standing:
        case Standing.NO_LABEL:
            return _(
                "It arrives %(days)s. Its tracking number comes here when it is ready to leave.",
                days=i18n.day_range(parcel.order.promise),
            )
        case Standing.LABEL_READY:
            return _(
                "It is packed and waits for %(carrier)s. You can follow it from the first scan on.",
                carrier=carrier_name(parcel),
            )
    seen = _("%(carrier)s last scanned it%(place)s%(moment)s. New scans are added as they come.")
    return _last_seen(parcel, seen)


def steps(parcel: Parcel) -> list[Step]:
    """The way in five steps, for the steps macro; trouble adds one, and nothing after it is done.

    A step the carrier has not told of is never painted.
    """
    story = parcel.story
    heard = [*story.earlier, *story.scans]
    moved = _first_at(heard, lambda scan: scan.status in MOVED)
    out = _first_at(heard, lambda scan: scan.substatus == OUT)
    way = [
        _step(_("Ordered"), parcel.order.placed_at, "check"),
        _step(_("Packed"), parcel.labelled_at, "box"),
        _step(_("With carrier"), moved, "box"),
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
        for day, found in groupby(events, key=lambda event: _local(event["at"]))
    ]
    if story.earlier:
        older = [_event(scan, strangers, whole=True) for scan in newest_first(story.earlier)]
        for event in older:
            event["source"] = _("earlier report")
        days.append({"label": _("Reported earlier, no longer listed"), "events": older})
    return days


def next_step(parcel: Parcel) -> dict[str, str] | None:
    """The one thing the customer may want to do now; `to` is whom to turn to: carrier or help."""
    if parcel.standing is Standing.DELIVERED:
        return {
            "icon": "question",
            "title": _("Delivered, but not with you?"),
            "text": _("Look around the door and ask the neighbours first, then tell us."),
            "action": _("Write to us"),
            "to": "help",
        }
    found = NEXT.get(parcel.cause) if parcel.cause and parcel.standing in TROUBLED else None
    if found is None:
        return None
    icon, title, text, action, to = found
    return {"icon": icon, "title": str(title), "text": str(text), "action": str(action), "to": to}


def order_headline(order: Order) -> str:
    """Where everything is, in one line, however many parcels it takes."""
    parcels = order.parcels
    if not parcels:
        return _("Your order is placed")
    if len(parcels) == 1:
        return headline(parcels[0])
    worst = first_to_see(order)
    if worst.standing in TROUBLED:
        return _("One of %(count)s parcels needs attention", count=len(parcels))
    arrived = sum(parcel.standing is Standing.DELIVERED for parcel in parcels)
    if arrived == len(parcels):
        return _("All %(count)s parcels are delivered", count=arrived)
    return _("%(arrived)s of %(count)s parcels delivered", arrived=arrived, count=len(parcels))


def first_to_see(order: Order) -> Parcel:
    """The parcel to look at first: one in trouble, else one that is late, else one on its way."""

    def urgency(parcel: Parcel) -> tuple[bool, bool, bool]:
        return (
            parcel.standing not in TROUBLED,
            not days_late(parcel),
            parcel.standing is Standing.DELIVERED,
        )

    return min(order.parcels, key=urgency)


def expected_day(parcel: Parcel) -> date | None:
    """The day the carrier now says, unless it is past and nothing came."""
    told = _eta(parcel)
    return told if told and told >= _today() else None


def days_late(parcel: Parcel) -> int:
    """How many days after our promise it comes, as far as is known; 0 when it is not late."""
    if parcel.standing.final:
        return 0
    day = expected_day(parcel) or _today()
    return max(0, (day - parcel.order.promise.last).days)


def put_right_by(parcel: Parcel) -> date | None:
    """The day after which we no longer wait for a late parcel; None when it is not late."""
    if not days_late(parcel) or parcel.standing in TROUBLED:
        return None
    return rates.business_days_after(expected_day(parcel) or _today(), GRACE_DAYS)


def carrier_name(parcel: Parcel) -> str:
    """Who brings it, for the middle of a sentence."""
    return (
        parcel.carrier_name
        or (known(parcel.carrier).name if parcel.carrier else "")
        or (_("the carrier"))
    )


def _delivered(parcel: Parcel) -> str:
    if parcel.delivered_at is None:
        return _("Delivered")
    return _("Delivered %(day)s", day=i18n.day(parcel.delivered_at))


def _out(parcel: Parcel) -> str:
    scan = parcel.story.now
    if scan is None or scan.at is None:
        return _("Out for delivery")
    if _local(scan.at) == _today():
        return _("Out for delivery today")
    return _("Out for delivery since %(day)s", day=i18n.day(scan.at))


def _late(parcel: Parcel, late: int, expected: date | None) -> str:
    if expected is None:
        was = max(filter(None, [_eta(parcel), parcel.order.promise.last]))
        return _("Running late, was expected %(day)s", day=i18n.long_day(was))
    said = ngettext(
        "Running one day late, now expected %(day)s",
        "Running %(num)d days late, now expected %(day)s",
        late,
        day=i18n.long_day(expected),
    )
    return str(said)


def _why_late(parcel: Parcel) -> str:
    promised = i18n.day(parcel.order.promise.last)
    if parcel.standing in {Standing.NO_LABEL, Standing.LABEL_READY}:
        return _(
            "We promised it by %(promised)s and the carrier does not have it yet. We are sorry.",
            promised=promised,
        )
    if expected_day(parcel) is None:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and names no new day.")
    else:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and needs longer.")
    return f"{_last_seen(parcel, seen)} {_('We promised %(day)s.', day=promised)}"


def _trouble(parcel: Parcel) -> str:
    said = _last_seen(parcel, str(TROUBLE[parcel.cause or Cause.OTHER][1]))
    if parcel.standing is Standing.RETURNED and parcel.delivered_at:
        before = _("It was delivered on %(day)s.", day=i18n.day(parcel.delivered_at))
        return f"{before} {said}"
    return said


def _last_seen(parcel: Parcel, text: str) -> str:
    scan = parcel.story.now
    them = carrier_name(parcel)
    place = _(" in %(place)s", place=scan.place) if scan and scan.place else ""
    moment = ""
    if scan and scan.at:
        when = i18n.clock(scan.at)
        if _local(scan.at) != _today():
            when = f"{i18n.day(scan.at)}, {when}"
        moment = _(" (%(when)s)", when=when)
    return text % {
        "carrier": them[:1].upper() + them[1:],
        "them": them,
        "place": place,
        "moment": moment,
    }


def _step(name: str, at: datetime | None, icon: str) -> Step:
    return {"name": name, "state": "todo", "note": i18n.day(at) if at else "", "icon": icon}


def _reached(parcel: Parcel, heard: list[Scan]) -> int:
    """How many of the five steps are behind it for certain."""
    late = 1 if days_late(parcel) else 0
    match parcel.standing:
        case Standing.NO_LABEL:
            return 1
        case Standing.LABEL_READY:
            return 1 + late
        case Standing.IN_TRANSIT:
            return 2 + late
        case Standing.OUT_FOR_DELIVERY:
            return 3
        case Standing.DELIVERED:
            return 5
    if parcel.standing is Standing.RETURNED and parcel.delivered_at:
        return 5
    if any(scan.substatus == OUT for scan in heard):
        return 4
    return 3 if any(scan.status in MOVED for scan in heard) else 2


def _marked(parcel: Parcel, way: list[Step], reached: int) -> list[Step]:
    """The way with each step's state, and the one more that trouble or delay adds."""
    for step in way[:reached]:
        step["state"] = "done"
    for step in way[reached:]:
        step["note"] = ""
    if parcel.standing in TROUBLED:
        return [*way[:reached], _halt(parcel), *way[reached:]]
    if reached < len(way):
        way[-1]["note"] = _due(parcel)
    if days_late(parcel) and parcel.standing is not Standing.OUT_FOR_DELIVERY:
        delayed = {"name": _("Delayed"), "state": "late", "note": "", "icon": "clock"}
        return [*way[:reached], delayed, *way[reached:]]
    if reached < len(way):
        way[reached] |= {"state": "now", "note": _since(parcel)}
    return way


def _halt(parcel: Parcel) -> Step:
    cause = parcel.cause or Cause.OTHER
    scan = parcel.story.now
    state = {Cause.PICKUP: "now", Cause.ATTEMPTED: "late", Cause.UNCLAIMED: "late"}
    return _step(i18n.words(cause), scan.at if scan else None, "pin") | {
        "state": state.get(cause, "stop")
    }


def _due(parcel: Parcel) -> str:
    """The day by which the last step is to come, where somebody has named one."""
    expected = expected_day(parcel)
    if expected:
        return i18n.day(expected)
    return "" if days_late(parcel) else i18n.day_range(parcel.order.promise)


def _since(parcel: Parcel) -> str:
    """What is said under the step a parcel is at."""
    match parcel.standing:
        case Standing.NO_LABEL:
            return _("In progress")
        case Standing.LABEL_READY:
            return _("Ready to leave")
        case Standing.IN_TRANSIT:
            first = _first_at(parcel.story.scans, lambda scan: scan.status in MOVED)
            return _("Since %(day)s", day=i18n.day(first)) if first else ""
    scan = parcel.story.now
    return i18n.day(scan.at) if scan and scan.at else ""


def _event(scan: Scan, strangers: bool, whole: bool = False) -> dict[str, Any]:
    ours = str(SCANS.get(scan.substatus or "") or i18n.words(scan.status))
    return {
        "text": ours if strangers else scan.details or ours,
        "place": scan.place,
        "at": scan.at,
        "time": i18n.moment(scan.at, "day" if whole else "clock") if scan.at else "",
    }


def _our_own(parcel: Parcel) -> list[dict[str, Any]]:
    """What we did ourselves, newest first."""
    done = [
        (_("Label made, ready for the carrier"), "Tacoma, WA", parcel.labelled_at),
        (_("Order placed"), "", parcel.order.placed_at),
    ]
    return [
        {"text": text, "place": place, "at": at, "time": i18n.moment(at, "clock")}
        for text, place, at in done
        if at
    ]


def _tone(parcel: Parcel) -> str:
    if parcel.standing in TROUBLED:
        return "warn" if parcel.cause in MILD else "bad"
    return "warn" if days_late(parcel) else "now"


def _day_label(day: date | None) -> str:
    if day is None:
        return _("No day given")
    named = i18n.long_day(day)
    return _("Today, %(day)s", day=named) if day == _today() else named


def _first_at(scans: Iterable[Scan], fits: Callable[[Scan], bool]) -> datetime | None:
    return min((scan.at for scan in scans if scan.at and fits(scan)), default=None)


def _eta(parcel: Parcel) -> date | None:
    """The carrier's day. Midnight in UTC is how Shippo writes a day without a time."""
    if parcel.eta is None:
        return None
    told = parcel.eta.astimezone(UTC)
    return told.date() if told.time() == time() else _local(told)


def _local(moment: datetime | None) -> date | None:
    return moment.astimezone(rates.HOME).date() if moment else None


def _today() -> date:
    return world_now().astimezone(rates.HOME).date()
