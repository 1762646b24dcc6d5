"""Papers behind links that are signed and expire: a link that proves nothing opens nothing."""

from collections.abc import Callable

from flask import Response

from sandbox.clock import stamp
from sandbox.papers import drop_off, press
from sandbox.papers.customs import declaration
from sandbox.papers.invoice import commercial_invoice
from sandbox.papers.label import Label, day, gathered
from sandbox.papers.links import LABELS_IN_A_FILE, why_closed
from sandbox.papers.manifest import form
from sandbox.papers.sheets import MIMES, sheet
from sandbox.papers.slip import packing_slip
from sandbox.refusals import absent
from sandbox.store import Doc
from sandbox.world import World, here


def label(name: str) -> Response:
    world = here()
    if why := why_closed(world):
        return _denied(why)
    transaction = _sold(world, name.partition(".")[0])
    file_type = transaction.get("_file_type")
    drawn = press.printed(gathered(world, transaction), file_type)
    return Response(drawn, mimetype=MIMES[sheet(file_type).ending])


def paper(kind: str, name: str) -> Response:
    world = here()
    if why := why_closed(world):
        return _denied(why)
    if kind not in KINDS:
        raise absent()
    object_id, _, ending = name.partition(".")
    return Response(KINDS[kind](world, object_id), mimetype=MIMES[ending])


def _slip(world: World, object_id: str) -> bytes:
    return packing_slip(_known(world, "order", object_id))


def _invoice(world: World, object_id: str) -> bytes:
    transaction = _sold(world, object_id)
    shipment = _known(world, "shipment", transaction["_shipment"])
    customs = declaration(world, shipment)
    if customs is None:
        raise absent()
    return commercial_invoice(gathered(world, transaction), shipment, customs)


def _code(world: World, object_id: str) -> bytes:
    return drop_off.code(_sold(world, object_id)["tracking_number"])


def _manifest(world: World, object_id: str) -> bytes:
    manifest = _known(world, "manifest", object_id)
    sender = manifest["address_from"]
    if isinstance(sender, str):
        sender = _known(world, "address", sender)
    labels = _labels(world, manifest["transactions"])
    return form(manifest, sender, labels, day(manifest["shipment_date"]))


def _batch(world: World, name: str) -> bytes:
    """So many labels from the place that the page's number tells."""
    object_id, _, number = name.partition("-")
    batch, start = _known(world, "batch", object_id), (int(number) - 1) * LABELS_IN_A_FILE
    ids = batch["_labels"][start : start + LABELS_IN_A_FILE]
    return press.together(_labels(world, ids), batch.get("_file_type"))


KINDS: dict[str, Callable[[World, str], bytes]] = {
    "slips": _slip,
    "invoices": _invoice,
    "codes": _code,
    "manifests": _manifest,
    "batches": _batch,
}


def _known(world: World, kind: str, object_id: str) -> Doc:
    found = world.store.get(kind, object_id)
    if found is None:
        raise absent()
    return found


def _sold(world: World, object_id: str) -> Doc:
    transaction = _known(world, "transaction", object_id)
    if not transaction["tracking_number"]:
        raise absent()
    return transaction


def _labels(world: World, ids: list[str]) -> list[Label]:
    return [gathered(world, _sold(world, each)) for each in ids]


def _denied(why: str) -> Response:
    """As S3 says it."""
    now = stamp(here().clock.time())
    error = f"<Code>AccessDenied</Code><Message>{why}</Message><ServerTime>{now}</ServerTime>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error>{error}</Error>'
    return Response(body, status=403, mimetype="application/xml")
