"""Shippo's official SDK asks what a shipment costs here, and is answered with rates."""

from decimal import Decimal

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import buy, client, every_page, parcel, quote, recipient, sender, until
from tests.world import World

SHIPMENT = components.ShipmentStatus
LONDON = {"state": "", "city": "London", "zip": "SE1 9PZ", "country": "GB"}


def listed(sdk: shippo.Shippo, **where: object) -> list[str]:
    found = sdk.shipments.list(operations.ListShipmentsRequest(**where)).results
    return [each.object_id for each in found]


def ground(shipment: components.Shipment, token: str = "usps_priority") -> components.Rate:
    return next(rate for rate in shipment.rates if rate.servicelevel.token == token)


def said(shipment: components.Shipment) -> dict[str, str]:
    return {message.source: message.text for message in shipment.messages}


def test_a_shipment_is_quoted_by_several_services_with_text_for_money(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    assert shipment.status is SHIPMENT.SUCCESS
    assert {"USPS", "UPS"} == {rate.provider for rate in shipment.rates}
    assert all(isinstance(rate.amount, str) and rate.currency == "USD" for rate in shipment.rates)
    assert all(message.text for message in shipment.messages)
    marks = [mark.value for rate in shipment.rates for mark in rate.attributes]
    assert sorted(marks) == ["BESTVALUE", "CHEAPEST", "FASTEST"]


def test_the_same_question_has_the_same_price(sdk: shippo.Shippo) -> None:
    first, second = quote(sdk), quote(sdk)
    assert [rate.amount for rate in first.rates] == [rate.amount for rate in second.rates]
    assert {rate.object_id for rate in first.rates}.isdisjoint(
        rate.object_id for rate in second.rates
    )


def test_a_shipment_quoted_later_has_no_rates_at_first(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk, async_=True)
    assert (shipment.status, shipment.rates) == (SHIPMENT.QUEUED, [])
    found = until(
        lambda: sdk.shipments.get(shipment.object_id), lambda each: each.status is SHIPMENT.SUCCESS
    )
    rates = sdk.rates.list_shipment_rates(shipment.object_id, results=100).results
    assert len(found.rates) == len(rates) > 5


def test_a_rate_is_read_again_by_its_id(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0]
    assert sdk.rates.get(rate.object_id) == rate
    assert (rate.servicelevel.extended_token, rate.test) == (rate.servicelevel.token, True)
    assert rate.included_insurance_price is None


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
    assert len(shipment.messages) == 15
    assert said(shipment)["FedEx"] == "Your account is restricted from using this carrier."
    assert said(shipment)["USPS"] == "USPS doesn't support shipments from AU to AU."
    nowhere = quote(sdk, address_to=recipient(zip=""))
    assert said(nowhere)["UPS"] == 'Attribute "address_to.zip" must not be empty.'


def test_an_undeliverable_place_is_quoted_all_the_same(sdk: shippo.Shippo) -> None:
    assert quote(sdk, address_to=recipient(street1="1 Nowhere Ln", city="Atlantis")).rates


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


def test_a_rate_lives_seven_days(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    world.advance(7 * 24 - 1)
    assert buy(sdk, rate).status.value == "SUCCESS"
    world.advance(2)
    with pytest.raises(errors.SDKError, match="Rate with supplied object_id") as refused:
        buy(sdk, rate)
    assert refused.value.status_code == 400


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
