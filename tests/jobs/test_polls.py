"""What has been quiet is asked after: within one allowance, softly, and until it has rested."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from jobs import polls, rounds
from jobs.queue import doorbell, queue
from shop import circuit, quiet, throttle
from shop.db import session
from shop.gateways.errors import Cut
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Standing, TrackingStatus, Via
from tests import make
from tests.faults.silence import questions

LONG_AGO = datetime.now(UTC) - timedelta(days=1)
MAGIC = {"carrier": "shippo", "tracking_number": "SHIPPO_TRANSIT"}


def due(**given: object) -> Parcel:
    """A parcel of ours on its way that it is time to ask after; any number may have it."""
    return make.labelled(**{"poll_at": LONG_AGO, "order": make.order(), **MAGIC, **given})


def rung() -> list[int]:
    jobs = queue("upkeep", doorbell()).jobs
    return [job.args[0] for job in jobs if job.func_name == "jobs.polls.poll"]


def asked(world) -> int:
    return len(world.requests("GET", "/tracks/shippo/SHIPPO_TRANSIT"))


def test_parcels_of_one_minute_are_not_asked_in_one_minute_and_none_later_than_promised():
    at = LONG_AGO
    times = [quiet.asked_next(Standing.IN_TRANSIT, at, at, number) for number in range(500)]
    minutes = Counter(int((time - at).total_seconds() // 60) for time in times if time)
    assert sum(minutes.values()) == 500
    assert max(minutes.values()) <= 15
    assert max(minutes) <= 240


def test_what_has_come_to_rest_is_asked_rarely_and_then_no_more():
    """Returned after delivered is real; and an unused label is not asked after for ever."""

    def life(standing: Standing) -> list[int]:
        at: datetime | None = LONG_AGO
        days = []
        while at := quiet.asked_next(standing, LONG_AGO, at, 0):
            days.append((at - LONG_AGO).days)
        return days

    assert life(Standing.DELIVERED) == [1, 2, 3, 4, 5, 6, 7, 14, 21, 28]
    unused = life(Standing.LABEL_READY)
    assert (unused.count(3), unused.count(60), unused[-1]) == (4, 1, 120)
    assert quiet.asked_next(Standing.NO_LABEL, LONG_AGO, LONG_AGO, 0) is None


def test_what_was_delivered_is_still_asked_after_and_found_going_back(app, world):
    parcel = make.scanned(TrackingStatus.DELIVERED, carrier="shippo", tracking_number="SHIPPO_X")
    parcel.tracking_number = "SHIPPO_RETURNED"
    session.commit()
    polls.poll(parcel.id)
    session.refresh(parcel)
    assert parcel.standing in {Standing.RETURNED, Standing.ATTENTION}
    assert parcel.delivered_at is not None
    assert [row.repaired for row in parcel.snapshots] == [False, True]
    assert parcel.poll_at is not None


@pytest.mark.settings(shippo_tracks_per_minute=20)
def test_no_more_are_rung_for_than_may_be_asked_and_on_their_way_before_at_rest(app, world, work):
    home = due(standing=Standing.DELIVERED, poll_at=LONG_AGO - timedelta(days=3))
    late, later = due(poll_at=LONG_AGO + timedelta(hours=1)), due(poll_at=LONG_AGO)
    assert rounds.ring() == 2  # a tenth of what jobs may ask in a minute
    assert rung() == [late.id, later.id]
    assert rounds.ring() == 0  # as many as wait already
    work()
    assert asked(world) == 2
    session.refresh(home)
    assert home.poll_at < world_now()  # it waits, and is not lost


@pytest.mark.settings(shippo_tracks_per_minute=1)
def test_what_is_rung_for_beyond_the_allowance_is_put_off_a_little(app, world):
    parcels = [due() for _ in range(3)]
    for parcel in parcels:
        polls.poll(parcel.id)
    assert asked(world) == 1
    times = [session.get_one(Parcel, parcel.id).poll_at - world_now() for parcel in parcels[1:]]
    assert all(timedelta(seconds=30) < time < timedelta(seconds=75) for time in times)
    assert times[0] != times[1]


@pytest.mark.settings(shippo_tracks_per_minute=30)
def test_jobs_leave_a_tenth_of_the_allowance_to_people(app):
    mine = [throttle.tracks_left() for _ in range(5)]
    assert mine == [True, True, True, False, False]
    people = [throttle.tracks_left(person=True) for _ in range(30)]
    assert people.count(True) == 27
    assert not throttle.tracks_left()
    assert timedelta(seconds=30) < throttle.tracks_wait() <= timedelta(seconds=60)


@pytest.mark.parametrize(("asks", "waits"), [({"retry_after": 7}, 7), ({}, 60)])
def test_asked_too_often_everybody_waits_for_as_long_as_shippo_says(app, world, asks, waits):
    parcel, other = due(), due()
    world.fault("GET", "/tracks/*", "status", code=429, **asks)
    polls.poll(parcel.id)
    world.clear_faults()
    polls.poll(other.id)
    assert asked(world) == 1
    assert not throttle.tracks_left(person=True)
    for row in (parcel, other):
        session.refresh(row)
        left = (row.poll_at - world_now()).total_seconds()
        assert waits - 6 < left < waits + polls.SPREAD_S
    doorbell().delete(throttle._pause())
    polls.poll(other.id)
    session.refresh(other)
    assert other.heard_via is Via.POLL


def test_while_shippo_is_left_alone_nothing_is_asked_and_afterwards_what_is_due_is(
    app, world, work
):
    parcel = due()
    for _ in range(5):
        circuit.told(circuit.FREE, Cut("no connection"))
    session.commit()
    rounds.ring()
    assert rung() == []
    polls.poll(parcel.id)
    assert asked(world) == 0
    session.refresh(parcel)
    assert parcel.poll_at < world_now() + timedelta(seconds=30)
    parcel.poll_at = LONG_AGO
    circuit.told(circuit.Leave(probe=True), None)
    session.commit()
    rounds.ring()
    work()
    assert asked(world) == 1


@pytest.mark.parametrize(
    ("trouble", "waits"),
    [({"do": "drop_before"}, 600), ({"do": "malformed"}, 600), ({"do": "status", "code": 404}, 0)],
)
def test_no_answer_is_no_news_and_asked_again_later(app, world, trouble, waits):
    parcel = due()
    world.fault("GET", "/tracks/*", **trouble)
    polls.poll(parcel.id)
    session.refresh(parcel)
    assert (parcel.standing, parcel.heard_at) == (Standing.LABEL_READY, None)
    left = (parcel.poll_at - world_now()).total_seconds()
    assert waits - 10 < left < waits + 15 if waits else 4 * 3600 < left <= 6 * 3600


def test_a_parcel_whose_label_is_voided_while_we_ask_hears_nothing(app, world):
    parcel = due(tracking_number=None)
    polls.poll(parcel.id)
    polls.poll(10_000)
    assert questions(world) == []
    assert parcel.heard_at is None


def test_news_that_had_to_be_asked_for_is_a_repair_and_news_by_webhook_is_none(app, world):
    parcel = due()
    polls.poll(parcel.id)
    polls.poll(parcel.id)
    told = make.scanned(TrackingStatus.TRANSIT, order=make.order())
    asked_for = session.get_one(Parcel, parcel.id).snapshots
    assert asked_for[0].repaired
    assert [row.repaired for row in told.snapshots] == [False]
