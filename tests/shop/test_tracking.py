"""One story from everything heard, whatever the order it came in."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import tracking
from shop.values import Cause, Milestone, Scan, Snapshot, Standing, TrackingStatus

START = datetime(2027, 3, 9, 8, tzinfo=UTC)


def scan(status: str, substatus: str | None = None, hour: int = 0, **more: object) -> Scan:
    at = START + timedelta(hours=hour)
    return Scan(
        **{
            "status": TrackingStatus(status),
            "substatus": substatus,
            "at": at,
            "ingested": at,
            "city": "Portland",
            "state": "OR",
            "details": f"{status} {substatus}",
            **more,
        }
    )


def flagged(status: str, substatus: str) -> Scan:
    return scan(status, substatus, action_required=True)


def life(*scans: Scan) -> list[Snapshot]:
    """What Shippo says after each scan: the newest status, and all of the history."""
    return [
        Snapshot(carrier="usps", number="9400", status=scans[i], history=scans[: i + 1])
        for i in range(len(scans))
    ]


ACCEPTED = scan("TRANSIT", "package_accepted", 1)
OUT = scan("TRANSIT", "out_for_delivery", 2)
FAILED = scan("FAILURE", "package_undeliverable", 3)
DELIVERED = scan("DELIVERED", "delivered", 4)
RETURNED = scan("RETURNED", "return_to_sender", 5)


def test_every_order_of_arrival_tells_the_same_story():
    heard = life(ACCEPTED, OUT, FAILED, DELIVERED, RETURNED)
    stories = {tracking.tell(order) for order in itertools.permutations(heard)}
    assert len(stories) == 1
    (story,) = stories
    assert story.standing is Standing.RETURNED
    assert story.delivered_at == DELIVERED.at


def test_a_failure_dated_after_the_delivery_does_not_undo_it():
    late = scan("FAILURE", None, 64, ingested=START + timedelta(hours=3))
    then = scan("DELIVERED", None, 52, ingested=START + timedelta(hours=4))
    story = tracking.tell(life(ACCEPTED, late, then))
    assert story.standing is Standing.DELIVERED
    assert [s.status for s in story.scans] == ["TRANSIT", "FAILURE", "DELIVERED"]


def test_no_news_never_replaces_news():
    nothing = Snapshot(carrier="usps", number="9400")
    unknown = Snapshot(carrier="usps", number="9400", status=scan("UNKNOWN", None, 99))
    story = tracking.tell([*life(ACCEPTED, OUT), nothing, unknown])
    assert story.standing is Standing.OUT_FOR_DELIVERY


def test_a_scan_known_only_from_an_older_snapshot_is_kept_as_an_earlier_report():
    lost = scan("TRANSIT", "package_arrived", 1, city="Kent")
    newer = Snapshot(carrier="usps", number="9400", status=OUT, history=(ACCEPTED, OUT))
    older = Snapshot(carrier="usps", number="9400", status=lost, history=(ACCEPTED, lost))
    story = tracking.tell([newer, older])
    assert story.scans == (ACCEPTED, OUT)
    assert story.earlier == (lost,)


def test_shifted_dates_of_the_same_scans_do_not_double_lines():
    moved = [scan("TRANSIT", "package_accepted", 30), scan("TRANSIT", "out_for_delivery", 31)]
    story = tracking.tell([*life(ACCEPTED, OUT), *life(*moved)])
    assert len(story.scans) == 2
    assert story.earlier == ()


@pytest.mark.parametrize(
    ("said", "standing", "cause"),
    [
        (scan("UNKNOWN"), Standing.LABEL_READY, None),
        (scan("PRE_TRANSIT", "information_received"), Standing.LABEL_READY, None),
        (ACCEPTED, Standing.IN_TRANSIT, None),
        (OUT, Standing.OUT_FOR_DELIVERY, None),
        (flagged("TRANSIT", "address_issue"), Standing.ATTENTION, Cause.ADDRESS_ISSUE),
        (scan("TRANSIT", "package_held"), Standing.ATTENTION, Cause.HELD),
        (flagged("TRANSIT", "brand_new"), Standing.ATTENTION, Cause.OTHER),
        (scan("TRANSIT", "delayed"), Standing.IN_TRANSIT, None),
        (DELIVERED, Standing.DELIVERED, None),
        (scan("FAILURE"), Standing.FAILED, Cause.DELIVERY_FAILED),
        (flagged("FAILURE", "package_lost"), Standing.FAILED, Cause.LOST),
        (RETURNED, Standing.RETURNED, Cause.RETURNED),
        (flagged("RETURNED", "package_unclaimed"), Standing.ATTENTION, Cause.UNCLAIMED),
        (scan("OTHER"), Standing.IN_TRANSIT, None),
    ],
)
def test_where_a_parcel_stands_and_why_somebody_should_look(said, standing, cause):
    story = tracking.tell(life(said))
    assert (story.standing, story.cause) == (standing, cause)
    trouble = standing in {Standing.ATTENTION, Standing.FAILED, Standing.RETURNED}
    assert (story.milestone is Milestone.EXCEPTION) == trouble


def test_nothing_heard_is_a_label_and_no_more():
    story = tracking.tell([])
    assert (story.standing, story.scans, story.milestone) == (Standing.LABEL_READY, (), None)


def test_what_claims_to_come_from_tomorrow_is_noticed():
    now = START + timedelta(hours=1)
    assert not tracking.from_far_future(life(DELIVERED)[0], now)
    assert tracking.from_far_future(life(scan("TRANSIT", None, 48))[0], now)


WORDS = st.sampled_from(["TRANSIT", "DELIVERED", "FAILURE", "RETURNED", "PRE_TRANSIT", "UNKNOWN"])
SCANS = st.builds(
    scan,
    WORDS,
    st.sampled_from([None, "out_for_delivery", "package_held", "package_lost"]),
    st.integers(0, 80),
)


@given(st.lists(SCANS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_set_in_any_order_with_doubles_is_one_story(scans, chance):
    heard = life(*scans)
    mixed = heard + [chance.choice(heard) for _ in range(3)]
    chance.shuffle(mixed)
    assert tracking.tell(mixed) == tracking.tell(heard)
