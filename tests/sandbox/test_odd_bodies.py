"""Odd bodies: whatever is sent in a field is answered, taken or refused, and never with a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.world import World

ODD: tuple[Any, ...] = (None, 0, True, [], {}, [[]], ["x"], {"a": 1}, "é\u0000", "x" * 5000)
MOMENTS = ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-13-45")
SHIPMENT = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
WINDOW = {
    "requested_start_time": "2027-03-12T09:00:00Z",
    "requested_end_time": "2027-03-12T17:00:00Z",
}
LOCATION = {"building_location_type": "Front Door", "address": SENDER, "instructions": "x"}
ITEM = {"title": "Mug", "quantity": 1, "total_price": "2"}
BODIES: dict[str, dict[str, Any]] = {
    "/orders": {
        "to_address": RECIPIENT,
        "placed_at": "2026-11-20",
        "total_price": "3",
        "order_status": "PAID",
        "line_items": [ITEM],
    },
    "/manifests": {"shipment_date": "2027-03-12", "address_from": SENDER, "async": False},
    "/pickups": {**WINDOW, "location": LOCATION, "metadata": "x"},
    "/batches": {
        "default_servicelevel_token": "usps_priority",
        "batch_shipments": [{"shipment": SHIPMENT, "metadata": "x"}],
        "label_filetype": "PDF",
    },
    "/refunds": {"async": True},
    "/tracks": {"carrier": "ups", "tracking_number": "1Z5R89390357567127", "metadata": "x"},
    "/webhooks": {"event": "all", "url": "http://127.0.0.1:1/", "active": True, "is_test": True},
    "/transactions": {"async": False, "metadata": "x", "label_file_type": "PDF", "order": ""},
    "/live-rates": {"address_to": RECIPIENT, "address_from": SENDER, "line_items": [ITEM]},
}


@pytest.mark.parametrize("path", list(BODIES))
def test_an_odd_field_is_no_fault_of_the_servers(shippo: Caller, world: World, path: str) -> None:
    label = shippo.label()
    account = shippo.get("/carrier_accounts?carrier=usps")["results"][0]["object_id"]
    mine = {
        "/manifests": {"carrier_account": account, "transactions": [label["object_id"]]},
        "/pickups": {"carrier_account": account, "transactions": [label["object_id"]]},
        "/batches": {"default_carrier_account": account},
        "/refunds": {"transaction": label["object_id"]},
        "/transactions": {"rate": label["rate"]},
    }
    whole = {**BODIES[path], **mine.get(path, {})}
    assert shippo.call("POST", path, json=whole).status_code in (200, 201)
    for body in changed(whole):
        answer = shippo.call("POST", path, json=body)
        assert answer.status_code in (200, 201, 400), (body, answer.text)


def test_an_odd_question_is_no_fault_of_the_servers(shippo: Caller) -> None:
    for path, name in (
        ("/orders", "start_date"),
        ("/orders", "order_status[]"),
        ("/transactions", "object_created_gt"),
        ("/transactions", "object_status"),
        ("/refunds", "page"),
        ("/manifests", "results"),
    ):
        for odd in (*MOMENTS, "x", "-1", "9" * 30, "%00", "é"):
            answer = shippo.call("GET", f"{path}?{name}={odd.replace('+', '%2B')}")
            assert answer.status_code in (200, 400, 404), (path, name, odd)


def changed(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body with one field after another made odd, a level or two down as well."""
    for place in places(whole):
        for odd in (*ODD, *(MOMENTS if "_time" in str(place) or "_at" in str(place) else ())):
            body = json.loads(json.dumps(whole))
            inside = body
            for step in place[:-1]:
                inside = inside[step]
            inside[place[-1]] = odd
            yield body


def places(whole: Any, before: tuple[Any, ...] = (), depth: int = 3) -> Iterator[tuple[Any, ...]]:
    for step, value in whole.items() if isinstance(whole, dict) else enumerate(whole):
        yield (*before, step)
        if isinstance(value, dict | list) and len(before) < depth - 1:
            yield from places(value, (*before, step), depth)
