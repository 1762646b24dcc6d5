"""Parcels: numbers come in as text or figures and go out as text."""

from decimal import Decimal, InvalidOperation

from flask import Response, jsonify

from sandbox.carriers.prices import INCHES, POUNDS
from sandbox.refusals import REQUIRED, Refused, not_a_choice
from sandbox.shippo.addresses import short_metadata
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

NUMBERS = ("length", "width", "height", "weight")
UNITS: dict[str, dict[str, float]] = {"distance_unit": INCHES, "mass_unit": POUNDS}


def create() -> tuple[Response, int]:
    return jsonify(kept(here(), asked(), mode())), 201


def index() -> Response:
    return jsonify(page("parcel"))


def show(object_id: str) -> Response:
    return jsonify(here().own("parcel", object_id, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    problems = {
        field: said for field in (*NUMBERS, *UNITS) if (said := _problem(field, given.get(field)))
    }
    if given.get("template"):
        problems = {"template": [not_a_choice(given["template"])]}
    if problems:
        raise Refused(400, problems)
    parcel = {
        **world.born(test),
        "object_state": "VALID",
        "template": None,
        "extra": given.get("extra") or {},
        **{field: str(given[field]) for field in (*NUMBERS, *UNITS)},
        "metadata": short_metadata(given),
    }
    return world.store.put("parcel", parcel)


def resolved(world: World, given: object, test: bool) -> Doc:
    if isinstance(given, str):
        found = world.store.get("parcel", given)
        if found is None or found["test"] != test:
            raise Refused(400, {"__all__": [f"Parcel with supplied object_id {given} not found."]})
        return found
    if not isinstance(given, dict):
        raise Refused(400, {"__all__": ["Expected a parcel or the object_id of one."]})
    return kept(world, given, test)


def _problem(field: str, value: object) -> list[str]:
    if value is None or value == "":
        return REQUIRED
    if field in UNITS:
        return [] if value in UNITS[field] else [not_a_choice(value)]
    try:
        return [] if Decimal(str(value)) > 0 else ["Ensure this value is greater than 0."]
    except InvalidOperation:
        return ["A valid number is required."]
