"""Refunds: asked for at once, decided a moment later; a parcel on its way is not refunded."""

from flask import Response, jsonify

from sandbox.refusals import REQUIRED, wrong
from sandbox.shippo.pages import page
from sandbox.shippo.transactions import announce
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

UNUSED = ("UNKNOWN", "PRE_TRANSIT")


def create() -> tuple[Response, int]:
    world, wanted = here(), asked().get("transaction")
    if not wanted:
        raise wrong(transaction=REQUIRED)
    with world.store.change():
        transaction = world.store.get("transaction", str(wanted))
        if transaction is None or transaction["test"] != mode():
            raise wrong(transaction=f"Transaction with supplied object_id {wanted} not found.")
        refund = _filed(world, transaction)
    return jsonify(public(refund)), 201


def index() -> Response:
    return jsonify(page("refund"))


def show(object_id: str) -> Response:
    return jsonify(public(here().own("refund", object_id, mode())))


def settle(world: World, object_id: str) -> None:
    """The carrier has decided: money back, or the label was used in the meantime."""
    with world.store.change():
        refund = world.store.get("refund", object_id) or {}
        transaction = world.store.get("transaction", refund.get("transaction", ""))
        if transaction is None or transaction["status"] != "REFUNDPENDING":
            return
        granted = transaction["tracking_status"] in UNUSED
        now = world.clock.now()
        refund |= {"status": "SUCCESS" if granted else "ERROR", "object_updated": now}
        transaction |= {
            "status": "REFUNDED" if granted else "REFUNDREJECTED",
            "object_updated": now,
        }
        world.store.put("refund", refund)
        world.store.put("transaction", transaction)
        announce(world, "transaction_updated", transaction)


def _filed(world: World, transaction: Doc) -> Doc:
    refundable = transaction["status"] == "SUCCESS" and transaction["tracking_status"] in UNUSED
    refund = {
        **world.born(transaction["test"]),
        "status": "PENDING" if refundable else "ERROR",
        "transaction": transaction["object_id"],
    }
    world.store.put("refund", refund)
    if refundable:
        transaction |= {"status": "REFUNDPENDING", "object_updated": world.clock.now()}
        world.store.put("transaction", transaction)
        world.agenda.add("refund", refund["object_id"], world.settings.async_s)
        announce(world, "transaction_updated", transaction)
    return refund
