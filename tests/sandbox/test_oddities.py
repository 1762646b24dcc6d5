"""Whatever is sent is kept or refused: never a fault of ours."""

from typing import Any

import pytest

from tests.sandbox.caller import DECLARATION, ITEM, PARCEL, RECIPIENT, SENDER, Caller

ODD: tuple[Any, ...] = ([], [1], {"a": []}, 0, True, 10**30, "\ud800", "\x00", "NaN", "1e400")
SHIPMENT = {
    "address_from": SENDER,
    "address_to": RECIPIENT,
    "address_return": SENDER,
    "parcels": [PARCEL],
    "customs_declaration": DECLARATION,
    "carrier_accounts": [],
    "extra": {},
    "metadata": "",
    "shipment_date": "",
    "async": True,
}
BODIES: dict[str, dict[str, Any]] = {
    "/addresses": {**SENDER, "validate": True, "is_residential": None, "metadata": ""},
    "/parcels": {**PARCEL, "template": "", "extra": {}, "metadata": ""},
    "/customs/items": ITEM,
    "/customs/declarations": {**DECLARATION, "address_importer": SENDER, "invoiced_charges": {}},
    "/carrier_accounts": {"carrier": "ups", "account_id": "7", "parameters": {}, "active": True},
    "/user-parcel-templates": {"template": "UPS_Pad_Pak", "weight": "1", "weight_unit": "lb"},
    "/shipments": SHIPMENT,
}


@pytest.mark.parametrize("path", BODIES)
def test_odd_values_are_kept_or_refused(shippo: Caller, path: str) -> None:
    body = BODIES[path]
    for field in body:
        for odd in ODD:
            answer = shippo.call("POST", path, json={**body, field: odd})
            assert answer.status_code in (200, 201, 400), (field, odd, answer.text)
    for odd in ODD:
        assert shippo.call("POST", path, json=odd).status_code in (200, 400), odd


@pytest.mark.parametrize(
    "extra",
    [
        {"insurance": 5},
        {"insurance": {"amount": "5", "currency": []}},
        {"insurance": {"amount": "-5", "currency": "USD"}},
        {"signature_confirmation": "IN_BLOOD"},
        {"saturday_delivery": "perhaps"},
        {"billing": {"type": "NOBODY"}},
        {"reference_1": "x" * 51},
        {"COD": {"amount": "1", "currency": "USD", "payment_method": "BARTER"}},
        [],
        "x",
    ],
)
def test_extras_of_an_odd_shape_are_refused_where_they_are(shippo: Caller, extra: Any) -> None:
    answer = shippo.call("POST", "/shipments", json={**SHIPMENT, "extra": extra})
    if extra == []:
        assert answer.status_code == 201
    else:
        assert (answer.status_code, list(answer.json())) == (400, ["extra"])


def test_extras_nobody_knows_are_let_through(shippo: Caller) -> None:
    shipment = shippo.post("/shipments", **{**SHIPMENT, "extra": {"by_balloon": True}})
    assert shipment["extra"] == {"by_balloon": True}


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "page=-1", "page=x", "page=٣", f"page={10**30}", "results=0"),
        *("object_created_gt=soon", "object_created_gt=0001-01-01T00:00:00%2B14:00"),
    ],
)
def test_an_odd_question_is_refused(shippo: Caller, query: str) -> None:
    assert shippo.call("GET", f"/shipments?{query}").status_code in (400, 404)


def test_the_end_of_time_is_a_bound_too(shippo: Caller) -> None:
    path = "/transactions?object_created_lt=9999-12-31T23:59:59-14:00"
    assert shippo.call("GET", path).status_code == 200
