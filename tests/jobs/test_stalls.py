"""A parcel that falls silent raises one case, which clears itself when it is heard of again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from jobs import polls, rounds, tracking
from shop import handling, purchases
from shop.db import session
from shop.models import Case, Parcel
from shop.outside import world_now
from shop.values import (
    Cause,
    Handling,
    IntentState,
    Mode,
    ParcelState,
    Scan,
    Snapshot,
    Standing,
    TrackingStatus,
    Via,
)
from tests import make
from tests.until import until
from tests.visit import visit

READY = Standing.LABEL_READY
TRANSIT = TrackingStatus.TRANSIT
DAY = timedelta(days=1)
LONG_AGO = timedelta(days=20)


@pytest.fixture
def parcel(app, world, work) -> Parcel:
    """A parcel with a label bought in the sandbox, to be there in three weeks."""
    order = make.placed()
    order.promise_last = world_now().date() + 21 * DAY
    intent = purchases.wish(order.parcels[0])
    session.commit()
    rounds.labels.buy(intent.id)
    work.until(lambda: intent.state is IntentState.PURCHASED)
    return session.get_one(Parcel, intent.parcel_id)


def quiet(silent_for: timedelta = LONG_AGO, **given: Any) -> Parcel:
    """A parcel of which one scan was heard so long ago, and which nobody has looked at since."""
    own = make.labelled(order=make.order(promise_last=world_now().date() + 21 * DAY), **given)
    own.hear(left(own, world_now() - silent_for), Via.WEBHOOK, world_now())
    own.watch_at = world_now() - DAY
    return make.saved(own)


def left(own: Parcel, at: datetime, **given: Any) -> Snapshot:
    """What Shippo says of a parcel that was scanned once."""
    said = {"status": TRANSIT, "substatus": "package_departed", "city": "Memphis", "state": "TN"}
    scan = Scan(**{**said, "at": at, "ingested": at, "details": "Left", **given})
    number = own.tracking_number or ""
    return Snapshot(carrier=own.carrier, number=number, status=scan, history=(scan,))


def hear(own: Parcel, **given: Any) -> None:
    """One more scan, now, as a webhook would tell it."""
    tracking.absorb(own.id, left(own, world_now(), **given), Via.WEBHOOK)
    session.commit()


def moved_to(world, at: datetime) -> None:
    """The world's clock stands there, and the shop has looked at it."""
    world.advance((at - world_now()).total_seconds() / 3600)
    until(lambda: world_now() >= at)


def told(*, still_open: bool | None = None) -> list[tuple[Cause, str]]:
    """Cases as they stand: the cause, and how each ended."""
    session.expire_all()
    cases = session.query(Case).order_by(Case.id)
    chosen = [case for case in cases if still_open is None or case.open is still_open]
    return [(case.cause, case.resolution) for case in chosen]


def test_a_label_never_scanned_raises_a_case_at_its_moment_and_not_before(world, parcel, work):
    due = parcel.watch_at
    moved_to(world, due - timedelta(minutes=1))
    rounds.ring()
    work()
    assert told() == []
    moved_to(world, due)
    work.until(told)
    assert told() == [(Cause.NEVER_SCANNED, "")]
    case = session.query(Case).one()
    assert case.evidence.startswith("Labelled ")
    assert case.evidence.endswith("and never scanned: 2 business days.")
    assert due <= case.opened_at


def test_a_scan_clears_the_case_in_the_moment_it_is_heard(app, world, work):
    own = quiet()
    work.until(told)
    assert told() == [(Cause.STALLED, "")]
    assert ", Memphis, TN: " in session.query(Case).one().evidence
    hear(own, city="Nashville")
    assert told() == [(Cause.STALLED, "By itself: scanned in Nashville, TN")]
    assert own.watch_at > world_now() + DAY


def test_what_staff_have_closed_is_not_raised_again_by_the_same_silence(client, app, world, work):
    own = quiet()
    work.until(told)
    page = visit(make.signed_in(client, make.pat()), "/admin/exceptions/1")
    page.submit("/close", resolution="They look for it")
    own.watch_at = world_now() - DAY
    session.commit()
    work.until(lambda: own.watch_at is None or own.watch_at > world_now())
    assert told(still_open=True) == []
    hear(own)
    moved_to(world, own.watch_at)
    work.until(lambda: told(still_open=True))
    assert told() == [(Cause.STALLED, "They look for it"), (Cause.STALLED, "")]


