"""Shippo's official SDK declares what crosses a border here."""

import pytest
import requests
import shippo
from shippo.models import components

from tests.contract.sdk import declaration, every_page, mug, refused
from tests.world import TOKEN, World


def test_an_item_comes_back_with_text_for_money_and_weight(sdk: shippo.Shippo) -> None:
    item = sdk.customs_items.create(mug(sku_code="MUG-1", eccn_ear99="EAR99", metadata="line 1"))
    assert (item.quantity, item.net_weight, item.value_amount) == (2, "1.5", "36.00")
    assert (item.sku_code, item.eccn_ear99, item.metadata) == ("MUG-1", "EAR99", "line 1")
    assert (item.object_state.value, item.test, item.hs_code) == ("VALID", True, "")
    assert sdk.customs_items.get(item.object_id) == item


def test_items_are_listed_newest_first(sdk: shippo.Shippo) -> None:
    made = [sdk.customs_items.create(mug()).object_id for _ in range(3)]
    first = sdk.customs_items.list(results=2)
    assert [each.object_id for each in first.results] == made[:0:-1]
    assert [each["object_id"] for each in every_page(first.next)] == made[:1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"description": ""}, '{"description":["This field is required."]}'),
        ({"quantity": 0}, '{"quantity":["Ensure this value is greater than 0."]}'),
        ({"net_weight": "light"}, '{"net_weight":["A valid number is required."]}'),
        ({"origin_country": "XX"}, '{"origin_country":["\\"XX\\" is not a valid choice."]}'),
        (
            {"value_currency": "dollars"},
            '{"value_currency":["\\"dollars\\" is not a valid choice."]}',
        ),
        ({"tariff_number": "1" * 13}, '{"tariff_number":["Ensure this field has no more than 12'),
    ],
)
def test_an_item_that_is_wrong_is_refused(
    sdk: shippo.Shippo, given: dict[str, object], said: str
) -> None:
    status, body = refused(lambda: sdk.customs_items.create(mug(**given)))
    assert (status, body.startswith(said)) == (400, True), body


def test_a_declaration_tells_its_items_by_their_ids(sdk: shippo.Shippo) -> None:
    exporter = components.CustomsExporterIdentification(eori_number="PL1234567890ABCDE")
    made = sdk.customs_declarations.create(
        declaration(
            items=[mug(), mug(description="Jug")],
            invoice="Q-10234",
            exporter_identification=exporter,
            address_importer=components.AddressImporter(name="Alice", country="CA"),
            commercial_invoice=True,
            metadata="order 7",
        )
    )
    names = [sdk.customs_items.get(each).description for each in made.items]
    assert names == ["Enamel mug", "Jug"]
    assert (made.certify, made.incoterm, made.eel_pfc) == (True, "DDU", "NOEEI_30_36")
    assert (made.invoice, made.commercial_invoice, made.is_vat_collected) == (
        "Q-10234",
        True,
        False,
    )
    assert made.exporter_identification == exporter
    assert sdk.addresses.get(made.address_importer).name == "Alice"
    assert made.object_state is components.ObjectStateEnum.VALID
    assert sdk.customs_declarations.get(made.object_id) == made


def test_charges_on_the_invoice_are_kept(sdk: shippo.Shippo, world: World) -> None:
    """The SDK can read these, and has no field to send them in."""
    known = sdk.customs_items.create(mug()).object_id
    charges = {"currency": "USD", "total_shipping": "12.50"}
    answer = requests.post(
        f"{world.url}/customs/declarations",
        json={
            "certify": True,
            "certify_signer": "Quay Side",
            "contents_type": "GIFT",
            "non_delivery_option": "ABANDON",
            "items": [known],
            "invoiced_charges": charges,
        },
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        timeout=5,
    )
    made = sdk.customs_declarations.get(answer.json()["object_id"])
    assert (made.invoiced_charges.currency, made.invoiced_charges.total_shipping) == (
        "USD",
        "12.50",
    )


def test_items_made_before_can_be_declared_by_their_ids(sdk: shippo.Shippo) -> None:
    item = sdk.customs_items.create(mug()).object_id
    assert sdk.customs_declarations.create(declaration(items=[item])).items == [item]


def test_declarations_are_listed_five_at_a_time(sdk: shippo.Shippo) -> None:
    made = [sdk.customs_declarations.create(declaration()).object_id for _ in range(6)]
    first = sdk.customs_declarations.list()
    assert [each.object_id for each in first.results] == made[:0:-1]
    assert [each["object_id"] for each in every_page(first.next)] == made[:1]


OTHER = components.CustomsDeclarationContentsTypeEnum.OTHER
BY_ITN = components.CustomsDeclarationEelPfcEnum.AES_ITN


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"certify": False}, '{"certify":["The declaration must be certified."]}'),
        ({"certify_signer": ""}, '{"certify_signer":["This field is required."]}'),
        ({"items": []}, '{"items":["This field is required."]}'),
        ({"contents_type": OTHER}, '{"contents_explanation":["This field is required."]}'),
        ({"eel_pfc": BY_ITN}, '{"aes_itn":["This field is required."]}'),
        ({"items": ["0" * 32]}, '{"items":[{"__all__":["Customs item with object_id 000'),
        ({"items": [mug(quantity=0)]}, '{"items":[{"quantity":["Ensure this value is'),
    ],
)
def test_a_declaration_that_lacks_something_is_refused(
    sdk: shippo.Shippo, given: dict[str, object], said: str
) -> None:
    status, body = refused(lambda: sdk.customs_declarations.create(declaration(**given)))
    assert (status, body.startswith(said)) == (400, True), body


def test_what_explains_makes_it_whole(sdk: shippo.Shippo) -> None:
    made = sdk.customs_declarations.create(
        declaration(
            contents_type=OTHER,
            contents_explanation="A ship in a bottle",
            eel_pfc=BY_ITN,
            aes_itn="X20260101123456",
        )
    )
    assert made.contents_explanation == "A ship in a bottle"
    assert made.aes_itn == "X20260101123456"
