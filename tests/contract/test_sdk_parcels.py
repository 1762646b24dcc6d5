"""Shippo's official SDK packs parcels here, in boxes of one's own and of the carriers'."""

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import every_page, parcel, quote
from tests.world import TOKEN, World


def packed(**changed: object) -> components.ParcelCreateRequest:
    given = {**parcel().__dict__, **changed}
    return components.ParcelCreateRequest(**given)


def boxed(template: object, **more: object) -> components.ParcelCreateFromTemplateRequest:
    given = {"template": template, "weight": "3", "mass_unit": components.WeightUnitEnum.LB}
    return components.ParcelCreateFromTemplateRequest(**{**given, **more})


SMALL_BOX = components.ParcelTemplateUSPSEnum.USPS_SMALL_FLAT_RATE_BOX
PAK = components.ParcelTemplateUPSEnum.UPS_EXPRESS_PAK


def test_a_parcel_comes_back_with_text_for_numbers(sdk: shippo.Shippo) -> None:
    extra = components.ParcelExtra(
        reference_1="Q-10234",
        insurance=components.ParcelInsurance(amount="50", currency="USD", content="Mugs"),
    )
    box = sdk.parcels.create(packed(length="10.125", metadata="box 1", extra=extra))
    assert (box.length, box.weight, box.template) == ("10.125", "2", None)
    assert (box.object_state.value, box.metadata, box.test) == ("VALID", "box 1", True)
    assert box.extra == extra
    assert sdk.parcels.get(box.object_id) == box


def test_parcels_are_listed_newest_first(sdk: shippo.Shippo) -> None:
    made = [sdk.parcels.create(parcel()).object_id for _ in range(4)]
    first = sdk.parcels.list(results=3)
    assert [each.object_id for each in first.results] == made[:0:-1]
    assert [each["object_id"] for each in every_page(first.next)] == made[:1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weight": ""}, '{"weight":["This field is required."]}'),
        ({"weight": "heavy"}, '{"weight":["A valid number is required."]}'),
        ({"weight": "0"}, '{"weight":["Ensure this value is greater than 0."]}'),
        ({"length": "-1"}, '{"length":["Ensure this value is greater than'),
        ({"length": "1000000"}, '{"length":["Ensure that there are no more than 6 digits'),
        ({"length": "1.00001"}, '{"length":["Ensure that there are no more than 4 decimal'),
        ({"metadata": "x" * 101}, '{"metadata":["Ensure this field has no more than 100'),
    ],
)
def test_a_number_that_is_none_is_refused(
    sdk: shippo.Shippo, given: dict[str, str], said: str
) -> None:
    with pytest.raises(errors.SDKError) as refused:
        sdk.parcels.create(packed(**given))
    assert refused.value.status_code == 400
    assert refused.value.body.startswith(said)


def test_extras_that_are_known_must_be_right(sdk: shippo.Shippo) -> None:
    with pytest.raises(errors.SDKError) as refused:
        sdk.parcels.create(packed(extra=components.ParcelExtra(reference_1="x" * 51)))
    assert refused.value.body == (
        '{"extra":[{"reference_1":["Ensure this field has no more than 50 characters."]}]}'
    )


def test_a_carriers_box_brings_its_size(sdk: shippo.Shippo) -> None:
    box = sdk.parcels.create(boxed(SMALL_BOX))
    assert (box.template, box.length, box.width, box.height, box.distance_unit.value) == (
        SMALL_BOX,
        "8.69",
        "5.44",
        "1.75",
        "in",
    )


def test_a_carriers_box_takes_no_other_size_and_still_needs_a_weight(
    sdk: shippo.Shippo, world: World
) -> None:
    with pytest.raises(errors.SDKError) as refused:
        sdk.parcels.create(boxed(SMALL_BOX, weight=""))
    assert refused.value.body == '{"weight":["This field is required."]}'
    sized = {"template": SMALL_BOX.value, "length": "1", "weight": "3", "mass_unit": "lb"}
    answer = requests.post(f"{world.url}/parcels", json=sized, headers=HEADERS, timeout=5)
    assert (answer.status_code, list(answer.json())) == (400, ["length"])
    unknown = {**sized, "template": "USPS_Crate"}
    answer = requests.post(f"{world.url}/parcels", json=unknown, headers=HEADERS, timeout=5)
    assert answer.json() == {"template": ['"USPS_Crate" is not a valid choice.']}


