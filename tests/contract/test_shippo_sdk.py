"""Shippo's official SDK quotes, buys, gets and lists here."""

import time

import pytest
import requests
import shippo
from shippo.models import components, operations

from tests.contract.sdk import buy, listed, parcel, quote, recipient, sender, settled
from tests.world import TOKEN, World

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


def test_a_label_bought_at_once_has_a_number_and_a_file(sdk: shippo.Shippo, world: World) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, metadata="o=Q-10234;a=1")
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.metadata == "o=Q-10234;a=1"
    assert transaction.tracking_status is components.TrackingStatusEnum.UNKNOWN
    assert transaction.tracking_number in transaction.tracking_url_provider
    label = requests.get(transaction.label_url, timeout=5)
    assert label.content.startswith(b"%PDF")
    assert [sold["tracking_number"] for sold in world.ledger()] == [transaction.tracking_number]


def test_a_label_bought_later_is_queued_and_then_there(sdk: shippo.Shippo) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, later=True)
    assert transaction.status is components.TransactionStatusEnum.QUEUED
    assert transaction.tracking_number is None
    assert transaction.label_url is None
    assert settled(sdk, transaction.object_id).status is components.TransactionStatusEnum.SUCCESS


@pytest.mark.filterwarnings(BARE)
def test_a_label_bought_in_one_call_carries_its_rate(sdk: shippo.Shippo) -> None:
    accounts = sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(results=25)).results
    usps = next(account.object_id for account in accounts if account.carrier == "usps")
    shipment = components.ShipmentCreateRequest(
        address_from=sender(), address_to=recipient(), parcels=[parcel()]
    )
    transaction = sdk.transactions.create(
        components.InstantTransactionCreateRequest(
            shipment=shipment, carrier_account=usps, servicelevel_token="usps_priority"
        )
    )
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.rate.servicelevel_token == "usps_priority"
    assert transaction.rate.carrier_account == usps


def test_a_refusal_comes_inside_a_success(sdk: shippo.Shippo) -> None:
    nameless = quote(sdk, address_to=recipient().__class__(country="US", zip="10118", state="NY"))
    transaction = buy(sdk, nameless.rates[0].object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR
    assert 'Attribute "address_to.name" must not be empty.' in [
        m.text for m in transaction.messages
    ]


def test_dpd_uk_quotes_and_does_not_sell(sdk: shippo.Shippo) -> None:
    london = {"city": "London", "state": "", "zip": "SE1 9PZ", "country": "GB"}
    shipment = quote(sdk, address_from=sender(**london), address_to=sender(**london))
    dpd = next(rate for rate in shipment.rates if rate.provider == "DPD UK")
    assert dpd.currency == "GBP"
    transaction = settled(sdk, buy(sdk, dpd.object_id, later=True).object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR


def test_it_sells_twice_when_asked_twice(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = {buy(sdk, rate).object_id for _ in range(2)}
    found = sdk.transactions.list(listed(rate=rate, results=100)).results
    assert (
        {each.object_id for each in found}
        == bought
        == {sold["object_id"] for sold in world.ledger()}
    )


def test_lists_are_filtered_by_what_became_of_a_label(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    resting, moving = buy(sdk, rate), buy(sdk, rate)
    world.scan(moving.tracking_number, "TRANSIT", "package_accepted")
    in_transit = listed(tracking_status=components.TrackingStatusEnum.TRANSIT)
    assert [each.object_id for each in sdk.transactions.list(in_transit).results] == [
        moving.object_id
    ]
    unknown = listed(tracking_status=components.TrackingStatusEnum.UNKNOWN)
    assert [each.object_id for each in sdk.transactions.list(unknown).results] == [
        resting.object_id
    ]
    wrong = listed(object_status=components.TransactionStatusEnum.ERROR)
    assert sdk.transactions.list(wrong).results == []


def test_lists_are_paged_newest_first_with_whole_addresses(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = [buy(sdk, rate).object_id for _ in range(5)]
    seen, number, found = [], 1, None
    while found is None or found.next:
        found = sdk.transactions.list(listed(rate=rate, page=number, results=2))
        seen += [each.object_id for each in found.results]
        number += 1
    assert seen == bought[::-1]
    middle = sdk.transactions.list(listed(rate=rate, page=2, results=2))
    assert "page=3" in middle.next
    assert "page=1" in middle.previous
    following = requests.get(
        middle.next, headers={"Authorization": f"ShippoToken {TOKEN}"}, timeout=5
    )
    assert [each["object_id"] for each in following.json()["results"]] == [bought[0]]
