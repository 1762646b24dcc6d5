"""Shippo's official SDK is told no here, as Shippo says it."""

import pytest
import requests
import shippo
from shippo.models import errors

from tests.contract.sdk import buy, client, quote
from tests.world import World


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


def test_a_version_of_the_api_that_never_was_is_refused(sdk: shippo.Shippo) -> None:
    sdk.sdk_configuration.globals.shippo_api_version = "2017-08-01"
    assert sdk.parcels.list().results == []
    sdk.sdk_configuration.globals.shippo_api_version = "2018-02-09"
    with pytest.raises(errors.SDKError, match="2018-02-09 is not a valid API version") as refused:
        sdk.parcels.list()
    assert refused.value.status_code == 400
