"""Shippo's official SDK ships across borders here, declared and undeclared."""

import shippo
from shippo.models import components

from tests.contract.sdk import buy, declaration, mug, parcel, quote, recipient, refused, sender

TORONTO = {"city": "Toronto", "state": "ON", "zip": "M5V 2T6", "country": "CA"}
PHONES = {"phone": "+1 555 0100"}


def abroad(sdk: shippo.Shippo, **more: object) -> components.Shipment:
    """To Toronto."""
    given = {"address_from": sender(**PHONES), "address_to": recipient(**TORONTO, **PHONES)}
    return quote(sdk, **{**given, **more})


def test_a_shipment_shows_its_declaration_whole(sdk: shippo.Shippo) -> None:
    inline = abroad(sdk, customs_declaration=declaration())
    known = sdk.customs_declarations.get(inline.customs_declaration.object_id)
    assert inline.customs_declaration == known
    again = abroad(sdk, customs_declaration=known.object_id)
    assert again.customs_declaration == known
    assert {rate.provider for rate in again.rates} == {"USPS", "DHL Express"}


def test_a_declaration_that_is_none_spoils_the_shipment(sdk: shippo.Shippo) -> None:
    status, body = refused(lambda: abroad(sdk, customs_declaration="0" * 32))
    assert status == 400
    assert body.startswith('{"customs_declaration":[{"__all__":["Customs declaration with')
    lacking = declaration(certify_signer="")
    status, body = refused(lambda: abroad(sdk, customs_declaration=lacking))
    assert body == '{"customs_declaration":[{"certify_signer":["This field is required."]}]}'


def test_without_a_declaration_nobody_quotes_across_the_border(sdk: shippo.Shippo) -> None:
    shipment = abroad(sdk)
    said = {message.source: message.text for message in shipment.messages}
    assert shipment.rates == []
    assert (
        said["USPS"] == said["DHLExpress"] == ('Attribute "customs_declaration" must not be empty.')
    )


def bought(sdk: shippo.Shippo, shipment: components.Shipment, provider: str) -> list[str]:
    """What is said against the label; nothing when it is sold."""
    rate = next(rate for rate in shipment.rates if rate.provider == provider)
    label = buy(sdk, rate.object_id)
    assert (label.status.value == "SUCCESS") == (not label.messages)
    return [message.text for message in label.messages]


def test_a_declared_parcel_is_sold_across_the_border(sdk: shippo.Shippo) -> None:
    shipment = abroad(sdk, customs_declaration=declaration())
    assert bought(sdk, shipment, "USPS") == []
    assert bought(sdk, shipment, "DHL Express") == []


def test_an_undeclared_parcel_is_quoted_by_some_and_sold_by_none(sdk: shippo.Shippo) -> None:
    back = {"address_from": recipient(**TORONTO, **PHONES), "address_to": sender(**PHONES)}
    shipment = quote(sdk, **back)
    assert {rate.currency for rate in shipment.rates} == {"CAD"}
    assert bought(sdk, shipment, "UPS") == [
        "Customs declaration is required for international shipments via the UPS"
    ]


def test_within_the_union_nothing_is_declared(sdk: shippo.Shippo) -> None:
    berlin = {"state": "", "city": "Berlin", "zip": "10117", "country": "DE"}
    paris = {"state": "", "city": "Paris", "zip": "75001", "country": "FR"}
    shipment = quote(
        sdk,
        address_from=sender(**berlin, **PHONES),
        address_to=recipient(**paris, **PHONES),
        parcels=[parcel()],
    )
    assert {rate.currency for rate in shipment.rates} == {"EUR"}
    assert bought(sdk, shipment, "Deutsche Post") == []


def test_the_border_wants_phone_numbers(sdk: shippo.Shippo) -> None:
    shipment = abroad(
        sdk,
        address_from=sender(),
        address_to=recipient(**TORONTO),
        customs_declaration=declaration(),
    )
    assert bought(sdk, shipment, "USPS") == [
        'Attribute "address_from.phone" must not be empty.',
        'Attribute "address_to.phone" must not be empty.',
    ]


def test_what_is_worth_much_is_filed_and_usps_pays_no_duties(sdk: shippo.Shippo) -> None:
    ddp = components.CustomsDeclarationIncotermEnum.DDP
    worth = declaration(items=[mug(value_amount="2600")], incoterm=ddp)
    london = {"state": "", "city": "London", "zip": "SE1 9PZ", "country": "GB"}
    shipment = abroad(sdk, address_to=recipient(**london, **PHONES), customs_declaration=worth)
    assert bought(sdk, shipment, "DHL Express") == [
        "An AES ITN is required for exports worth more than 2500 USD."
    ]
    assert len(bought(sdk, shipment, "USPS")) == 2
