"""Shippo's official SDK tracks, refunds, manages webhooks and is told no here."""

import pytest
import requests
import shippo
from shippo.models import errors, operations

from tests.contract.sdk import buy, client, parcel, quote, recipient
from tests.world import World

# The SDK warns that an account without parameters is no dataclass of its own.
BARE = r"ignore:Failed to decode \{\} Union dataclasses:UserWarning"
# And it wants `object_updated` on a scan; Shippo's own test numbers send null there.
NULLS = "ignore:'NoneType' object value of non-optional type object_updated:RuntimeWarning"


@pytest.mark.filterwarnings(BARE)
def test_addresses_parcels_and_accounts(sdk: shippo.Shippo) -> None:
    address = sdk.addresses.create(recipient())
    assert address.is_complete is True
    assert sdk.addresses.get(address.object_id) == address
    assert sdk.addresses.list().results[0] == address
    box = sdk.parcels.create(parcel())
    assert sdk.parcels.get(box.object_id).weight == "2"
    assert sdk.parcels.list().results[0].object_id == box.object_id
    accounts = sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(results=25)).results
    assert len(accounts) == 15
    assert sdk.carrier_accounts.get(accounts[0].object_id).carrier == accounts[0].carrier
    by_id = quote(sdk, address_to=address.object_id, parcels=[box.object_id])
    assert by_id.address_to == address


def test_errors_say_what_shippo_says(sdk: shippo.Shippo, world: World) -> None:
    refusals = [
        (lambda: sdk.transactions.get("0" * 32), 404, '"Not found."'),
        (lambda: buy(sdk, "0" * 32), 400, '"rate":["Rate with supplied object_id'),
        (lambda: quote(sdk, parcels=[]), 400, '"parcels":["This field is required."]'),
        (lambda: quote(sdk, metadata="x" * 101), 400, "no more than 100 characters"),
        (lambda: sdk.tracking_status.get("SHIPPO_NOTHING", "shippo"), 400, '"detail"'),
        (lambda: sdk.tracking_status.get("123456789012", "nobody"), 400, '"detail"'),
    ]
    for act, status, text in refusals:
        with pytest.raises(errors.SDKError) as refused:
            act()
        assert (refused.value.status_code, text in refused.value.body) == (status, True), (
            refused.value.body
        )


def test_the_token_decides_what_exists(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, quote(sdk).rates[0].object_id)
    with requests.Session() as session:
        live = client(world, "shippo_live_0123456789", session)
        with pytest.raises(errors.SDKError, match="Not found") as absent:
            live.transactions.get(label.object_id)
        assert absent.value.status_code == 404
        stranger = client(world, "shippo_other_123", session)
        with pytest.raises(errors.SDKError) as refused:
            stranger.transactions.get(label.object_id)
        assert (refused.value.status_code, refused.value.body) == (
            401,
            '{"detail":"Token does not exist"}',
        )
