"""Shippo's official SDK finds the carrier accounts here, and switches them on and off."""

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import buy, client, every_page, quote, sender
from tests.world import World

# The SDK warns that an account without parameters is no dataclass of its own.
pytestmark = pytest.mark.filterwarnings(r"ignore:Failed to decode \{\} Union dataclasses")


def accounts(sdk: shippo.Shippo, **asked: object) -> components.CarrierAccountPaginatedList:
    return sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(**asked))


def ups(sdk: shippo.Shippo) -> list[components.CarrierAccountWithExtraInfo]:
    return list(accounts(sdk, carrier=components.CarriersEnum.UPS).results)


def switch(
    sdk: shippo.Shippo, account: components.CarrierAccountWithExtraInfo, *, active: bool
) -> components.CarrierAccount:
    base = components.CarrierAccountBase(
        account_id=account.account_id, carrier=account.carrier, active=active
    )
    return sdk.carrier_accounts.update(account.object_id, base)


def test_a_fresh_account_has_fifteen_carrier_accounts(sdk: shippo.Shippo) -> None:
    found = accounts(sdk, results=25).results
    assert [account.carrier for account in found] == [
        *("usps", "ups", "ups", "fedex", "dhl_express", "canada_post", "chronopost"),
        *("colissimo", "correos", "couriersplease", "deutsche_post", "dpd_de", "dpd_uk"),
        *("hermes_uk", "lso"),
    ]
    assert all(each.active and each.is_shippo_account and each.test for each in found)
    assert {each.service_levels for each in found} == {None}
    assert found[0].object_info.authentication.status.value == "connected"


def test_five_come_at_a_time(sdk: shippo.Shippo) -> None:
    first = accounts(sdk)
    assert (len(first.results), first.previous) == (5, None)
    behind = every_page(first.next)
    assert len(behind) == 10
    assert {each.object_id for each in first.results}.isdisjoint(
        each["object_id"] for each in behind
    )


def test_accounts_can_be_asked_for_by_carrier_and_by_name(sdk: shippo.Shippo) -> None:
    assert len(ups(sdk)) == 2
    second = accounts(sdk, account_id="shippo_ups_account_2").results
    assert [each.object_id for each in second] == [ups(sdk)[1].object_id]
    assert accounts(sdk, account_id="nobody").results == []


def test_service_levels_are_told_in_the_list_when_asked_for(sdk: shippo.Shippo) -> None:
    asked = {"carrier": components.CarriersEnum.USPS, "service_levels": True}
    usps = accounts(sdk, **asked).results[0]
    assert "usps_priority" in [level.token for level in usps.service_levels]
    assert usps.service_levels[0].supports_return_labels is True
    assert sdk.carrier_accounts.get(usps.object_id).service_levels is None


def test_two_accounts_of_a_carrier_quote_the_same_services_at_two_prices_when_both_are_named(
    sdk: shippo.Shippo,
) -> None:
    usually = [rate.servicelevel.extended_token for rate in quote(sdk).rates]
    assert (usually.count("ups_ground"), len(usually)) == (1, 10)
    shipment = quote(sdk, carrier_accounts=[each.object_id for each in ups(sdk)])
    first, second = [
        rate for rate in shipment.rates if rate.servicelevel.extended_token == "ups_ground"
    ]
    assert [first.carrier_account, second.carrier_account] == [each.object_id for each in ups(sdk)]
    assert float(first.amount) < float(second.amount)


def test_quoting_can_be_kept_to_an_account(sdk: shippo.Shippo) -> None:
    second = ups(sdk)[1].object_id
    shipment = quote(sdk, carrier_accounts=[second])
    assert {rate.carrier_account for rate in shipment.rates} == {second}
    assert (shipment.carrier_accounts, shipment.messages) == ([second], [])
    with pytest.raises(errors.SDKError) as refused:
        quote(sdk, carrier_accounts=["0" * 32])
    assert refused.value.status_code == 400
    assert refused.value.body.startswith('{"carrier_accounts":["Carrier account with object_id 0')


