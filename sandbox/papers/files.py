"""Label files behind links that are signed and expire, as the real ones do."""

from flask import Response, request

from sandbox.papers.label_pdf import draw
from sandbox.refusals import absent
from sandbox.signatures import link_signature
from sandbox.world import World, here

LIFE_H = 24


def label_url(world: World, object_id: str) -> str:
    """Good for a day from the next full hour, so that two looks in a row show the same link."""
    expires = (int(world.clock.time()) // 3600 + 1 + LIFE_H) * 3600
    path = f"/labels/{object_id}.pdf"
    signature = link_signature(_secret(world), path, expires)
    return f"{world.origin}{path}?Expires={expires}&Signature={signature}&AWSAccessKeyId=SANDBOX"


def file(name: str) -> Response:
    world = here()
    expires = request.args.get("Expires", "")
    if not expires.isdigit() or not _signed(world, int(expires)):
        return _denied(
            "The request signature we calculated does not match the signature you provided."
        )
    if int(expires) < world.clock.time():
        return _denied("Request has expired")
    transaction = world.store.get("transaction", name.removesuffix(".pdf"))
    if transaction is None or not transaction["tracking_number"]:
        raise absent()
    shipment = world.store.get("shipment", transaction["_shipment"]) or {}
    rate = world.store.get("rate", transaction["rate"]) or {}
    return Response(draw(transaction, shipment, rate), mimetype="application/pdf")


def _signed(world: World, expires: int) -> bool:
    return request.args.get("Signature") == link_signature(_secret(world), request.path, expires)


def _secret(world: World) -> str:
    return str(world.store.noted("link.secret"))


def _denied(why: str) -> Response:
    error = f"<Error><Code>AccessDenied</Code><Message>{why}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{error}'
    return Response(body, status=403, mimetype="application/xml")
