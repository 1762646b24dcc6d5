"""What happened here: labels sold, calls received."""

from flask import Response, jsonify, request

from sandbox.store import Doc
from sandbox.world import World, here

SOLD = ("QUEUED", "SUCCESS", "REFUNDPENDING", "REFUNDED", "REFUNDREJECTED")


def ledger() -> Response:
    return jsonify(sold(here()))


def sold(world: World, most: int | None = None) -> list[Doc]:
    """Every label ever sold, oldest first. One that was refused was not sold."""
    names = ("object_id", "rate", "order", "tracking_number", "metadata", "status")
    return [
        {
            **{name: label[name] for name in names},
            "carrier": label["_carrier"],
            "amount": label["_amount"],
            "created": label["object_created"],
        }
        for label in world.store.find("transaction", span=(most, 0))[::-1]
        if label["status"] in SOLD
    ]


def requests_made() -> Response:
    return jsonify(
        here().journal.lines(request.args.get("method", ""), request.args.get("path", ""))
    )
