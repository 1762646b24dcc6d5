"""Links to papers: signed and good for a day, as those into the real one's bucket are."""

import hmac
import re

from flask import request

from sandbox.papers.sheets import sheet
from sandbox.signatures import link_signature
from sandbox.store import Doc
from sandbox.world import World

LIFE_H = 24
LABELS_IN_A_FILE = 100
MOMENT = re.compile(r"[0-9]{1,12}")
MISMATCH = "The request signature we calculated does not match the signature you provided."
EXPIRED = "Request has expired"


def label_url(world: World, transaction: Doc | str) -> str:
    """The label of a transaction, given whole or by its id."""
    doc = {"object_id": transaction} if isinstance(transaction, str) else transaction
    if "_file_type" not in doc:
        doc = world.store.get("transaction", doc["object_id"]) or doc
    ending = sheet(doc.get("_file_type")).ending
    return _signed(world, f"/labels/{doc['object_id']}.{ending}")


def invoice_url(world: World, transaction_id: str) -> str:
    """The commercial invoice of a parcel that crosses a border."""
    return _signed(world, f"/papers/invoices/{transaction_id}.pdf")


def qr_url(world: World, transaction_id: str) -> str:
    """A code to show at the counter, where the label is printed."""
    return _signed(world, f"/papers/codes/{transaction_id}.png")


def slip_url(world: World, order_id: str) -> str:
    return _signed(world, f"/papers/slips/{order_id}.pdf")


def manifest_url(world: World, manifest_id: str) -> str:
    return _signed(world, f"/papers/manifests/{manifest_id}.pdf")


def batch_url(world: World, batch_id: str, page: int) -> str:
    """One file for each hundred labels of a batch; the first page is 1."""
    return _signed(world, f"/papers/batches/{batch_id}-{page}.pdf")


def why_closed(world: World) -> str:
    """Why the link that was followed opens nothing; nothing when it does."""
    expires = request.args.get("Expires", "")
    if not MOMENT.fullmatch(expires):
        return MISMATCH
    right = link_signature(_secret(world), request.path, int(expires))
    if not hmac.compare_digest(request.args.get("Signature", "").encode(), right.encode()):
        return MISMATCH
    return EXPIRED if int(expires) < world.clock.time() else ""


def _signed(world: World, path: str) -> str:
    """Good for a day from the next full hour, so that two looks in a row show the same link."""
    expires = (int(world.clock.time()) // 3600 + 1 + LIFE_H) * 3600
    signature = link_signature(_secret(world), path, expires)
    return f"{world.origin}{path}?Expires={expires}&Signature={signature}&AWSAccessKeyId=SANDBOX"


def _secret(world: World) -> str:
    return str(world.store.noted("link.secret"))