def test_an_account_that_is_switched_off_does_not_quote(sdk: shippo.Shippo) -> None:
    first = ups(sdk)[0]
    assert switch(sdk, first, active=False).active is False
    assert sdk.carrier_accounts.get(first.object_id).active is False
    shipment = quote(sdk)
    assert first.object_id not in {rate.carrier_account for rate in shipment.rates}
    assert "UPS" not in [message.source for message in shipment.messages]
    named = quote(sdk, carrier_accounts=[first.object_id])
    assert (named.rates, [message.text for message in named.messages]) == (
        [],
        ["Carrier account is not active."],
    )
    assert switch(sdk, first, active=True).active is True
    assert first.object_id in {rate.carrier_account for rate in quote(sdk).rates}


def test_an_account_switched_off_since_does_not_sell(sdk: shippo.Shippo) -> None:
    rate = next(rate for rate in quote(sdk).rates if rate.provider == "USPS")
    usps = accounts(sdk, carrier=components.CarriersEnum.USPS).results[0]
    switch(sdk, usps, active=False)
    label = buy(sdk, rate.object_id)
    assert (label.status.value, [message.text for message in label.messages]) == (
        "ERROR",
        ["Carrier account is not active."],
    )


def test_neither_the_carrier_nor_the_name_of_an_account_can_be_changed(
    sdk: shippo.Shippo,
) -> None:
    account = ups(sdk)[0]
    for base in (
        components.CarrierAccountBase(account_id=account.account_id, carrier="usps"),
        components.CarrierAccountBase(account_id="mine", carrier="ups"),
    ):
        with pytest.raises(errors.SDKError, match="cannot be changed") as refused:
            sdk.carrier_accounts.update(account.object_id, base)
        assert refused.value.status_code == 400


@pytest.mark.filterwarnings("ignore:Failed to decode:UserWarning")
def test_an_account_of_ones_own_is_masked_and_quotes_its_own_prices(sdk: shippo.Shippo) -> None:
    mine = sdk.carrier_accounts.create(
        components.ConnectExistingOwnAccountRequest(
            account_id="321556",
            carrier="ups",
            parameters={"password": "guess"},
            metadata="ours",
        )
    )
    assert (mine.account_id, mine.is_shippo_account, mine.metadata) == ("**1556", False, "ours")
    assert mine.parameters == {"password": "****"}
    assert len(accounts(sdk, results=25).results) == 16
    shops, own = (
        next(rate for rate in found.rates if rate.servicelevel.token == "ups_ground")
        for found in (quote(sdk), quote(sdk, carrier_accounts=[mine.object_id]))
    )
    assert float(own.amount) < float(shops.amount)
    assert buy(sdk, own.object_id).status.value == "SUCCESS"


def test_an_account_of_a_carrier_nobody_knows_is_refused(sdk: shippo.Shippo) -> None:
    with pytest.raises(errors.SDKError) as refused:
        sdk.carrier_accounts.create(
            components.ConnectExistingOwnAccountRequest(
                account_id="1", carrier="pigeons", parameters={}
            )
        )
    assert (refused.value.status_code, refused.value.body) == (
        400,
        '{"carrier":["\\"pigeons\\" is not a valid choice."]}',
    )


def test_the_sign_up_with_a_carrier_is_through(sdk: shippo.Shippo) -> None:
    status = sdk.carrier_accounts.get_registration_status(operations.Carrier.USPS)
    usps = accounts(sdk, carrier=components.CarriersEnum.USPS).results[0]
    assert (status.status, status.carrier_account) == ("APPROVED", usps.object_id)


def test_live_accounts_are_others(sdk: shippo.Shippo, world: World) -> None:
    test = accounts(sdk).results[0]
    with requests.Session() as session:
        live = client(world, "shippo_live_0123456789", session)
        assert accounts(live).results[0].test is False
        with pytest.raises(errors.SDKError, match="Not found"):
            live.carrier_accounts.get(test.object_id)


def test_dpd_uk_quotes_and_does_not_sell(sdk: shippo.Shippo) -> None:
    london = {"city": "London", "state": "", "zip": "SE1 9PZ", "country": "GB"}
    shipment = quote(sdk, address_from=sender(**london), address_to=sender(**london))
    dpd = next(rate for rate in shipment.rates if rate.provider == "DPD UK")
    assert dpd.currency == "GBP"
    label = buy(sdk, dpd.object_id)
    assert label.status.value == "ERROR"
    assert "not yet registered" in label.messages[0].text
