"""One story from everything heard, whatever the order it came in."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shop import tracking
from shop.values import Cause, Scan, Snapshot, Standing, TrackingStatus

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
        (scan("FAILURE", "package_disposed"), Standing.FAILED, Cause.DISPOSED),
        (RETURNED, Standing.RETURNED, Cause.RETURNED),
        (flagged("RETURNED", "package_unclaimed"), Standing.ATTENTION, Cause.UNCLAIMED),
        (scan("OTHER"), Standing.IN_TRANSIT, None),
    ],
)
def test_where_a_parcel_stands_and_why_somebody_should_look(said, standing, cause):
    story = tracking.tell(life(said))
    assert (story.standing, story.cause) == (standing, cause)


def test_what_moves_after_it_was_sent_back_is_on_its_way_to_us():
    way = [ACCEPTED, OUT, RETURNED, scan("TRANSIT", "package_departed", 6)]
    for back in (way, [*way, scan("TRANSIT", "out_for_delivery", 7)]):
        story = tracking.tell(life(*back))
        assert (story.standing, story.cause) == (Standing.RETURNED, Cause.RETURNED)
    after_all = tracking.tell(life(*way, scan("DELIVERED", "delivered", 8)))
    assert (after_all.standing, after_all.cause) == (Standing.DELIVERED, None)
    unclaimed = flagged("RETURNED", "package_unclaimed")  # nobody has sent it anywhere yet
    assert tracking.tell(life(unclaimed, ACCEPTED)).standing is Standing.IN_TRANSIT


def test_nothing_heard_is_a_label_and_no_more():
    story = tracking.tell([])
    assert (story.standing, story.scans, story.cause) == (Standing.LABEL_READY, (), None)


def test_what_claims_to_come_from_tomorrow_is_noticed():
    now = START + timedelta(hours=1)
    assert not tracking.from_far_future(DELIVERED, now)
    assert tracking.from_far_future(scan("TRANSIT", None, 48), now)
    assert tracking.from_far_future(scan("TRANSIT", None, 48, ingested=None), now)
    assert tracking.from_far_future(scan("TRANSIT", None, 48, at=None), now)


def test_a_status_nobody_understands_takes_no_delivery_back():
    heard = life(ACCEPTED, DELIVERED)
    riddle = scan("OTHER", "beamed", 9, action_required=True)
    for history in [(), (riddle,), (ACCEPTED, riddle), (ACCEPTED, DELIVERED, riddle)]:
        late = Snapshot(carrier="usps", number="9400", status=riddle, history=history)
        story = tracking.tell([*heard, late])
        assert (story.standing, story.cause) == (Standing.DELIVERED, None)
        assert story.delivered_at == DELIVERED.at
        assert riddle in (*story.scans, *story.aside)


def test_a_carrier_that_has_forgotten_a_number_takes_nothing_back():
    forgotten = scan("UNKNOWN", "other", 99)
    late = Snapshot(carrier="usps", number="9400", status=forgotten, history=(forgotten,))
    story = tracking.tell([*life(ACCEPTED, DELIVERED), late])
    assert (story.standing, story.scans) == (Standing.DELIVERED, (ACCEPTED, DELIVERED))
    assert (story.earlier, story.aside) == ((), (forgotten,))


def test_what_lists_all_we_know_and_a_riddle_besides_is_the_history_to_read():
    riddle = scan("OTHER", "beamed", 5)
    late = Snapshot(
        carrier="usps", number="9400", status=riddle, history=(ACCEPTED, OUT, riddle), eta=START
    )
    story = tracking.tell([*life(ACCEPTED, OUT), late])
    assert (story.standing, story.now) == (Standing.OUT_FOR_DELIVERY, OUT)
    assert (story.scans, story.aside, story.eta) == ((ACCEPTED, OUT, riddle), (), START)


def test_what_was_forgotten_beside_a_riddle_is_still_part_of_the_history():
    """Found by Hypothesis: two riddles, and the later one lists a scan less."""
    riddle, other = scan("UNKNOWN", "other", 3), scan("OTHER", "beamed", 5)
    more, less = (
        Snapshot(carrier="usps", number="9400", status=last, history=history)
        for last, history in ((riddle, (ACCEPTED, riddle, OUT)), (other, (ACCEPTED, other)))
    )
    story = tracking.tell([*life(ACCEPTED), more, less])
    assert (story.scans, story.aside) == ((ACCEPTED, riddle, OUT), (other,))


def test_of_a_parcel_heard_of_in_riddles_alone_the_last_known_scan_counts():
    riddle = scan("OTHER", "beamed", 5)
    late = Snapshot(carrier="usps", number="9400", status=riddle, history=(DELIVERED, riddle))
    assert tracking.tell([late]).standing is Standing.DELIVERED


@pytest.mark.parametrize("dates", [{"at": None}, {"ingested": None}, {}], ids=str)
def test_what_is_from_the_far_future_is_kept_aside_until_its_day_has_come(dates):
    now = START + timedelta(hours=5)
    wild = scan("DELIVERED", "delivered", 24 * 60, **dates)
    heard = life(ACCEPTED, OUT, wild)
    story = tracking.tell(heard, now)
    assert (story.standing, story.scans) == (Standing.OUT_FOR_DELIVERY, (ACCEPTED, OUT))
    assert (story.aside, story.delivered_at) == ((wild,), None)
    assert story == tracking.tell(reversed(heard), now)
    later = tracking.tell(heard, now + timedelta(days=60))
    assert (later.standing, later.aside) == (Standing.DELIVERED, ())


def test_of_two_that_differ_in_the_far_future_alone_the_newer_names_the_day_of_arrival():
    now = START + timedelta(hours=5)
    wild = scan("TRANSIT", None, 24 * 60, ingested=START + timedelta(hours=3))
    known = Snapshot(carrier="usps", number="9400", status=OUT, history=(ACCEPTED, OUT))
    for hours in range(9):
        older = replace(known, eta=now + timedelta(hours=hours))
        newer = replace(known, history=(ACCEPTED, OUT, wild), eta=now + timedelta(days=2))
        assert tracking.tell([newer, older], now).eta == newer.eta


def test_two_scans_in_one_second_are_two_and_keep_shippos_order():
    first, second = scan("TRANSIT", "package_arrived", 2), scan("TRANSIT", "package_departed", 2)
    heard = life(ACCEPTED, first, second)
    for order in itertools.permutations(heard):
        story = tracking.tell(order)
        assert (story.scans, story.now) == ((ACCEPTED, first, second), second)


def test_one_scan_listed_twice_is_one_however_it_was_stamped():
    again = replace(OUT, ingested=START + timedelta(hours=7))
    story = tracking.tell(life(ACCEPTED, OUT, again))
    assert (story.scans, story.earlier) == ((ACCEPTED, OUT), ())


def test_a_status_that_history_does_not_list_is_its_last_line():
    told = Snapshot(carrier="usps", number="9400", status=DELIVERED, history=(ACCEPTED, OUT))
    story = tracking.tell([told])
    assert story.scans == (ACCEPTED, OUT, DELIVERED)
    assert story.delivered_at == DELIVERED.at
