"""Addresses: kept as they were given, complete or not."""

from flask import Response, jsonify

from sandbox.refusals import REQUIRED, Refused, wrong
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

LINES = (
    "name",
    "company",
    "street_no",
    "street1",
    "street2",
    "street3",
    "city",
    "state",
    "zip",
    "phone",
    "email",
)
WITH_STATE = ("US", "CA", "AU")
LONGEST_METADATA = 100


def create() -> tuple[Response, int]:
    return jsonify(kept(here(), asked(), mode())), 201


def index() -> Response:
    return jsonify(page("address", default=5))


def show(object_id: str) -> Response:
    return jsonify(here().own("address", object_id, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    """A new address object from what was given; only the country must be there."""
    country = str(given.get("country") or "").strip().upper()
    if not country:
        raise Refused(400, {"country": REQUIRED})
    if len(country) != 2:
        raise wrong(country="Please use the ISO-2 code of the country.")
    checked = bool(given.get("validate"))
    metadata = "" if checked else short_metadata(given)
    lines = {line: str(given.get(line) or "").strip() for line in LINES}
    address = {
        **world.born(test),
        "is_complete": not missing({**lines, "country": country}),
        "validation_results": {"is_valid": True, "messages": []} if checked else {},
        **lines,
        "country": country,
        "longitude": None,
        "latitude": None,
        "is_residential": given.get("is_residential"),
        "metadata": metadata,
    }
    return world.store.put("address", address)


def resolved(world: World, given: object, test: bool) -> Doc:
    """An address of a shipment: the object itself, or the id of one made before."""
    if isinstance(given, str):
        found = world.store.get("address", given)
        if found is None or found["test"] != test:
            raise Refused(400, {"__all__": [f"Address with supplied object_id {given} not found."]})
        return found
    if not isinstance(given, dict):
        raise Refused(400, {"__all__": ["Expected an address or the object_id of one."]})
    return kept(world, given, test)


def missing(address: Doc) -> list[str]:
    """What a label would lack."""
    needed = ["name", "street1", "city", "zip"] + (
        ["state"] if address["country"] in WITH_STATE else []
    )
    return [line for line in needed if not address[line]]


def short_metadata(given: Doc) -> str:
    text = str(given.get("metadata") or "")
    if len(text) > LONGEST_METADATA:
        raise wrong(metadata=f"Ensure this field has no more than {LONGEST_METADATA} characters.")
    return text
