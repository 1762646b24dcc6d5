"""Papers behind links that are signed and expire: a link that proves nothing opens nothing."""

from flask import Response

from sandbox.clock import stamp
from sandbox.papers import label, press
from sandbox.papers.links import why_closed
from sandbox.papers.sheets import MIMES, sheet
from sandbox.refusals import absent
from sandbox.world import here


def label_file(name: str) -> Response:
    world = here()
    if why := why_closed(world):
        return _denied(why)
    transaction = world.store.get("transaction", name.partition(".")[0])
    if transaction is None or not transaction["tracking_number"]:
        raise absent()
    file_type = transaction.get("_file_type")
    drawn = press.printed(label.gathered(world, transaction), file_type)
    return Response(drawn, mimetype=MIMES[sheet(file_type).ending])


def _denied(why: str) -> Response:
    """As S3 says it."""
    now = stamp(here().clock.time())
    error = f"<Code>AccessDenied</Code><Message>{why}</Message><ServerTime>{now}</ServerTime>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error>{error}</Error>'
    return Response(body, status=403, mimetype="application/xml")
