"""Parcels in trouble: when a case opens, when it closes, and what to say to the carrier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import ngettext

from shop import arrivals, i18n, stalls
from shop.calendars import business_moment_after, day_at
from shop.carriers import known
from shop.db import session
from shop.i18n import say as _
from shop.models import Case, Parcel
from shop.stalls import Watch
from shop.tracking import Story
from shop.values import Cause, Standing

DELAYS = frozenset({Cause.ATTEMPTED, Cause.HELD, Cause.ADDRESS_ISSUE, Cause.OTHER})
ENDS = frozenset({Cause.LOST, Cause.DISPOSED, Cause.RETURNED})

BY_ITSELF = "By itself: "
"""How a case says that nobody closed it."""


def follow(parcel: Parcel, story: Story, at: datetime) -> Case | None:
    """Open a case when the story needs a person, close what better news has settled.

    Returns a case newly opened. `at` is world time: it is read beside the scans.
    """
    cause = story.cause
    for case in open_cases(parcel.id):
        if case.cause is not cause and _settles(story, case):
            case.closed_at, case.resolution = at, f"{BY_ITSELF}{story.standing.value}"
    if cause is None or any(case.cause is cause for case in open_cases(parcel.id)):
        return None
    return _open(parcel, cause, story.now.details if story.now else "", at)


def watch(parcel: Parcel, at: datetime) -> Case | None:
    """Have one case open for the worst silence that has lasted too long, and none for what is over.

    Says when to look again, and returns a case newly opened. Where a carrier's own word needs a
    person already, silence adds nothing. Call it with the parcel locked; `at` is world time.
    """
    seen = arrivals.facts(parcel)
    long, opened = stalls.stalled(seen, at), open_cases(parcel.id)
    trouble = next((case for case in opened if not case.cause.silent), None)
    worst = None if trouble else _worst(parcel, long)
    now = trouble.cause if trouble else worst.cause if worst else None
    mine = [case for case in opened if case.cause.silent]
    for case in mine:
        if worst is None or case.cause is not worst.cause:
            case.closed_at, case.resolution = at, f"{BY_ITSELF}{_over(parcel, case, long, now)}"
    parcel.watch_at = _look_again(seen, worst, at)
    if worst is None:
        return None
    told = evidence(parcel, worst, at)
    same = next((case for case in mine if case.open), None)
    if same is None:
        return _open(parcel, worst.cause, told, at)
    same.evidence = told
    return None


def evidence(parcel: Parcel, found: Watch, at: datetime) -> str:
    """A silence in words: since when, where, and how many business days by now."""
    place = found.scan.place if found.scan else ""
    since = ", ".join(filter(None, [i18n.long_day(found.day), place]))
    days = ngettext("%(num)s business day", "%(num)s business days", found.days(at))
    match found.cause:
        case Cause.NEVER_SCANNED if parcel.handed_at:
            return _("Handed over %(since)s and never scanned: %(days)s.", since=since, days=days)
        case Cause.NEVER_SCANNED:
            return _("Labelled %(since)s and never scanned: %(days)s.", since=since, days=days)
        case Cause.CUSTOMS:
            return _("In customs since %(since)s: %(days)s.", since=since, days=days)
        case Cause.NOT_DELIVERED:
            return _("Out for delivery since %(since)s, and no result.", since=since)
        case Cause.LATE:
            return _late(parcel, found)
    return _("No scan since %(since)s: %(days)s.", since=since, days=days)


def open_cases(parcel_id: int) -> list[Case]:
    """Its cases, locked: one that staff are closing is waited for, and then is not among them."""
    return list(
        session.scalars(
            sa.select(Case)
            .where(Case.parcel_id == parcel_id, Case.closed_at.is_(None))
            .order_by(Case.id)
            .with_for_update()
        )
    )


def enquiry(case: Case) -> str:
    """What to send the carrier: names the parcel, says what was seen, asks for one thing."""
    parcel = case.parcel
    carrier = known(parcel.carrier)
    to = parcel.order.to
    said = case.evidence or case.cause.value.replace("_", " ")
    source = "What we know" if case.cause.silent else "Your tracking says"
    posted = parcel.labelled_at.date().isoformat() if parcel.labelled_at else "unknown"
    return "\n".join(
        [
            f"To {carrier.name} customer service",
            "",
            f"Parcel {parcel.tracking_number}, {parcel.service_name}, label of {posted}.",
            f"From Quayside, Tacoma, WA 98402, to {to.city}, {to.state} {to.zip}.",
            "",
            f"{source}: {said.rstrip('.')}.",
            ASKS[case.cause],
            "",
            f"Our reference: {parcel.order.number}. Please answer with a case number.",
        ]
    )


ASKS = {
    Cause.DELIVERY_FAILED: "Please tell us why delivery failed and what you will do next.",
    Cause.LOST: "Please open a search, and tell us how to claim if it is not found.",
    Cause.DISPOSED: "Please tell us why you disposed of it, and how to claim.",
    Cause.DAMAGED: "Please describe the damage, keep the packing, and tell us how to claim.",
    Cause.ADDRESS_ISSUE: "Please tell us what is wrong with the address; we will confirm it.",
    Cause.ATTEMPTED: "Please attempt delivery again and tell us the day.",
    Cause.HELD: "Please tell us why it is held and what releases it.",
    Cause.PICKUP: "Please tell us where it waits and until when.",
    Cause.UNCLAIMED: "Please keep it for collection and tell us until when.",
    Cause.RETURNED: "Please tell us why it is coming back and when it arrives.",
    Cause.OTHER: "Please tell us what is needed for it to go on.",
    Cause.CUSTOMS: "Please tell us what customs wait for, and who has to bring it.",
    Cause.NOT_DELIVERED: "Please ask the driver what came of it, and tell us the day it comes.",
    Cause.STALLED: "Please find it, and tell us where it is and when it goes on.",
    Cause.NEVER_SCANNED: "Please tell us whether you have it, and scan it if you do.",
    Cause.LATE: "Please tell us where it is and the day it arrives.",
}


def _open(parcel: Parcel, cause: Cause, told: str, at: datetime) -> Case:
    case = Case(parcel_id=parcel.id, cause=cause, evidence=told[:500], opened_at=at)
    session.add(case)
    session.flush()
    return case


def _worst(parcel: Parcel, long: Sequence[Watch]) -> Watch | None:
    """The worst that staff have not seen: whoever closed a case since it began has."""
    closed = sa.select(sa.func.max(Case.closed_at)).where(
        Case.parcel_id == parcel.id, ~Case.resolution.startswith(BY_ITSELF)
    )
    last = session.scalar(closed) if long else None
    return next((one for one in long if last is None or last < one.since), None)


def _over(parcel: Parcel, case: Case, long: Sequence[Watch], now: Cause | None) -> str:
    """Why a silence needs nobody any more."""
    standing = parcel.standing
    if parcel.order.cancelled_at:
        return "the order was cancelled"
    if standing is Standing.NO_LABEL:
        return "the label was voided"
    if now is not None and any(one.cause is case.cause for one in long):
        return f"now {i18n.words(now).lower()}"
    if standing.final or standing is Standing.FAILED:
        return i18n.words(standing).lower()
    if case.cause is Cause.LATE:
        return "a new day was named"
    if standing is Standing.LABEL_READY:
        return "handed over"
    scan = stalls.last_scan(parcel.story.scans)
    return f"scanned in {scan.place}" if scan and scan.place else "scanned again"


def _look_again(seen: stalls.Facts, worst: Watch | None, at: datetime) -> datetime | None:
    """When something else will have lasted too long; while a case is open, each business day."""
    times = [stalls.look_again(seen, at)]
    if worst is not None:
        times.append(business_moment_after(at, 1, worst.zone, worst.country))
    return min((time for time in times if time), default=None)


def _late(parcel: Parcel, found: Watch) -> str:
    due = arrivals.facts(parcel).due
    day = i18n.long_day(due) if due else ""
    told = _("Promised by %(day)s", day=day) if parcel.order.promise else _("Due %(day)s", day=day)
    scan = found.scan
    if scan is None or scan.at is None:
        return _("%(due)s, and not scanned yet.", due=told)
    last = ", ".join(filter(None, [i18n.day(day_at(scan.at, found.zone)), scan.place]))
    return _("%(due)s, and not delivered. Last scan %(last)s.", due=told, last=last)


def _settles(story: Story, case: Case) -> bool:
    """Delivery settles everything but damage; moving on settles what only delayed.

    So does the end of it: what is lost, or comes back, is held up by nothing any more.
    """
    if story.standing is Standing.DELIVERED:
        return case.cause is not Cause.DAMAGED
    moving = story.standing in {Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY}
    return (moving or story.cause in ENDS) and case.cause in DELAYS
