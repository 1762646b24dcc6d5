"""Rates at checkout, thin: with no service group there is nothing to offer, and no error either."""

from flask import Response, jsonify

from sandbox.refusals import Refused
from sandbox.world import asked

NEEDED = ("address_to", "line_items", "address_from")  # the last only in practice


def create() -> Response:
    """Its refusals have a shape of their own, and its ends of pages are empty texts."""
    given = asked()
    lacking = [field for field in NEEDED if not given.get(field)]
    if lacking:
        details = ", ".join(lacking)
        raise Refused(400, {"message": "Missing required fields", "details": details})
    return jsonify(next="", previous="", results=[])
