"""How long each silence may last, to the second, in the calendar of whoever is awaited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shop import stalls
from shop.stalls import Facts
from shop.tracking import tell
from shop.values import Address, Cause, Scan, Snapshot, Standing, TrackingStatus
from tests.make import HOME

NEW_YORK = replace(HOME, city="New York", state="NY", zip="10118")
HONOLULU = replace(HOME, city="Honolulu", state="HI", zip="96813")
BERLIN = replace(HOME, city="Berlin", state="", zip="10115", country="DE")
MOMENT = timedelta(seconds=1)
TRANSIT = TrackingStatus.TRANSIT


def at(text: str) -> datetime:
    """A moment of November 2026, in UTC: day and time. Thanksgiving is the 26th, a Thursday."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(
        days=int(day) - 1, hours=int(hour), minutes=int(minute)
    )


def scan(when: str, substatus: str = "package_departed", **given: Any) -> Scan:
    said = {"status": TRANSIT, "city": "Memphis", "state": "TN", "details": "Left", **given}
    return Scan(substatus=substatus, at=at(when), ingested=at(when), **said)


def facts(*scans: Scan, to: Address = NEW_YORK, **given: Any) -> Facts:
    told = Snapshot(carrier="usps", number="1", status=scans[-1] if scans else None, history=scans)
    story = tell([told])
    return Facts(**{"story": story, "standing": story.standing, "to": to, **given})


def customs(when: str, details: str = "Held in Customs", to: Address = BERLIN) -> Scan:
    return scan(when, "package_processing", details=details, city="Leipzig", state="")


TABLE = [
    # Label → first scan: two business days by our own clock.
    (facts(left_at=at("17 18:00")), Cause.NEVER_SCANNED, "19 18:00"),
    (facts(left_at=at("20 23:00")), Cause.NEVER_SCANNED, "24 23:00"),  # over a weekend
    (facts(left_at=at("21 20:00")), Cause.NEVER_SCANNED, "25 08:00"),  # on a Saturday
    (facts(left_at=at("25 18:00")), Cause.NEVER_SCANNED, "30 18:00"),  # over Thanksgiving
    # Between scans: three at home, five abroad, where Thanksgiving is a day like any other.
    (facts(scan("17 15:00")), Cause.STALLED, "20 15:00"),
    (facts(scan("24 15:00")), Cause.STALLED, "30 15:00"),
    (facts(scan("24 15:00"), to=BERLIN), Cause.STALLED, "31 15:00"),
    (facts(scan("16 15:00"), scan("14 15:00")), Cause.STALLED, "19 15:00"),  # reported late
    # In customs: five, from the first scan there.
    (facts(scan("16 9:00"), customs("17 9:00"), to=BERLIN), Cause.CUSTOMS, "24 09:00"),
    (facts(customs("17 9:00"), customs("20 9:00"), to=BERLIN), Cause.CUSTOMS, "24 09:00"),
    (
        facts(customs("17 9:00"), customs("20 9:00", "Inbound Out of Customs"), to=BERLIN),
        Cause.STALLED,
        "27 09:00",
    ),
    # Out for delivery: until the end of the next day there.
    (facts(scan("17 14:00", "out_for_delivery")), Cause.NOT_DELIVERED, "19 05:00"),
    (facts(scan("17 14:00", "out_for_delivery"), to=HONOLULU), Cause.NOT_DELIVERED, "19 10:00"),
    (facts(scan("20 14:00", "out_for_delivery")), Cause.NOT_DELIVERED, "24 05:00"),
    # Past the last day that was named; only that, when nobody knows since when it is silent.
    (facts(due=date(2026, 11, 18)), Cause.LATE, "19 05:00"),
    (facts(due=date(2026, 11, 18), to=HONOLULU), Cause.LATE, "19 10:00"),
]


@pytest.mark.parametrize(("seen", "cause", "when"), TABLE)
def test_each_silence_lasts_too_long_at_its_moment_and_not_before(seen, cause, when):
    moment = at(when)
    (watch,) = stalls.watches(seen)
    assert (watch.cause, watch.until) == (cause, moment)
    assert stalls.stalled(seen, moment - MOMENT) == ()
    assert stalls.look_again(seen, moment - MOMENT) == moment
    assert stalls.stalled(seen, moment) == (watch,)
    assert stalls.look_again(seen, moment) is None
    lasts = {Cause.NEVER_SCANNED: 2, Cause.CUSTOMS: 5, Cause.STALLED: 3, Cause.LATE: 0}
    if cause in lasts and seen.to.country == "US":
        assert watch.days(moment) == lasts[cause]


@pytest.mark.parametrize(
    "over",
    [
        facts(scan("17 9:00", "delivered", status=TrackingStatus.DELIVERED)),
        facts(scan("17 9:00", "return_to_sender", status=TrackingStatus.RETURNED)),
        facts(scan("17 9:00", "package_lost", status=TrackingStatus.FAILURE)),
        facts(scan("17 9:00", "pickup_available", action_required=True)),
        facts(scan("17 9:00"), standing=Standing.CANCELLED),
        facts(standing=Standing.NO_LABEL, left_at=at("17 9:00")),
    ],
)
def test_what_is_over_or_waits_for_the_customer_is_watched_for_nothing(over):
    assert stalls.watches(replace(over, due=date(2026, 11, 1))) == ()


def test_a_phase_is_worse_than_being_late_and_both_are_known():
    seen = facts(scan("17 15:00"), due=date(2026, 11, 18))
    assert [watch.cause for watch in stalls.stalled(seen, at("19 12:00"))] == [Cause.LATE]
    assert stalls.look_again(seen, at("19 12:00")) == at("20 15:00")
    both = [watch.cause for watch in stalls.stalled(seen, at("20 15:00"))]
    assert both == [Cause.STALLED, Cause.LATE]


def test_it_is_late_in_new_york_while_the_day_goes_on_in_honolulu():
    """At half past midnight in New York it is half past seven in the evening in Hawaii."""
    seen = facts(scan("18 15:00"), due=date(2026, 11, 18))
    instant = at("19 05:30")
    assert [watch.cause for watch in stalls.stalled(seen, instant)] == [Cause.LATE]
    assert stalls.stalled(replace(seen, to=HONOLULU), instant) == ()


@pytest.mark.parametrize(
    ("since", "as_of", "days"),
    [
        ("20 15:00", "30 15:00", 5),  # without two weekends and Thanksgiving
        ("20 15:00", "30 14:59", 4),
        ("20 15:00", "22 20:00", 0),  # Sunday after a Friday
        ("17 15:00", "21 20:00", 3),  # Saturday after a Tuesday
        ("21 15:00", "25 05:00", 2),  # as Wednesday begins, after a Saturday
        ("20 15:00", "19 15:00", 0),
    ],
)
def test_a_silence_is_counted_in_whole_business_days(since, as_of, days):
    (watch,) = stalls.watches(facts(scan(since)))
    assert watch.days(at(as_of)) == days


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("Processed Through Facility - INBOUND INTO CUSTOMS", True),
        ("Held in Customs", True),
        ("Processed for clearance", True),
        ("Clearance Event: commercial invoice incomplete", True),
        ("Your package is being processed for customs clearance.", True),
        ("Your package has cleared customs.", False),
        ("Inbound Out of Customs", False),
        ("Clearance processing complete", False),
        ("Released by customs", False),
        ("Our customers come first", False),
    ],
)
def test_customs_are_known_by_what_carriers_say(said, there):
    assert stalls.in_customs(scan("17 9:00", details=said)) is there
