"""Customs items: what is in the parcel, a line each. Weight and worth are the whole line's."""

from flask import Response, jsonify

from sandbox.carriers.countries import NAMES
from sandbox.carriers.prices import POUNDS
from sandbox.refusals import Refused
from sandbox.shippo.fields import Checks, amount, check, choice, figure, money, text, up_to, whole
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

NEEDED: Checks = {
    "description": up_to(255),
    "quantity": whole,
    "net_weight": figure,
    "mass_unit": choice(POUNDS),
    "value_amount": amount,
    "value_currency": money,
    "origin_country": choice(NAMES),
}
OPTIONAL: Checks = {
    "tariff_number": up_to(12),
    "hs_code": up_to(50),
    "sku_code": text,
    "eccn_ear99": text,
    "metadata": text,
}


def create() -> tuple[Response, int]:
    return jsonify(kept(here(), asked(), mode())), 201


def index() -> Response:
    return jsonify(page("customs_item"))


def show(object_id: str) -> Response:
    return jsonify(here().own("customs_item", object_id, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    check(given, NEEDED, OPTIONAL)
    item = {
        **world.born(test),
        "object_state": "VALID",
        **{name: str(given[name]) for name in NEEDED},
        "quantity": int(given["quantity"]),
        **{name: str(given.get(name) or "") for name in OPTIONAL},
    }
    return world.store.put("customs_item", item)


def resolved(world: World, given: object, test: bool) -> Doc:
    """One made before, by its id, or a new one."""
    if isinstance(given, dict):
        return kept(world, given, test)
    found = world.store.get("customs_item", str(given))
    if found is None or found["test"] != test:
        raise Refused(400, {"__all__": [f"Customs item with object_id {given} not found."]})
    return found
