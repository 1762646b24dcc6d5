"""The user's own parcel templates: the one thing here that is dated as Go would write it."""

from flask import Response, jsonify

from sandbox.carriers.prices import INCHES, POUNDS
from sandbox.carriers.templates import TEMPLATES
from sandbox.refusals import Refused
from sandbox.shippo.carrier_templates import shown as carriers
from sandbox.shippo.fields import EMPTY, Checks, check, choice, figure, text
from sandbox.shippo.parcels import HAS_A_SIZE, size_of
from sandbox.store import Doc
from sandbox.world import asked, here, mode

SIZE: Checks = {
    "name": text,
    **dict.fromkeys(("length", "width", "height"), figure),
    "distance_unit": choice(INCHES),
}
WEIGHT: Checks = {"weight": figure, "weight_unit": choice(POUNDS)}


def create() -> Response:
    world = here()
    with world.store.change():
        made = world.store.put("user_template", {**world.born(mode()), **_read(asked())})
    return jsonify(_shown(made))


def index() -> Response:
    found = [_shown(box) for box in here().store.find("user_template", test=mode())]
    return jsonify(results=found or None)


def show(object_id: str) -> Response:
    return jsonify(_shown(here().own("user_template", object_id, mode())))


def replace(object_id: str) -> Response:
    world = here()
    with world.store.change():
        was = world.own("user_template", object_id, mode())
        now = {**was, **_read(asked()), "object_updated": world.clock.now()}
        world.store.put("user_template", now)
    return jsonify(_shown(now))


def delete(object_id: str) -> tuple[str, int]:
    world = here()
    with world.store.change():
        world.own("user_template", object_id, mode())
        world.store.drop("user_template", object_id)
    return "", 204


def _read(given: Doc) -> Doc:
    """Either a carrier's box, or a box of one's own with a name and a size."""
    token = given.get("template") or None
    if token:
        check(given, {"template": choice(TEMPLATES)}, WEIGHT)
        _no_size_beside_a_template(given)
        size = {**size_of(TEMPLATES[token]), "name": TEMPLATES[token].name}
    else:
        check(given, SIZE, WEIGHT)
        size = {field: str(given[field]) for field in SIZE}
    weight = {field: None if given.get(field) in EMPTY else str(given[field]) for field in WEIGHT}
    return {**size, **weight, "_template": token}


def _no_size_beside_a_template(given: Doc) -> None:
    sides = [field for field in SIZE if field != "name" and given.get(field) not in EMPTY]
    if sides:
        raise Refused(400, {field: [HAS_A_SIZE] for field in sides})


def _shown(box: Doc) -> Doc:
    token = box["_template"]
    return {
        "object_id": box["object_id"],
        "object_owner": box["object_owner"],
        "object_created": _in_go(box["object_created"]),
        "object_updated": _in_go(box["object_updated"]),
        **{field: box[field] for field in (*SIZE, *WEIGHT)},
        "template": carriers(TEMPLATES[token]) if token else None,
    }


def _in_go(stamp: str) -> str:
    day, _, clock = stamp.removesuffix("Z").partition("T")
    return f"{day} {clock}000 +0000 UTC"
