"""Reading Shippo tolerantly: a word we do not know never makes a bought label a failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shop.gateways import answers
from shop.values import TrackingStatus, TransactionStatus

SOLD = {
    "object_id": "a" * 32,
    "status": "SUCCESS",
    "rate": "b" * 32,
    "metadata": "qs1:x:1",
    "tracking_number": "9400",
    "label_url": "https://x.example/l.pdf",
    "messages": [],
}


def test_a_status_nobody_told_us_of_is_other():
    assert answers.transaction({**SOLD, "status": "TELEPORTED"}).status is TransactionStatus.OTHER
    assert answers.scan({"status": "TELEPORTED"}).status is TrackingStatus.OTHER


def test_nulls_and_missing_keys_are_read_as_nothing():
    told = answers.transaction({"object_id": "a", "status": None, "metadata": None})
    assert (told.metadata, told.rate, told.tracking_number) == ("", None, None)
    track = answers.snapshot({"tracking_status": None, "tracking_history": None})
    assert track.status is None
    assert track.history == ()


def test_the_rate_may_be_an_id_or_an_object():
    assert answers.transaction({**SOLD, "rate": {"object_id": "c"}}).rate == "c"


def test_messages_may_be_objects_or_plain_text():
    said = [{"source": "UPS", "code": "", "text": "No account"}, "plain", {"text": None}]
    assert answers.transaction({**SOLD, "messages": said}).messages == ["UPS: No account", "plain"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2027-03-09T10:00:00Z", datetime(2027, 3, 9, 10, tzinfo=UTC)),
        ("2027-03-09T10:00:00", datetime(2027, 3, 9, 10, tzinfo=UTC)),
        ("2027-03-09T10:00:00.123+02:00", datetime(2027, 3, 9, 8, 0, 0, 123000, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_time_without_a_zone_is_utc_and_an_unreadable_one_is_none(text, read):
    assert answers.moment(text) == read


OFFER = {
    "object_id": "a" * 32,
    "provider": "USPS",
    "servicelevel": {"token": "usps_priority", "name": "Priority Mail"},
    "amount": "7.85",
    "currency": "USD",
    "estimated_days": 2,
    "arrives_by": "17:00:00",
}


def test_what_is_too_long_for_its_column_is_cut_or_left_out():
    sold = answers.transaction(
        {**SOLD, "tracking_url_provider": f"https://x.example/{'9' * 500}", "metadata": "m" * 999}
    )
    assert (sold.tracking_url, sold.tracking_number, len(sold.metadata)) == (None, "9400", 200)
    assert answers.transaction({**SOLD, "tracking_number": "9" * 65}).tracking_number is None
    words = {"token": "t" * 999, "name": "n" * 999}
    offer = answers.rate({**OFFER, "provider": "p" * 999, "servicelevel": words})
    assert [len(offer.carrier), len(offer.carrier_name)] == [40, 80]
    assert [len(offer.service), len(offer.service_name)] == [80, 120]
    finer = answers.scan({"status": "TRANSIT", "substatus": {"code": "c" * 999}}).substatus
    assert finer == "c" * 64


def test_what_no_database_can_keep_is_taken_out_of_a_carriers_words():
    scan = answers.scan({"status_details": "Left\0 at\ud800 door", "location": {"city": "Port\0"}})
    assert (scan.details, scan.city) == ("Left  at  door", "Port")
    assert answers.transaction({**SOLD, "tracking_number": "94\x0000"}).tracking_number is None


@pytest.mark.parametrize("odd", [7, "text", ["list"], {"an": "object"}, True, 1e400])
def test_a_track_whose_parts_are_of_another_kind_is_still_read(odd):
    names = ("substatus", "location", "status_details", "object_created", "status_date", "status")
    whole = answers.snapshot(
        {
            "carrier": odd,
            "tracking_number": odd,
            "transaction": odd,
            "eta": odd,
            "tracking_status": dict.fromkeys(names, odd),
            "tracking_history": [odd, {"substatus": {"code": odd}}],
        }
    )
    assert isinstance(whole.transaction, str | None)
    assert isinstance(whole.number, str)
    assert all(isinstance(scan.substatus, str | None) for scan in whole.history)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "-1.00"}, {"amount": "NaN"}, {"amount": "1e12"}, {"object_id": "a" * 65}],
)
def test_an_offer_at_an_impossible_price_or_without_an_id_is_none(wrong):
    assert answers.readable(answers.rate, [{**OFFER, **wrong}, OFFER]) == [answers.rate(OFFER)]


@pytest.mark.parametrize("days", ["2", -1, 10**9, 2.5, None])
def test_days_that_are_none_are_not_promised(days):
    assert answers.rate({**OFFER, "estimated_days": days, "arrives_by": "at noon or so"}) == (
        answers.rate({**OFFER, "estimated_days": None, "arrives_by": None})
    )


def test_lists_that_are_none_are_empty():
    assert answers.readable(answers.rate, 7) == []
    assert answers.transaction({**SOLD, "messages": "no list"}).messages == []
