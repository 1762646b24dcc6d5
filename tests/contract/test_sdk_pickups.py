"""Shippo's official SDK asks the carrier to the door here."""

from datetime import UTC, datetime, timedelta

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.sdk import account, buy, rate
from tests.world import World

PLACES = components.BuildingLocationType
ADDRESS = {
    "name": "Quayside",
    "street1": "1 Ferry Building",
    "city": "San Francisco",
    "state": "CA",
    "zip": "94111",
    "country": "US",
}


def pickup(
    sdk: shippo.Shippo, world: World, place: dict[str, object] | None = None, **more: object
) -> components.Pickup:
    now = datetime.fromisoformat(world.clock()["now"]).astimezone(UTC)
    location = {
        "address": components.AddressCompleteCreateRequest(**ADDRESS),
        "building_location_type": PLACES.FRONT_DOOR,
        **(place or {}),
    }
    given = {
        "carrier_account": account(sdk),
        "location": components.Location(**location),
        "requested_start_time": now + timedelta(hours=20),
        "requested_end_time": now + timedelta(hours=24),
        "transactions": [buy(sdk, rate(sdk)).object_id],
        "metadata": "dock 3",
        **more,
    }
    return sdk.pickups.create(components.PickupBase(**given))


def test_a_pickup_is_confirmed_at_once(sdk: shippo.Shippo, world: World) -> None:
    made = pickup(sdk, world)
    assert made.status is components.PickupStatus.CONFIRMED
    assert made.confirmation_code.startswith("WTC")
    assert made.timezone == "US/Pacific"
    assert (made.is_test, made.metadata, made.messages) == (True, "dock 3", [])
    assert made.location.building_location_type is PLACES.FRONT_DOOR
    assert made.location.address.city == "San Francisco"
    assert datetime.fromisoformat(made.confirmed_start_time) == made.requested_start_time
    assert datetime.fromisoformat(made.cancel_by_time) < made.requested_start_time


def test_nobody_comes_yesterday(sdk: shippo.Shippo, world: World) -> None:
    long_ago = datetime(2020, 5, 12, 12, tzinfo=UTC)
    made = pickup(
        sdk,
        world,
        requested_start_time=long_ago,
        requested_end_time=long_ago + timedelta(hours=4),
    )
    assert made.status is components.PickupStatus.ERROR
    assert (made.confirmation_code, len(made.messages)) == (None, 1)


def test_what_is_wrong_with_a_pickup_is_told(sdk: shippo.Shippo, world: World) -> None:
    nameless = components.AddressCompleteCreateRequest(**{**ADDRESS, "name": ""})
    ups = buy(sdk, rate(sdk, "ups_ground")).object_id
    for place, more, said in (
        ({}, {"carrier_account": account(sdk, "ups")}, '{"carrier_account":["Pickups are made by'),
        ({}, {"transactions": ["0" * 32]}, '{"transactions":["Transaction with supplied'),
        ({}, {"transactions": [ups]}, '{"transactions":["Transaction '),
        ({}, {"requested_end_time": datetime(2020, 1, 1, tzinfo=UTC)}, '{"requested_end_time":["'),
        (
            {"building_location_type": PLACES.SECURITY_DECK},
            {},
            '{"location":[{"building_location_type":["',
        ),
        (
            {"building_location_type": PLACES.OTHER},
            {},
            '{"location":[{"instructions":["This field is required."]}]}',
        ),
        (
            {"address": nameless},
            {},
            '{"location":[{"address":[{"name":["This field is required."]}]}]}',
        ),
    ):
        with pytest.raises(errors.SDKError) as refused:
            pickup(sdk, world, place, **more)
        assert (refused.value.status_code, refused.value.body[: len(said)]) == (400, said)


def test_dhl_comes_to_the_shipping_dock(sdk: shippo.Shippo, world: World) -> None:
    with pytest.raises(errors.SDKError) as refused:
        pickup(
            sdk,
            world,
            {"building_location_type": PLACES.SHIPPING_DOCK},
            carrier_account=account(sdk, "dhl_express"),
        )
    assert "of another carrier account" in refused.value.body
