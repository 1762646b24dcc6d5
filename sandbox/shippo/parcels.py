"""Parcels: numbers come in as text or figures and go out as text; a carrier's box has its size."""

from flask import Response, jsonify

from sandbox.carriers.prices import INCHES, POUNDS
from sandbox.carriers.templates import TEMPLATES, Template
from sandbox.refusals import Refused
from sandbox.shippo.extras import PARCEL
from sandbox.shippo.fields import EMPTY, Checks, check, choice, figure, text
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

SIZE: Checks = {
    **dict.fromkeys(("length", "width", "height"), figure),
    "distance_unit": choice(INCHES),
}
WEIGHT: Checks = {"weight": figure, "mass_unit": choice(POUNDS)}
REST: Checks = {"template": choice(TEMPLATES), "extra": PARCEL, "metadata": text}
HAS_A_SIZE = "This field must not be set with a template, which has a size of its own."


def create() -> tuple[Response, int]:
    return jsonify(kept(here(), asked(), mode())), 201


def index() -> Response:
    return jsonify(page("parcel"))


def show(object_id: str) -> Response:
    return jsonify(here().own("parcel", object_id, mode()))


def kept(world: World, given: Doc, test: bool) -> Doc:
    size, needed = _size(given)
    check({**given, **size}, {**needed, **WEIGHT}, REST)
    parcel = {
        **world.born(test),
        "object_state": "VALID",
        "template": given.get("template") or None,
        "extra": given.get("extra") or {},
        **size,
        **{field: str(given[field]) for field in WEIGHT},
        "metadata": str(given.get("metadata") or ""),
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


def _size(given: Doc) -> tuple[Doc, Checks]:
    """The sides as they will be kept, and what must be there of them."""
    own = {field: str(given[field]) for field in SIZE if given.get(field) not in EMPTY}
    template = TEMPLATES.get(str(given.get("template")))
    if template is None:
        return own, {} if given.get("template") else SIZE
    if template.variable and own:
        return own, SIZE
    if own:
        raise Refused(400, {field: [HAS_A_SIZE] for field in own})
    return size_of(template), {}


def size_of(template: Template) -> Doc:
    return {
        "length": template.length,
        "width": template.width,
        "height": template.height,
        "distance_unit": template.distance_unit,
    }
