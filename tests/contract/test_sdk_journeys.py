"""Journeys as Shippo's own SDK reads them, whatever the carrier writes and whatever the weather."""

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.sdk import buy, quote
from tests.world import World

STATUS = components.TrackingStatusEnum
ENDS = {
    "smooth": STATUS.DELIVERED,
    "stalled_before_first_scan": STATUS.PRE_TRANSIT,
    "stalled_midway": STATUS.TRANSIT,
    "weather_delay": STATUS.DELIVERED,
    "customs_hold": STATUS.DELIVERED,
    "address_issue_fixed": STATUS.DELIVERED,
    "missed_delivery": STATUS.DELIVERED,
    "damaged": STATUS.FAILURE,
    "lost": STATUS.FAILURE,
    "refused_returned": STATUS.RETURNED,
    "delivered_not_received": STATUS.DELIVERED,
    "delivered_then_returned": STATUS.RETURNED,
    "out_of_order": STATUS.DELIVERED,
    "duplicated": STATUS.DELIVERED,
    "burst_after_silence": STATUS.DELIVERED,
    "webhooks_never_sent": STATUS.DELIVERED,
    "forged_signature": STATUS.DELIVERED,
    "wrong_mode": STATUS.DELIVERED,
}


def usps(sdk: shippo.Shippo) -> str:
    found = [rate for rate in quote(sdk).rates if rate.servicelevel.token == "usps_priority"]
    return str(found[0].object_id)


# What the API sends as null the SDK takes, and mentions it.
@pytest.mark.filterwarnings("ignore:.*non-optional type.*:RuntimeWarning")
@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_journey_is_read(world: World, sdk: shippo.Shippo, name: str) -> None:
    label = buy(sdk, usps(sdk))
    world.journey(label.tracking_number, name)
    world.advance(24 * 14)
    track = sdk.tracking_status.get(label.tracking_number, "usps")
    assert track.tracking_status.status is ENDS[name]
    assert track.tracking_history[0].substatus.code == "information_received"
    assert sdk.transactions.get(label.object_id).tracking_status is ENDS[name]


def test_a_carrier_that_is_down_is_a_message_and_an_error(world: World, sdk: shippo.Shippo) -> None:
    rate = usps(sdk)
    world.world_journey("carrier_down")
    codes = {(said.source, said.code) for said in quote(sdk).messages}
    assert ("USPS", "carrier_timeout") in codes
    refused = buy(sdk, rate)
    assert refused.status is components.TransactionStatusEnum.ERROR
    assert [said.code for said in refused.messages] == ["carrier_timeout"]


def test_a_rate_that_is_gone_is_a_400(world: World, sdk: shippo.Shippo) -> None:
    rate = usps(sdk)
    world.world_journey("rate_gone")
    with pytest.raises(errors.SDKError) as caught:
        buy(sdk, rate)
    assert caught.value.status_code == 400
    assert buy(sdk, usps(sdk)).tracking_number


def test_a_storm_is_a_429_that_is_not_json(world: World, sdk: shippo.Shippo) -> None:
    world.world_journey("storm_429", seconds=60)
    with pytest.raises(errors.SDKError) as caught:
        sdk.addresses.list()
    assert (caught.value.status_code, caught.value.body) == (429, "Too Many Requests")