def test_a_flat_rate_box_costs_the_same_wherever_it_goes(sdk: shippo.Shippo) -> None:
    light = quote(sdk, parcels=[boxed(SMALL_BOX, weight="1")]).rates
    heavy = quote(sdk, parcels=[boxed(SMALL_BOX, weight="60")]).rates
    assert [rate.servicelevel.token for rate in light + heavy] == ["usps_priority"] * 2
    assert light[0].amount == heavy[0].amount == "11.60"


def test_a_carrier_quotes_its_own_boxes_only(sdk: shippo.Shippo) -> None:
    assert {rate.provider for rate in quote(sdk, parcels=[boxed(PAK)]).rates} == {"UPS"}


def test_the_carriers_templates_are_all_there(sdk: shippo.Shippo) -> None:
    found = sdk.carrier_parcel_templates.list().results
    assert len(found) == 72
    known = {template.token for template in found}
    for carrier in ("USPS", "UPS", "FedEx", "DHLeCommerce", "DPDUK", "CouriersPlease"):
        tokens = getattr(components, f"ParcelTemplate{carrier}Enum", None)
        assert tokens is not None
        assert known.issuperset(each.value for each in tokens)
    soft = sdk.carrier_parcel_templates.get("USPS_SoftPack")
    assert (soft.carrier, soft.is_variable_dimensions) == ("USPS", True)
    with pytest.raises(errors.SDKError, match="Not found"):
        sdk.carrier_parcel_templates.get("USPS_Crate")


def test_templates_can_be_asked_for_by_carrier(sdk: shippo.Shippo) -> None:
    fedex = sdk.carrier_parcel_templates.list(carrier="fedex").results
    assert {template.carrier for template in fedex} == {"FedEx"}
    enabled = sdk.carrier_parcel_templates.list(include=operations.Include.ENABLED).results
    assert {template.carrier for template in enabled} == {
        *("USPS", "UPS", "FedEx", "DPD UK", "Couriers Please")
    }
    assert sdk.carrier_parcel_templates.list(include=operations.Include.USER).results == []


HEADERS = {"Authorization": f"ShippoToken {TOKEN}"}
OWN_BOX = {
    "name": "Mug box",
    "length": "6",
    "width": "5",
    "height": "5",
    "distance_unit": "in",
    "weight": "1",
    "weight_unit": "lb",
}


def call(world: World, method: str, path: str = "", **body: object) -> requests.Response:
    """The SDK cannot read the dates that Shippo writes here, so these calls go without it."""
    address = f"{world.url}/user-parcel-templates{path}"
    return requests.request(method, address, json=body, headers=HEADERS, timeout=5)


def test_no_templates_of_ones_own_is_a_list_of_null(sdk: shippo.Shippo, world: World) -> None:
    assert call(world, "GET").json() == {"results": None}
    assert sdk.user_parcel_templates.list().results is None


def test_a_template_of_ones_own_is_made_changed_and_deleted(
    sdk: shippo.Shippo, world: World
) -> None:
    made = call(world, "POST", **OWN_BOX)
    assert made.status_code == 200
    box = made.json()
    assert {name: box[name] for name in OWN_BOX} == OWN_BOX
    assert box["template"] is None
    assert box["object_created"].endswith("000 +0000 UTC")
    path = f"/{box['object_id']}"
    changed = call(world, "PUT", path, **{**OWN_BOX, "name": "Jug box"}).json()
    assert (changed["name"], changed["object_created"]) == ("Jug box", box["object_created"])
    assert call(world, "GET", path).json() == changed
    assert call(world, "GET").json() == {"results": [changed]}
    sdk.user_parcel_templates.delete(box["object_id"])
    assert call(world, "GET", path).json() == {"detail": "Not found."}


def test_a_template_of_ones_own_may_be_a_carriers(sdk: shippo.Shippo, world: World) -> None:
    box = call(world, "POST", template=SMALL_BOX.value, weight="2", weight_unit="lb").json()
    assert (box["name"], box["length"]) == ("Small Flat Rate Box", "8.69")
    assert box["template"]["token"] == SMALL_BOX.value
    used = sdk.carrier_parcel_templates.list(include=operations.Include.USER).results
    assert [template.token for template in used] == [SMALL_BOX.value]


def test_a_template_of_ones_own_needs_a_size(world: World) -> None:
    answer = call(world, "POST", name="Box")
    assert (answer.status_code, sorted(answer.json())) == (
        400,
        ["distance_unit", "height", "length", "width"],
    )
    both = call(world, "POST", template=SMALL_BOX.value, length="1")
    assert (both.status_code, list(both.json())) == (400, ["length"])
