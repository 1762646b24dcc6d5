"""Shippo's official SDK asks what a shipment costs here, and is answered with rates."""

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import client, every_page, parcel, quote, recipient, sender, until
from tests.world import World

SHIPMENT = components.ShipmentStatus


def listed(sdk: shippo.Shippo, **where: object) -> list[str]:
    found = sdk.shipments.list(operations.ListShipmentsRequest(**where)).results
    return [each.object_id for each in found]


def test_a_shipment_is_quoted_by_several_services_with_text_for_money(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    assert shipment.status is SHIPMENT.SUCCESS
    assert {"USPS", "UPS"} == {rate.provider for rate in shipment.rates}
    assert all(isinstance(rate.amount, str) and rate.currency == "USD" for rate in shipment.rates)
    assert all(message.text for message in shipment.messages)
    marks = [mark.value for rate in shipment.rates for mark in rate.attributes]
    assert sorted(marks) == ["BESTVALUE", "CHEAPEST", "FASTEST"]


def test_a_shipment_quoted_later_has_no_rates_at_first(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk, async_=True)
    assert (shipment.status, shipment.rates) == (SHIPMENT.QUEUED, [])
    found = until(
        lambda: sdk.shipments.get(shipment.object_id), lambda each: each.status is SHIPMENT.SUCCESS
    )
    rates = sdk.rates.list_shipment_rates(shipment.object_id, results=100).results
    assert len(found.rates) == len(rates) > 5


def test_a_shipment_comes_back_with_its_parts_whole(sdk: shippo.Shippo) -> None:
    depot = sender(name="Depot", street1="9 Dock St")
    shipment = quote(
        sdk,
        address_return=depot,
        metadata="order 7",
        shipment_date="2027-01-18T00:35:03.463Z",
        extra=components.ShipmentExtra(reference_1="Q-10234"),
    )
    assert shipment.address_return.street1 == "9 Dock St"
    assert shipment.address_from.is_complete is True
    assert (shipment.metadata, shipment.shipment_date) == ("order 7", "2027-01-18T00:35:03.463Z")
    assert shipment.extra.reference_1 == "Q-10234"
    assert shipment.carrier_accounts == []
    assert sdk.shipments.get(shipment.object_id) == shipment


def test_parcels_made_before_can_be_shipped(sdk: shippo.Shippo) -> None:
    box = sdk.parcels.create(parcel())
    assert quote(sdk, parcels=[box.object_id, parcel()]).parcels[0] == box


def test_shipments_are_listed_newest_first_and_by_time(sdk: shippo.Shippo, world: World) -> None:
    old = quote(sdk)
    early = world.clock()["now"]
    world.advance(1)
    made = [quote(sdk).object_id for _ in range(2)]
    assert listed(sdk) == [*made[::-1], old.object_id]
    assert listed(sdk, object_created_gt=early) == made[::-1]
    assert listed(sdk, object_created_lte=early) == [old.object_id]
    assert listed(sdk, object_created_gte="2017-01-01", object_created_lt="2017-01-02") == []
    first = sdk.shipments.list(operations.ListShipmentsRequest(results=2))
    assert [each["object_id"] for each in every_page(first.next)] == [old.object_id]


@pytest.mark.parametrize(
    "where",
    [
        {"object_created_gte": "2199-01-01"},
        {"object_created_gte": "soon"},
        {"object_created_gt": "2026-01-01", "object_created_gte": "2026-01-01"},
        {"object_created_gte": "2017-01-01", "object_created_lt": "2017-04-02"},
        {"object_created_gte": "2017-01-01"},
    ],
)
def test_a_stretch_of_time_is_at_most_ninety_days(
    sdk: shippo.Shippo, where: dict[str, str]
) -> None:
    with pytest.raises(errors.SDKError) as refused:
        listed(sdk, **where)
    assert (refused.value.status_code, "object_created" in refused.value.body) == (400, True)


def test_a_shipment_and_its_rates_are_kept_for_390_days(sdk: shippo.Shippo, world: World) -> None:
    shipment = quote(sdk)
    world.advance(389 * 24)
    assert sdk.shipments.get(shipment.object_id) == shipment
    assert listed(sdk) == [shipment.object_id]
    world.advance(2 * 24)
    assert listed(sdk) == []
    for gone in (
        lambda: sdk.shipments.get(shipment.object_id),
        lambda: sdk.rates.get(shipment.rates[0].object_id),
        lambda: sdk.rates.list_shipment_rates(shipment.object_id),
    ):
        with pytest.raises(errors.SDKError, match="Not found"):
            gone()


EXTRA = components.ShipmentExtra


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"parcels": []}, '{"parcels":["This field is required."]}'),
        ({"parcels": ["0" * 32]}, '{"parcels":[{"__all__":["Parcel with supplied object_id 000'),
        ({"address_to": "0" * 32}, '{"address_to":[{"__all__":["Address with supplied'),
        ({"address_to": recipient(country="")}, '{"address_to":[{"country":["This field is'),
        ({"shipment_date": "soon"}, '{"shipment_date":["Datetime has wrong format.'),
        ({"metadata": "x" * 101}, '{"metadata":["Ensure this field has no more than 100'),
        ({"extra": EXTRA(reference_1="x" * 51)}, '{"extra":[{"reference_1":["Ensure this'),
        (
            {"extra": EXTRA(insurance=components.Insurance(amount="much", currency="USD"))},
            '{"extra":[{"insurance":[{"amount":["A valid number is required."]}]}]}',
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_is_wrong(
    sdk: shippo.Shippo, given: dict[str, object], body: str
) -> None:
    with pytest.raises(errors.SDKError) as refused:
        quote(sdk, **given)
    assert refused.value.status_code == 400
    assert refused.value.body.startswith(body)


def test_nothing_is_kept_of_a_shipment_that_is_refused(sdk: shippo.Shippo) -> None:
    with pytest.raises(errors.SDKError):
        quote(sdk, parcels=["0" * 32])
    assert (sdk.addresses.list().results, sdk.parcels.list().results) == ([], [])


def test_a_live_shipment_is_not_there_for_a_test_token(sdk: shippo.Shippo, world: World) -> None:
    with requests.Session() as session:
        live = client(world, "shippo_live_0123456789", session)
        shipment = quote(live)
        assert shipment.test is False
        rates = live.rates.list_shipment_rates(shipment.object_id).results
        for absent in (
            lambda: sdk.shipments.get(shipment.object_id),
            lambda: sdk.rates.get(rates[0].object_id),
            lambda: sdk.addresses.get(shipment.address_to.object_id),
        ):
            with pytest.raises(errors.SDKError, match="Not found") as refused:
                absent()
            assert refused.value.status_code == 404
    assert listed(sdk) == []
