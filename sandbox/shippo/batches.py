"""Batches: many shipments judged and bought together, a moment after they were handed in."""

from typing import Any

from flask import Response, jsonify, request

from sandbox.papers.links import LABELS_IN_A_FILE, batch_url
from sandbox.refusals import Refused, not_a_choice, wrong
from sandbox.shippo import batch_shipments
from sandbox.shippo.accounts import account
from sandbox.shippo.addresses import short_metadata
from sandbox.shippo.batch_rounds import RESULTS, buy, items, judge
from sandbox.shippo.batch_shipments import listed
from sandbox.shippo.fields import Checks, anything, check, up_to
from sandbox.shippo.pages import envelope
from sandbox.shippo.transactions import file_type
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public, read

PAGE = 100
NEEDED: Checks = {
    "default_carrier_account": anything,
    "default_servicelevel_token": up_to(200),
    "batch_shipments": listed,
}


def create() -> tuple[Response, int]:
    world, given = here(), asked()
    check(given, NEEDED)
    if account(world, str(given["default_carrier_account"]), mode()) is None:
        raise wrong(default_carrier_account="Carrier account with supplied object_id not found.")
    batch = {
        **world.born(mode()),
        "default_carrier_account": given["default_carrier_account"],
        "default_servicelevel_token": given["default_servicelevel_token"],
        "label_filetype": given.get("label_filetype") or None,
        "metadata": short_metadata(given),
        "status": "VALIDATING",
        "object_results": dict.fromkeys(RESULTS, 0),
        "_file_type": file_type(given, "label_filetype"),
        "_told": False,
    }
    with world.store.change():
        batch["_items"] = batch_shipments.taken_in(world, batch, given["batch_shipments"])
        judge(world, batch)
    return jsonify(_shown(world, batch)), 201


def show(object_id: str) -> Response:
    return jsonify(_shown(here(), here().own("batch", object_id, mode())))


def add(object_id: str) -> Response:
    world, given = here(), _list()
    check({"batch_shipments": given}, {"batch_shipments": listed})
    with world.store.change():
        batch = _open(world, object_id)
        batch["_items"] += batch_shipments.taken_in(world, batch, given)
        judge(world, batch)
    return jsonify(_shown(world, batch))


def remove(object_id: str) -> Response:
    """By the ids that the shipments have in the batch, which are not those of the shipments."""
    world, given = here(), [str(each) for each in _list()]
    with world.store.change():
        batch = _open(world, object_id)
        for each in given:
            if each not in batch["_items"]:
                raise Refused(400, {"detail": f"BatchShipment {each} is not in this batch."})
        for each in set(given):
            batch["_items"].remove(each)
            world.store.drop("batch_shipment", each)
        judge(world, batch)
    return jsonify(_shown(world, batch))


def purchase(object_id: str) -> tuple[Response, int]:
    world = here()
    with world.store.change():
        batch = _open(world, object_id, "Batch has already been purchased")
        if batch["status"] != "VALID":
            raise Refused(400, {"detail": "Only a batch with status VALID can be purchased."})
        buy(world, batch)
    return jsonify(_shown(world, batch)), 202


def _open(world: World, object_id: str, said: str = "Cannot modify a purchased batch") -> Doc:
    batch = world.own("batch", object_id, mode())
    if batch["status"] in ("PURCHASING", "PURCHASED"):
        raise Refused(400, {"detail": said})
    return batch


def _list() -> list[Any]:
    given = read(request.get_data())
    if not isinstance(given, list):
        raise Refused(400, {"non_field_errors": ["Expected a list of items."]})
    return given


def _shown(world: World, batch: Doc) -> Doc:
    files = -(-len(batch.get("_labels", [])) // LABELS_IN_A_FILE)
    object_id = batch["object_id"]
    return {
        **public(batch),
        "batch_shipments": _page(world, batch),
        "label_url": [batch_url(world, object_id, number + 1) for number in range(files)],
    }


def _page(world: World, batch: Doc) -> Doc:
    """In the order they were handed in; none are shown before they are judged."""
    wanted = request.args.get("object_results", "")
    if wanted and wanted not in RESULTS:
        raise wrong(object_results=not_a_choice(wanted))
    judged = [] if batch["status"] == "VALIDATING" else batch["_items"]
    found = [{"object_id": each} for each in judged]
    if wanted:
        found = [item for item in items(world, batch) if judged and RESULTS[wanted](item)]
    turned = envelope(found, PAGE, f"/batches/{batch['object_id']}")
    shown = items(world, {"_items": [each["object_id"] for each in turned["results"]]})
    return {**turned, "results": [batch_shipments.shown(item) for item in shown]}
