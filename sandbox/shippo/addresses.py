"""Addresses: kept as they were given, complete or not, and validated when that was asked for."""

from flask import Response, jsonify

from sandbox.carriers.countries import code_of
from sandbox.refusals import REQUIRED, Refused, wrong
from sandbox.shippo.fields import Checks, check, mail, text, truth
from sandbox.shippo.pages import page
from sandbox.shippo.validation import validated
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
FIELDS: Checks = {
    **dict.fromkeys((*LINES, "metadata"), text),
    "email": lambda value: text(value) or mail(value),
    "is_residential": truth,
    "validate": truth,
}


def create() -> tuple[Response, int]:
    return jsonify(kept(here(), asked(), mode())), 201


def index() -> Response:
    return jsonify(page("address", default=5))


def show(object_id: str) -> Response:
    return jsonify(here().own("address", object_id, mode()))


def validate(object_id: str) -> Response:
    """A second address, corrected where it could be; the first stays as it was."""
    known = here().own("address", object_id, mode())
    given = {**{line: known[line] for line in LINES}, "country": known["country"]}
    return jsonify(kept(here(), {**given, "validate": True}, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    """A new address object from what was given; only the country must be there."""
    check(given, {"country": _country}, FIELDS)
    lines = {line: str(given.get(line) or "").strip() for line in LINES}
    lines["country"] = code_of(str(given["country"])) or ""
    residential, results, metadata = given.get("is_residential"), {}, short_metadata(given)
    if given.get("validate"):
        verdict = validated(lines)
        lines, metadata = verdict.address, ""  # what is validated loses its metadata
        results = {"is_valid": verdict.valid, "messages": verdict.messages}
        residential = verdict.residential if verdict.residential is not None else residential
    address = {
        **world.born(test),
        "is_complete": not missing(lines),
        "validation_results": results,
        **lines,
        "longitude": None,
        "latitude": None,
        "is_residential": residential,
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
    said = text(given.get("metadata") or "")
    if said:
        raise wrong(metadata=said)
    return str(given.get("metadata") or "")


def _country(value: object) -> list[str]:
    if not str(value).strip():
        return REQUIRED
    known = isinstance(value, str) and code_of(value)
    return [] if known else ["Please use the ISO-2 code of the country."]
