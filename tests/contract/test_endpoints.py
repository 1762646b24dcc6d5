"""The table of endpoints in docs/sandbox.md, asked one by one: what is served, thin or absent."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from sandbox import controls
from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.until import until
from tests.world import World

PAGE = Path(__file__).parent.parent.parent / "docs" / "sandbox.md"
ROW = re.compile(
    r"^\| (GET|POST|PUT|DELETE) \| `([^`]+)` \| (\d{3}) \| (served|thin|absent) \|", re.M
)
ROWS = ROW.findall(PAGE.read_text())

SHIPMENT = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL], "async": False}
ITEM = {
    "description": "Mug",
    "quantity": 2,
    "net_weight": "1.2",
    "mass_unit": "lb",
    "value_amount": "36.00",
    "value_currency": "USD",
    "origin_country": "US",
}


def order(_: Caller) -> dict[str, Any]:
    return {"to_address": RECIPIENT, "placed_at": "2026-11-20T12:00:00Z", "line_items": []}


def batch(shippo: Caller) -> dict[str, Any]:
    return {
        "default_carrier_account": account(shippo),
        "default_servicelevel_token": "usps_priority",
        "batch_shipments": [{"shipment": SHIPMENT}],
    }


def declaration(_: Caller) -> dict[str, Any]:
    return {
        "certify": True,
        "certify_signer": "Dora Dock",
        "contents_type": "MERCHANDISE",
        "non_delivery_option": "RETURN",
        "items": [ITEM],
    }


def manifest(shippo: Caller) -> dict[str, Any]:
    return {
        "carrier_account": account(shippo),
        "shipment_date": shippo.label()["object_created"],
        "address_from": SENDER,
        "async": False,
    }


def pickup(shippo: Caller) -> dict[str, Any]:
    return {
        "carrier_account": account(shippo),
        "transactions": [shippo.label()["object_id"]],
        "requested_start_time": "2027-03-12T09:00:00Z",
        "requested_end_time": "2027-03-12T17:00:00Z",
        "location": {"building_location_type": "Front Door", "address": SENDER},
    }


def instalabel(shippo: Caller) -> dict[str, Any]:
    return {
        "shipment": SHIPMENT,
        "carrier_account": account(shippo),
        "servicelevel_token": "usps_priority",
    }


def hook(_: Caller) -> dict[str, Any]:
    return {"event": "track_updated", "url": "http://127.0.0.1:9/hook"}


def user_template(_: Caller) -> dict[str, Any]:
    size = {"length": "10", "width": "8", "height": "4", "distance_unit": "in"}
    return {"name": "Mug box", "weight": "2", "weight_unit": "lb", **size}


def account(shippo: Caller) -> str:
    return str(shippo.get("/carrier_accounts?carrier=usps")["results"][0]["object_id"])


Body = Callable[[Caller], dict[str, Any]]

BODIES: dict[tuple[str, str], Body] = {
    ("POST", "/addresses"): lambda shippo: dict(SENDER),
    ("POST", "/parcels"): lambda shippo: dict(PARCEL),
    ("POST", "/shipments"): lambda shippo: dict(SHIPMENT),
    ("POST", "/transactions"): lambda shippo: {"rate": shippo.rate()},
    ("POST", "/transactions (Instalabel)"): instalabel,
    ("POST", "/refunds"): lambda shippo: {"transaction": shippo.label()["object_id"]},
    ("POST", "/tracks"): lambda shippo: {"carrier": "shippo", "tracking_number": "SHIPPO_TRANSIT"},
    ("POST", "/webhooks"): hook,
    ("PUT", "/webhooks/{webhook}"): hook,
    ("POST", "/carrier_accounts"): lambda shippo: {"carrier": "ups", "account_id": "321556"},
    ("PUT", "/carrier_accounts/{account}"): lambda shippo: {
        "account_id": "shippo_usps_account",
        "carrier": "usps",
        "active": True,
    },
    ("POST", "/customs/items"): lambda shippo: dict(ITEM),
    ("POST", "/customs/declarations"): declaration,
    ("POST", "/manifests"): manifest,
    ("POST", "/batches"): batch,
    ("POST", "/batches/{batch}/add_shipments"): lambda shippo: [{"shipment": SHIPMENT}],
    ("POST", "/batches/{batch}/remove_shipments"): lambda shippo: [],
    ("POST", "/orders"): order,
    ("POST", "/pickups"): pickup,
    ("POST", "/live-rates"): lambda shippo: {
        "address_from": SENDER,
        "address_to": RECIPIENT,
        "line_items": [{"quantity": 1, "total_price": "18.00", "currency": "USD"}],
    },
    ("POST", "/user-parcel-templates"): user_template,
    ("PUT", "/user-parcel-templates/{user-template}"): user_template,
}


def made(path: str, body: Body) -> Callable[[Caller], str]:
    return lambda shippo: str(shippo.post(path, **body(shippo))["object_id"])


def valid_batch(shippo: Caller) -> str:
    made = shippo.post("/batches", **batch(shippo))["object_id"]
    until(lambda: shippo.get(f"/batches/{made}")["status"] == "VALID")
    return str(made)


IDS: dict[str, Callable[[Caller], str]] = {
    "address": made("/addresses", BODIES["POST", "/addresses"]),
    "parcel": made("/parcels", BODIES["POST", "/parcels"]),
    "shipment": made("/shipments", BODIES["POST", "/shipments"]),
    "rate": lambda shippo: shippo.rate(),
    "transaction": lambda shippo: str(shippo.label()["object_id"]),
    "refund": made("/refunds", BODIES["POST", "/refunds"]),
    "webhook": made("/webhooks", hook),
    "account": account,
    "item": made("/customs/items", BODIES["POST", "/customs/items"]),
    "declaration": made("/customs/declarations", declaration),
    "manifest": made("/manifests", manifest),
    "batch": valid_batch,
    "order": made("/orders", order),
    "template": lambda shippo: "USPS_SmallFlatRateBox",
    "user-template": made("/user-parcel-templates", user_template),
    "anything": lambda shippo: "0" * 32,
}


def test_the_table_names_every_endpoint_once() -> None:
    named = [(method, path) for method, path, _, _ in ROWS]
    assert len(named) == len(set(named)) > 80


@pytest.mark.parametrize(("method", "path", "code", "state"), ROWS, ids=lambda part: part)
def test_what_the_table_says_is_what_is_answered(
    world: World, method: str, path: str, code: str, state: str
) -> None:
    shippo = Caller(world.url)
    address = re.sub(r"\{([a-z-]+)\}", lambda name: IDS[name[1]](shippo), path.split(" (")[0])
    body = BODIES.get((method, path))
    answer = shippo.call(method, address, **({"json": body(shippo)} if body else {}))
    assert answer.status_code == int(code), answer.text
    assert (state == "absent") == (answer.text == '{"detail":"Not found."}')


def test_an_address_nobody_wrote_down_is_not_found(world: World) -> None:
    token = {"Authorization": "ShippoToken shippo_test_1"}
    for path in ("/shipping", "/shipments/1/2/3", "/v3/addresses", "/transactions.json"):
        assert requests.get(world.url + path, headers=token, timeout=5).status_code == 404


@pytest.mark.parametrize("control", ["journeys", "faults/kinds"])
def test_every_journey_and_fault_is_described(world: World, control: str) -> None:
    named = set(re.findall(r"`([a-z0-9_]+)`", PAGE.read_text()))
    assert {each.get("name") or each["do"] for each in world.get(control)} <= named


def test_every_control_has_an_example() -> None:
    shown = set(re.findall(r"\$S/([a-z/$A-Z]+)", PAGE.read_text()))
    told = {re.sub(r"\$[A-Z]+", "{}", path).strip("/") for path in shown}
    app = Flask("controls")
    app.register_blueprint(controls.blueprint())
    rules = {
        re.sub(r"<[^>]+>", "{}", rule.rule.removeprefix("/_sandbox/"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("controls.")
    }
    assert rules - told == {"faults/{}"}  # shown with a number in its place
