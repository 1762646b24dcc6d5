"""Reading Shippo tolerantly: a word we do not know never makes a bought label a failure."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shop.gateways import shippo
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
    assert shippo.transaction({**SOLD, "status": "TELEPORTED"}).status is TransactionStatus.OTHER
    assert shippo.scan({"status": "TELEPORTED"}).status is TrackingStatus.OTHER


def test_nulls_and_missing_keys_are_read_as_nothing():
    told = shippo.transaction({"object_id": "a", "status": None, "metadata": None})
    assert (told.metadata, told.rate, told.tracking_number) == ("", None, None)
    track = shippo.snapshot({"tracking_status": None, "tracking_history": None})
    assert track.status is None
    assert track.history == ()


def test_the_rate_may_be_an_id_or_an_object():
    assert shippo.transaction({**SOLD, "rate": {"object_id": "c"}}).rate == "c"


def test_messages_may_be_objects_or_plain_text():
    said = [{"source": "UPS", "code": "", "text": "No account"}, "plain", {"text": None}]
    assert shippo.transaction({**SOLD, "messages": said}).messages == ["UPS: No account", "plain"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2027-03-09T10:00:00Z", datetime(2027, 3, 9, 10, tzinfo=UTC)),
        ("2027-03-09T10:00:00", datetime(2027, 3, 9, 10, tzinfo=UTC)),
        ("2027-03-09T10:00:00.123+02:00", datetime(2027, 3, 9, 8, 0, 0, 123000, tzinfo=UTC)),
        ("soon", None),
        (None, None),
    ],
)
def test_a_time_without_a_zone_is_utc_and_an_unreadable_one_is_none(text, read):
    assert shippo.moment(text) == read


def test_the_gateway_quotes_and_tracks_against_the_sandbox(app, world):
    from shop import packing, rates
    from shop.outside import gateways
    from tests.make import HOME

    told = gateways.shippo.rates(rates.SENDER, HOME, packing.pack([]))
    assert {rate.carrier for rate in told.rates} >= {"usps", "ups"}
    assert told.rates == sorted(told.rates, key=lambda rate: rate.price.minor)
    track = gateways.shippo.track("shippo", "SHIPPO_DELIVERED")
    assert track.status is not None
    assert track.status.status is TrackingStatus.DELIVERED
    assert len(track.history) == 4
