"""Shippo's official SDK quotes, buys, gets and lists here."""

import time

import shippo
from shippo.models import components

from tests.contract.sdk import quote

# The SDK warns that an account without parameters is no dataclass of its own.
BARE = r"ignore:Failed to decode \{\} Union dataclasses:UserWarning"


def test_a_shipment_is_quoted_by_several_services_with_text_for_money(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    assert shipment.status is components.ShipmentStatus.SUCCESS
    assert {"USPS", "UPS"} == {rate.provider for rate in shipment.rates}
    assert all(isinstance(rate.amount, str) and rate.currency == "USD" for rate in shipment.rates)
    assert all(message.text for message in shipment.messages)
    marks = [mark.value for rate in shipment.rates for mark in rate.attributes]
    assert sorted(marks) == ["BESTVALUE", "CHEAPEST", "FASTEST"]


def test_the_same_question_has_the_same_price(sdk: shippo.Shippo) -> None:
    first, second = quote(sdk), quote(sdk)
    assert [rate.amount for rate in first.rates] == [rate.amount for rate in second.rates]


def test_a_shipment_quoted_later_has_no_rates_at_first(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk, async_=True)
    assert (shipment.status, shipment.rates) == (components.ShipmentStatus.QUEUED, [])
    for _ in range(100):
        found = sdk.shipments.get(shipment.object_id)
        if found.status is components.ShipmentStatus.SUCCESS:
            break
        time.sleep(0.05)
    assert len(found.rates) == len(sdk.rates.list_shipment_rates(shipment.object_id).results) > 5


def test_a_rate_is_read_again_by_its_id(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0]
    assert sdk.rates.get(rate.object_id) == rate
