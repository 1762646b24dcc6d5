"""Refunds: asked for at once, decided a moment later; a parcel on its way is not refunded."""

from flask import Response, jsonify

from sandbox.clock import DAY_S, seconds
from sandbox.refusals import REQUIRED, wrong
from sandbox.shippo.pages import page
from sandbox.shippo.slashes import behind_a_slash
from sandbox.shippo.transactions import announce
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

UNUSED = ("UNKNOWN", "PRE_TRANSIT")
LONGEST_S = 90 * DAY_S


def create() -> tuple[Response, int]:
    """What was scanned or is too old is refused inside a 201; what was never sold with a 400."""
    world, given = here(), asked()
    wanted = given.get("transaction")
    if not wanted:
        raise wrong(transaction=REQUIRED)
    with world.store.change():
        transaction = world.store.get("transaction", str(wanted))
        if transaction is None or transaction["test"] != mode():
            raise wrong(transaction=f"Transaction with supplied object_id {wanted} not found.")
        if transaction["status"] != "SUCCESS":  # the words for a second refund are not known
            raise wrong(transaction=f"A label in status {transaction['status']} has no refund.")
        refund = _filed(world, transaction, queued=given.get("async") is True)
    return jsonify(refund), 201


@behind_a_slash
def index() -> Response:
    return jsonify(page("refund"))


def show(object_id: str) -> Response:
    return jsonify(here().own("refund", object_id, mode()))


def settle(world: World, object_id: str) -> None:
    """Shippo hands on what it queued; then the carrier decides, by what it has scanned by then."""
    with world.store.change():
        refund = world.store.get("refund", object_id) or {}
        transaction = world.store.get("transaction", refund.get("transaction", ""))
        if transaction is None or transaction["status"] != "REFUNDPENDING":
            return
        if refund["status"] == "QUEUED":
            _keep(world, refund, "PENDING")
            world.agenda.add("refund", object_id, world.settings.async_s / 2)
        else:
            _decide(world, refund, transaction, granted=transaction["tracking_status"] in UNUSED)


def _filed(world: World, transaction: Doc, *, queued: bool) -> Doc:
    refund = {**world.born(transaction["test"]), "transaction": transaction["object_id"]}
    age = world.clock.time() - seconds(transaction["object_created"])
    if transaction["tracking_status"] not in UNUSED or age > LONGEST_S:
        return _decide(world, refund, transaction, granted=False)
    wait = world.settings.async_s
    world.agenda.add("refund", refund["object_id"], wait / 2 if queued else wait)
    _keep(world, refund, "QUEUED" if queued else "PENDING")
    _mark(world, transaction, "REFUNDPENDING")
    return refund


def _decide(world: World, refund: Doc, transaction: Doc, *, granted: bool) -> Doc:
    """There is no event for a refund: the label's own tells."""
    _keep(world, refund, "SUCCESS" if granted else "ERROR")
    _mark(world, transaction, "REFUNDED" if granted else "REFUNDREJECTED")
    return refund


def _keep(world: World, refund: Doc, status: str) -> None:
    refund |= {"status": status, "object_updated": world.clock.now()}
    world.store.put("refund", refund)


def _mark(world: World, transaction: Doc, status: str) -> None:
    transaction |= {"status": status, "object_updated": world.clock.now()}
    world.store.put("transaction", transaction)
    announce(world, "transaction_updated", transaction)
