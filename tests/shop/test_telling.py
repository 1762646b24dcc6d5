"""A parcel's story in words: never more than is known, and never past the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop import headlines, i18n, telling
from shop.models import Parcel
from shop.rates import HOME
from shop.values import Cause, Scan, Snapshot, Standing, TrackingStatus, Via
from tests import make

pytestmark = pytest.mark.usefixtures("app")
NOON = {"hour": 20, "minute": 0, "second": 0, "microsecond": 0}
PROSE = "Left with individual: J ARCHER, 2215 SE Alder <b>St</b>"


def moment(days: int = 0) -> datetime:
    return (datetime.now(UTC) - timedelta(seconds=1)) + timedelta(days=days)


def today() -> Any:
    return datetime.now(HOME).date()


def promised(first: int, last: int) -> dict[str, Any]:
    day = today()
    return {
        "promise_first": day + timedelta(days=first),
        "promise_last": day + timedelta(days=last),
    }


def scan(status: TrackingStatus, substatus: str | None = None, days: int = 0, **given: Any) -> Scan:
    own = {"city": "Portland", "state": "OR", "details": "Scanned", **given}
    return Scan(status=status, substatus=substatus, at=moment(days), ingested=moment(days), **own)


def heard(*scans: Scan, eta: datetime | None = None, **order: Any) -> Parcel:
    """A parcel of an order due between today and the day after tomorrow, and its scans."""
    parcel = make.labelled(order=make.order(**{**promised(0, 2), **order}))
    told = Snapshot(
        carrier="usps",
        number=make.NUMBER,
        transaction=parcel.transaction_id,
        status=scans[-1] if scans else None,
        history=scans,
        eta=eta,
    )
    parcel.hear(told, Via.WEBHOOK, moment())
    return parcel


def states(parcel: Parcel) -> list[str]:
    return [f"{step['name']}: {step['state']}" for step in telling.steps(parcel)]


TRANSIT, FAILURE = TrackingStatus.TRANSIT, TrackingStatus.FAILURE
TABLE = [
    (TrackingStatus.PRE_TRANSIT, "information_received", "Arrives ", "done now todo todo todo"),
    (TRANSIT, "package_accepted", "Arrives ", "done done now todo todo"),
    (TRANSIT, "out_for_delivery", "Out for delivery today", "done done done now todo"),
    (TrackingStatus.DELIVERED, "delivered", "Delivered ", "done done done done done"),
    (TRANSIT, "address_issue", "There is a problem with", "done done done stop todo todo"),
    (TRANSIT, "delivery_attempted", "Delivery was attempted", "done done done late todo todo"),
    (TRANSIT, "package_held", "Held by the carrier", "done done done stop todo todo"),
    (TRANSIT, "pickup_available", "Ready to be collected", "done done done now todo todo"),
    (TRANSIT, "package_damaged", "Damaged on the way", "done done done stop todo todo"),
    (FAILURE, "package_undeliverable", "Delivery failed", "done done done stop todo todo"),
    (FAILURE, "package_lost", "This parcel is lost", "done done done stop todo todo"),
    (FAILURE, None, "Delivery failed", "done done done stop todo todo"),
    (
        TrackingStatus.RETURNED,
        "return_to_sender",
        "On its way back",
        "done done done stop todo todo",
    ),
    (
        TrackingStatus.RETURNED,
        "package_unclaimed",
        "Not collected",
        "done done done late todo todo",
    ),
]


@pytest.mark.parametrize(("status", "substatus", "says", "way"), TABLE, ids=lambda v: str(v)[:20])
def test_every_standing_has_a_headline_a_reason_and_a_way(
    status: TrackingStatus, substatus: str | None, says: str, way: str
):
    parcel = heard(scan(status, substatus))
    assert headlines.headline(parcel).startswith(says)
    assert [step["state"] for step in telling.steps(parcel)] == way.split()
    assert telling.explanation(parcel).endswith(".")
    assert "%(" not in telling.explanation(parcel)


def test_a_parcel_without_a_label_is_being_packed():
    parcel = make.parcel(order=make.order(**promised(1, 2)))
    assert headlines.headline(parcel) == "Your parcel is being packed"
    assert states(parcel)[:2] == ["Ordered: done", "Packed: now"]
    assert i18n.day_range(parcel.order.promise) in telling.explanation(parcel)
    assert telling.timeline(parcel)[0]["events"][0]["text"] == "Order placed"


def test_what_the_carrier_expects_is_said_when_it_is_known():
    due = moment(1)
    parcel = heard(scan(TRANSIT, "package_departed"), eta=due)
    day = i18n.long_day(due.astimezone(HOME).date())
    assert headlines.headline(parcel) == f"On its way, arriving {day}"


def test_midnight_in_utc_is_a_day_and_not_the_evening_before():
    eta = (moment(2)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert telling.expected_day(heard(scan(TRANSIT), eta=eta)) == eta.date()


@pytest.mark.parametrize(
    ("days", "says"), [(1, "Running one day late, "), (3, "Running 3 days late, ")]
)
def test_late_says_how_late_until_when_and_inserts_a_step(days: int, says: str):
    eta = datetime.now(HOME).replace(**NOON) + timedelta(days=days)
    parcel = heard(scan(TRANSIT, "package_departed"), eta=eta, **promised(-2, 0))
    assert headlines.headline(parcel) == f"{says}now expected {i18n.long_day(eta.date())}"
    assert states(parcel)[2:] == [
        "With carrier: done",
        "Delayed: late",
        "Out for delivery: todo",
        "Delivered: todo",
    ]
    assert "We keep asking USPS for news" in str(telling.delay(parcel))


def test_a_day_that_has_passed_stays_visible_and_no_new_one_is_invented():
    parcel = heard(scan(TRANSIT, days=-4), eta=moment(-2), **promised(-4, -3))
    assert headlines.headline(parcel).startswith("Running late, was expected ")
    assert telling.steps(parcel)[-1]["note"] == ""
    assert "names no new day" in telling.explanation(parcel)


def test_of_a_late_parcel_nothing_is_promised_that_nobody_does():
    parcel = heard(scan(TRANSIT, days=-30), **promised(-30, -20))
    title, text = telling.delay(parcel) or ("", "")
    assert title == "We keep asking USPS for news"
    assert not [word for word in ("refund", "send another", "put it right") if word in title + text]


def test_a_late_parcel_that_comes_today_needs_no_more_words():
    late = promised(-4, -3)
    assert telling.delay(heard(scan(TRANSIT, "out_for_delivery"), **late)) is None
    assert telling.delay(heard(scan(TRANSIT, "out_for_delivery", days=-2), **late))


def test_late_before_it_left_is_ours_to_say():
    parcel = make.labelled(order=make.order(**promised(-4, -3)))
    assert "We are sorry" in telling.explanation(parcel)
    assert states(parcel)[:4] == [
        "Ordered: done",
        "Delayed: late",
        "Packed: todo",
        "With carrier: todo",
    ]


def test_trouble_at_the_door_comes_after_out_for_delivery():
    parcel = heard(scan(TRANSIT, "out_for_delivery"), scan(TRANSIT, "notice_left"))
    assert states(parcel)[3:] == [
        "Out for delivery: done",
        "Delivery attempted: late",
        "Delivered: todo",
    ]


def test_returned_after_delivery_keeps_the_day_of_delivery():
    parcel = heard(
        scan(TrackingStatus.DELIVERED, days=-2), scan(TrackingStatus.RETURNED, "return_to_sender")
    )
    assert parcel.standing is Standing.RETURNED
    assert states(parcel)[-2:] == ["Delivered: done", "Going back: stop"]
    assert telling.explanation(parcel).startswith("It was delivered on ")


def test_the_timeline_is_the_carriers_newest_first_then_ours():
    parcel = heard(
        scan(TRANSIT, "package_accepted", details="Accepted"), scan(TRANSIT, details="Left")
    )
    events = [event for day in telling.timeline(parcel) for event in day["events"]]
    assert [event["text"] for event in events] == [
        "Left",
        "Accepted",
        "Label made",
        "Order placed",
    ]
    assert events[0]["tone"] == "now"
    assert events[0]["place"] == "Portland, OR"


def test_strangers_never_read_the_carriers_own_words():
    parcel = heard(scan(TRANSIT, "notice_left", details=PROSE), scan(FAILURE, details=PROSE))
    assert "ARCHER" in str(telling.timeline(parcel))
    assert "ARCHER" not in str(telling.timeline(parcel, strangers=True))
    assert "Nobody there, a notice was left" in str(telling.timeline(parcel, strangers=True))


def test_what_only_an_older_report_knows_is_marked_so():
    parcel = heard(scan(TRANSIT, details="Sorted in Tacoma", days=-2))
    newer = scan(TRANSIT, details="Sorted in Seattle")
    parcel.hear(
        Snapshot(carrier="usps", number=make.NUMBER, status=newer, history=(newer,)),
        Via.POLL,
        moment(),
    )
    last = telling.timeline(parcel)[-1]
    assert [(e["text"], e["source"]) for e in last["events"]] == [
        ("Sorted in Tacoma", "earlier report")
    ]


def test_a_scan_without_a_date_is_still_told():
    undated = Scan(status=TRANSIT, details="Somewhere", ingested=moment())
    assert telling.timeline(heard(undated))[0]["label"] == "No day given"


@pytest.mark.parametrize("cause", Cause)
def test_no_cause_is_without_words(cause: Cause):
    parcel = make.labelled(standing=Standing.ATTENTION, cause=cause)
    assert headlines.headline(parcel)
    assert "USPS" in telling.explanation(parcel)
    step = telling.next_step(parcel)
    assert step is None or step["to"] in {"carrier", "help"}


def test_several_parcels_are_counted_and_trouble_comes_first():
    order = make.order(**promised(1, 2))
    first = make.scanned(TrackingStatus.DELIVERED, order=order)
    second = make.labelled(order=order, transaction_id="second")
    assert headlines.of_order(order) == "1 of 2 parcels delivered"
    assert headlines.first_to_see(order) is second
    first.standing, first.cause = Standing.FAILED, Cause.LOST
    assert headlines.of_order(order) == "One of 2 parcels needs attention"
    assert headlines.first_to_see(order) is first
