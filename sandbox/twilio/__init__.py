"""Twilio's Messages, as its official client expects them."""

from functools import partial

from flask import Blueprint

from sandbox.agenda import Acts
from sandbox.twilio import messages, receipts
from sandbox.world import World


def blueprint() -> Blueprint:
    bp = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts/<sid>")
    one = "/Messages/<message_sid>.json"
    bp.add_url_rule("/Messages.json", "create", messages.create, methods=["POST"])
    bp.add_url_rule("/Messages.json", "index", messages.index)
    bp.add_url_rule(one, "show", messages.show)
    bp.add_url_rule(one, "update", messages.update, methods=["POST"])
    bp.add_url_rule(one, "delete", messages.delete, methods=["DELETE"])
    anything = ["GET", "POST", "PUT", "DELETE"]
    bp.add_url_rule("/<path:rest>", "unknown", messages.unknown, methods=anything)
    return bp


def acts(world: World) -> Acts:
    return {"text": partial(receipts.grow, world)}
