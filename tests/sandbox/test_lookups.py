"""The newer way to validate an address, which Shippo's SDK of this version does not know."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.caller import Caller
from tests.world import World


def ask(shippo: Caller, **parts: str) -> Any:
    return shippo.get(f"/v2/addresses/validate?{urlencode(parts)}")


def test_the_newer_validation_recommends_and_says_what_it_changed(shippo: Caller) -> None:
    parts = {
        "address_line_1": "1200 Dock Stret",
        "city_locality": "Tacoma",
        "postal_code": "98402",
        "country_code": "US",
        "organization": "Quayside",
    }
    said = ask(shippo, **parts)
    assert said["original_address"] == parts
    better = said["recommended_address"]
    assert (better["address_line_1"], better["state_province"]) == ("1200 Dock St", "WA")
    assert better["complete_address"].startswith("1200 Dock St, Tacoma, WA 98402-")
    assert better["confidence_result"]["score"] == "medium"
    analysis = said["analysis"]
    assert analysis["validation_result"]["value"] == "partially_valid"
    assert [reason["code"] for reason in analysis["validation_result"]["reasons"]] == [
        "administrative_area_change",
        "street_type_change",
    ]
    assert analysis["address_type"] == "commercial"
    assert analysis["changed_attributes"] == ["address_line_1", "state_province", "postal_code"]
    assert -180 < said["geo"]["longitude"] < -60


@pytest.mark.parametrize(
    ("street", "value", "score"), [("1 Main St", "valid", "high"), ("1 Nowhere", "invalid", None)]
)
def test_the_newer_validation_is_sure_or_finds_nothing(
    shippo: Caller, street: str, value: str, score: str | None
) -> None:
    said = ask(
        shippo,
        address_line_1=street,
        city_locality="Boise",
        state_province="ID",
        postal_code="83702",
        country_code="US",
    )
    assert said["analysis"]["validation_result"]["value"] == value
    best = said["recommended_address"]
    assert (best["confidence_result"]["score"] if best else None) == score


def test_the_newer_validation_says_what_it_lacks(shippo: Caller) -> None:
    required = ["This field is required."]
    assert ask(shippo) == {"address_line_1": required}
    home = ask(shippo, address_line_1="1 Main St")
    assert home == {"city_locality": required, "state_province": required}
    away = ask(shippo, address_line_1="1 High St", country_code="GB")
    assert away == {"city_locality": required}
    assert shippo.call("GET", "/v2/addresses/validate").status_code == 400


def test_the_newer_validation_is_for_token_holders_and_keeps_nothing(
    shippo: Caller, world: World
) -> None:
    assert ask(Caller(world.url, "nobody")) == {"detail": "Token does not exist"}
    ask(shippo, address_line_1="1 Main St", postal_code="83702", country_code="US")
    assert shippo.get("/addresses")["results"] == []
