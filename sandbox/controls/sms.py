"""Texts: what phones received, and what people answer."""

from flask import Response, jsonify, request

from sandbox.refusals import Refused
from sandbox.twilio import inbound, keywords, magic, texts
from sandbox.twilio.checks import E164, LONGEST
from sandbox.world import asked, here

DIRECTIONS = ("", "all", texts.INBOUND, texts.REPLY, texts.SENT)


def received() -> Response:
    """What came to the phones, oldest first; `?direction=inbound` or `all` for what people sent."""
    direction = request.args.get("direction", "")
    if direction not in DIRECTIONS:
        raise Refused(400, {"error": f"direction is one of {', '.join(DIRECTIONS[1:])}"})
    return jsonify(texts.log(here(), direction, request.args.get("phone", "")))


def stop() -> Response:
    """What a word alone would do: Twilio takes no texts to this number, or takes them again."""
    given = asked()
    number, stopped = str(given.get("number", "")), given.get("stopped", True)
    _number("number", number)
    if not isinstance(stopped, bool):
        raise Refused(400, {"error": "stopped is true or false"})
    with here().store.change():
        keywords.stop(here(), number, stopped=stopped)
    return jsonify(number=number, stopped=stopped)


def answer() -> tuple[Response, int]:
    """A person texts: Twilio takes it, and the application's answer comes back to the phone."""
    given = asked()
    sender, to, body = (str(given.get(name) or "") for name in ("from", "to", "body"))
    _number("from", sender)
    _number("to", to or magic.OURS)
    if not body.strip() or len(body) > LONGEST:
        raise Refused(400, {"error": f"body is a text of 1 to {LONGEST} letters"})
    return jsonify(inbound.receive(here(), sender, to, body)), 201


def codes() -> Response:
    """Twilio's codes that can be brought about, and by which numbers."""
    return jsonify(magic.table())


def _number(name: str, number: str) -> None:
    if not E164.fullmatch(number):
        raise Refused(400, {"error": f"{name} is a number such as +14155550123"})
