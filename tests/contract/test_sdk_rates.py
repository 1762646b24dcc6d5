"""Shippo's official SDK reads here what each service costs, and why others stay out."""

from decimal import Decimal

import pytest
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import buy, every_page, parcel, quote, recipient, sender
from tests.world import World

SHIPMENT = components.ShipmentStatus


def ground(shipment: components.Shipment, token: str = "usps_priority") -> components.Rate:
    return next(rate for rate in shipment.rates if rate.servicelevel.token == token)


def said(shipment: components.Shipment) -> dict[str, str]:
    return {message.source: message.text for message in shipment.messages}


def test_the_same_question_has_the_same_price(sdk: shippo.Shippo) -> None:
    first, second = quote(sdk), quote(sdk)
    assert [rate.amount for rate in first.rates] == [rate.amount for rate in second.rates]
    assert {rate.object_id for rate in first.rates}.isdisjoint(
        rate.object_id for rate in second.rates
    )


def test_a_rate_is_read_again_by_its_id(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0]
    assert sdk.rates.get(rate.object_id) == rate
    assert (rate.servicelevel.extended_token, rate.test) == (rate.servicelevel.token, True)
    assert rate.included_insurance_price is None


def test_the_rates_of_a_shipment_come_page_by_page(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    first = sdk.rates.list_shipment_rates(shipment.object_id, results=4)
    assert (len(first.results), first.previous) == (4, None)
    behind = every_page(first.next)
    found = [each.object_id for each in first.results] + [each["object_id"] for each in behind]
    assert found == [rate.object_id for rate in shipment.rates]


def test_rates_can_be_told_in_another_money(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    asked = operations.ListShipmentRatesByCurrencyCodeRequest(
        shipment_id=shipment.object_id, currency_code="CAD", results=100
    )
    found = sdk.rates.list_shipment_rates_by_currency_code(asked).results
    assert [rate.amount for rate in found] == [rate.amount for rate in shipment.rates]
    assert {rate.currency_local for rate in found} == {"CAD"}
    assert all(Decimal(rate.amount_local) > Decimal(rate.amount) for rate in found)
    asked.currency_code = "XYZ"
    with pytest.raises(errors.SDKError) as refused:
        sdk.rates.list_shipment_rates_by_currency_code(asked)
    assert refused.value.status_code == 400


def test_money_is_that_of_the_sender_and_of_the_recipient(sdk: shippo.Shippo) -> None:
    toronto = {"city": "Toronto", "state": "ON", "zip": "M5V 2T6", "country": "CA"}
    vancouver = {"city": "Vancouver", "state": "BC", "zip": "V5K 0A1", "country": "CA"}
    inland = quote(sdk, address_from=sender(**toronto), address_to=recipient(**vancouver))
    assert {rate.provider for rate in inland.rates} == {"UPS"}
    assert {(rate.currency, rate.currency_local) for rate in inland.rates} == {("CAD", "CAD")}
    north = quote(sdk, address_from=sender(**toronto))
    assert {(rate.currency, rate.currency_local) for rate in north.rates} == {("CAD", "USD")}
    assert all(Decimal(rate.amount_local) < Decimal(rate.amount) for rate in north.rates)


def test_a_signature_costs_something_and_not_everybody_takes_it(sdk: shippo.Shippo) -> None:
    def signed(kind: components.SignatureConfirmation) -> components.Shipment:
        return quote(sdk, extra=components.ShipmentExtra(signature_confirmation=kind))

    plain = Decimal(ground(quote(sdk)).amount)
    by_anybody = Decimal(ground(signed(components.SignatureConfirmation.STANDARD)).amount)
    by_adults = Decimal(ground(signed(components.SignatureConfirmation.ADULT)).amount)
    assert plain < by_anybody < by_adults
    certified = signed(components.SignatureConfirmation.CERTIFIED)
    assert {rate.provider for rate in certified.rates} == {"USPS"}
    assert said(certified)["UPS"] == "Signature confirmation CERTIFIED is not supported by UPS."


def insured(sdk: shippo.Shippo, **changed: object) -> components.Shipment:
    cover = {"amount": "400", "currency": "USD", "content": "Mugs", **changed}
    return quote(sdk, extra=components.ShipmentExtra(insurance=components.Insurance(**cover)))


def test_insurance_is_part_of_the_price(sdk: shippo.Shippo) -> None:
    plain, covered = ground(quote(sdk)), ground(insured(sdk))
    assert covered.included_insurance_price == "5.00"
    assert Decimal(covered.amount) - Decimal(plain.amount) == Decimal("5.00")
    pounds = ground(insured(sdk, currency="GBP"))
    assert pounds.included_insurance_price == "6.35"


def test_a_carriers_own_insurance_is_that_carriers_only(sdk: shippo.Shippo) -> None:
    by_ups = insured(sdk, provider=components.Provider.UPS)
    assert {rate.provider for rate in by_ups.rates} == {"UPS"}
    assert {rate.included_insurance_price for rate in by_ups.rates} == {None}
    assert said(by_ups)["USPS"] == "Insurance by UPS is not supported by USPS."
    plain = ground(quote(sdk), "ups_ground")
    assert Decimal(ground(by_ups, "ups_ground").amount) > Decimal(plain.amount)


def test_usps_takes_one_parcel_and_seventy_pounds(sdk: shippo.Shippo) -> None:
    two = quote(sdk, parcels=[parcel(), parcel()])
    heavy = parcel()
    heavy.weight = "71"
    for shipment in (two, quote(sdk, parcels=[heavy])):
        assert {rate.provider for rate in shipment.rates} == {"UPS"}
        assert said(shipment)["USPS"] == "Parcel weight or count exceeds what this carrier accepts."
    assert quote(sdk, parcels=[parcel()] * 51).rates == []


@pytest.mark.parametrize(
    "place",
    [
        {"street1": "P.O. Box 12"},
        {"street1": "Unit 2050 Box 4190", "city": "APO", "state": "AP", "zip": "96278"},
    ],
)
def test_only_the_post_goes_to_boxes_and_to_the_forces(
    sdk: shippo.Shippo, place: dict[str, str]
) -> None:
    shipment = quote(sdk, address_to=recipient(**place))
    assert {rate.provider for rate in shipment.rates} == {"USPS"}
    assert said(shipment)["UPS"] == (
        "UPS does not deliver to post office boxes or military addresses."
    )


def test_who_stays_out_says_why_account_by_account(sdk: shippo.Shippo) -> None:
    sydney = {"city": "Sydney", "state": "NSW", "zip": "2000", "country": "AU"}
    melbourne = {"city": "Melbourne", "state": "VIC", "zip": "3000", "country": "AU"}
    shipment = quote(sdk, address_from=sender(**sydney), address_to=recipient(**melbourne))
    assert (shipment.status, shipment.rates) == (SHIPMENT.SUCCESS, [])
    assert len(shipment.messages) == 14
    assert said(shipment)["FedEx"] == "Your account is restricted from using this carrier."
    assert said(shipment)["USPS"] == "USPS doesn't support shipments from AU to AU."
    nowhere = quote(sdk, address_to=recipient(zip=""))
    assert said(nowhere)["UPS"] == 'Attribute "address_to.zip" must not be empty.'


def test_an_undeliverable_place_is_quoted_all_the_same(sdk: shippo.Shippo) -> None:
    assert quote(sdk, address_to=recipient(street1="1 Nowhere Ln", city="Atlantis")).rates


def test_a_rate_lives_seven_days(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    world.advance(7 * 24 - 1)
    assert buy(sdk, rate).status.value == "SUCCESS"
    world.advance(2)
    with pytest.raises(errors.SDKError, match="Rate with supplied object_id") as refused:
        buy(sdk, rate)
    assert refused.value.status_code == 400
