"""Twilio's Messages, as its official client expects them."""

from functools import partial

from flask import Blueprint

from sandbox.agenda import Acts
from sandbox.twilio import texts
from sandbox.world import World


def blueprint() -> Blueprint:
    bp = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts/<sid>")
    bp.add_url_rule("/Messages.json", "create", texts.create, methods=["POST"])
    bp.add_url_rule("/Messages.json", "index", texts.index)
    bp.add_url_rule("/Messages/<message_sid>.json", "show", texts.show)
    return bp


def acts(world: World) -> Acts:
    return {"text": partial(texts.settle, world)}