def test_one_flag_at_a_time_and_the_worst_wins(app, world, work):
    """Late, then stalled, then scanned and late again; and trouble is worse than any silence."""
    own = quiet(timedelta(0))
    own.order.promise_last = world_now().date() - 2 * DAY
    own.watch_at = world_now()
    session.commit()
    work.until(told)
    assert told() == [(Cause.LATE, "")]
    moved_to(world, world_now() + 9 * DAY)
    work.until(lambda: len(told()) == 2)
    assert told() == [(Cause.LATE, "By itself: now no scan for days"), (Cause.STALLED, "")]
    hear(own)
    cleared = (Cause.STALLED, "By itself: scanned in Memphis, TN")
    assert told()[1:] == [cleared, (Cause.LATE, "")]
    hear(own, substatus="package_damaged", action_required=True)
    assert told(still_open=True) == [(Cause.DAMAGED, "")]
    assert told()[2] == (Cause.LATE, "By itself: now damaged")


@pytest.mark.parametrize(
    "given",
    [
        {"mode": Mode.LIVE},
        {"standing": Standing.DELIVERED},
        {"tracking_number": None, "standing": Standing.NO_LABEL},
    ],
)
def test_nothing_is_raised_for_what_is_over_voided_or_of_the_other_mode(app, world, work, given):
    own = quiet()
    for name, value in given.items():
        setattr(own, name, value)
    session.commit()
    rounds.ring()
    work()
    assert told() == []


def test_a_cancelled_order_and_a_voided_label_clear_their_cases(app, world, work):
    off, void = quiet(), quiet(transaction_id="void")
    work.until(lambda: len(told()) == 2)
    off.order.cancelled_at = off.watch_at = world_now()
    void.snapshots[0].parcel_id = off.id  # as a refund takes them
    session.commit()
    session.expire_all()
    void.lose_label()
    void.watch_at = world_now()
    session.commit()
    work.until(lambda: not told(still_open=True))
    assert told() == [
        (Cause.STALLED, "By itself: the order was cancelled"),
        (Cause.STALLED, "By itself: the label was voided"),
    ]


def test_a_quick_label_is_watched_and_what_was_handed_over_has_its_days_anew(app, world, work):
    own = make.quick().parcels[0]
    own.state, own.standing = ParcelState.LABELLED, READY
    own.tracking_number, own.transaction_id = make.NUMBER, "a" * 32
    own.labelled_at, own.watch_at = world_now() - LONG_AGO, world_now()
    session.commit()
    work.until(told)
    handling.press(own, Handling.HANDED, make.pat())
    session.commit()
    work.until(lambda: not told(still_open=True))
    assert told() == [(Cause.NEVER_SCANNED, "By itself: handed over")]
    moved_to(world, own.watch_at)
    work.until(lambda: told(still_open=True))
    assert session.query(Case).order_by(Case.id.desc()).first().evidence.startswith("Handed over ")


JOURNEYS = [
    ("stalled_before_first_scan", 400, [(Cause.NEVER_SCANNED, "")]),
    ("stalled_midway", 400, [(Cause.STALLED, "")]),
    ("delivered_not_received", 400, []),
]


@pytest.mark.parametrize(("name", "hours", "cases"), JOURNEYS)
def test_the_journeys_of_the_sandbox_end_in_the_right_case(world, parcel, work, name, hours, cases):
    world.journey(parcel.tracking_number, name)
    moved_to(world, world_now() + timedelta(hours=hours))
    polls.poll(parcel.id)
    rounds.ring()
    work.until(lambda: len(told()) == len(cases))
    assert told(still_open=True) == cases


def test_customs_that_hold_it_raise_a_case_and_that_let_it_go_clear_it(world, parcel, work):
    world.journey(parcel.tracking_number, "customs_hold")
    moved_to(world, world_now() + timedelta(hours=120))
    polls.poll(parcel.id)
    assert told() == [(Cause.HELD, "")]
    moved_to(world, world_now() + timedelta(hours=51))
    polls.poll(parcel.id)
    assert told() == [(Cause.HELD, "By itself: in_transit")]
