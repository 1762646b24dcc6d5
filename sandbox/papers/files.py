"""Papers behind links that are signed and expire: a link that proves nothing opens nothing."""

from flask import Response

from sandbox.papers.label_pdf import draw
from sandbox.papers.links import label_url as label_url
from sandbox.papers.links import why_closed
from sandbox.refusals import absent
from sandbox.world import here


def label(name: str) -> Response:
    world = here()
    if why := why_closed(world):
        return _denied(why)
    transaction = world.store.get("transaction", name.partition(".")[0])
    if transaction is None or not transaction["tracking_number"]:
        raise absent()
    shipment = world.store.get("shipment", transaction["_shipment"]) or {}
    rate = world.store.get("rate", transaction["rate"]) or {}
    return Response(draw(transaction, shipment, rate), mimetype="application/pdf")


def _denied(why: str) -> Response:
    error = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{error}'
    return Response(body, status=403, mimetype="application/xml")
