"""Twilio's Messages: create, fetch, list, redact, cancel, delete."""

from flask import Response, jsonify, request

from sandbox.store import Doc
from sandbox.twilio import receipts, texts
from sandbox.twilio.callers import authorized, refusal
from sandbox.twilio.checks import check, send_at
from sandbox.twilio.pages import page
from sandbox.world import World, here


def create(sid: str) -> tuple[Response, int]:
    world, form, token = here(), request.form, authorized(sid)
    check(world, form)
    after = send_at(world, form)
    service, sender = form.get("MessagingServiceSid") or None, form.get("From", "")
    taken = "accepted" if service and not sender else "queued"
    with world.store.change():
        text = texts.new(
            world,
            (sid, sender, form["To"]),
            form.get("Body", ""),
            status=taken if after is None else "scheduled",
            service=service,
            media=len(form.getlist("MediaUrl")),
            callback=form.get("StatusCallback", ""),
            token=token,
        )
        receipts.begin(world, text, after)
    return jsonify(texts.shown(text)), 201


def show(sid: str, message_sid: str) -> Response:
    return jsonify(texts.shown(_own(sid, message_sid)))


def index(sid: str) -> Response:
    authorized(sid)
    mine = [text for text in here().store.find("text") if text["account"] == sid]
    return jsonify(page(mine))


def update(sid: str, message_sid: str) -> Response:
    """An empty body takes the words away; the status `canceled` what has not gone out."""
    _own(sid, message_sid)
    form, world = request.form, here()
    with world.store.change():
        text = _own(sid, message_sid)
        if form.get("Status") == "canceled":
            _cancel(world, text)
        if form.get("Body") == "":
            _ended(text)
            text["body"] = ""
        text["updated"] = world.clock.now()
        world.store.put("text", text)
    return jsonify(texts.shown(text))


def delete(sid: str, message_sid: str) -> tuple[str, int]:
    with here().store.change():
        text = _own(sid, message_sid)
        _ended(text)
        here().store.drop("text", text["object_id"])
    return "", 204


def unknown(sid: str, rest: str) -> Response:
    """Whatever else Twilio has under an account is not served here."""
    authorized(sid)
    raise refusal(20404, path=request.path)


def _own(sid: str, message_sid: str) -> Doc:
    authorized(sid)
    text = here().store.get("text", message_sid)
    if text is None or text["account"] != sid:
        raise refusal(20404, path=request.path)
    return text


def _cancel(world: World, text: Doc) -> None:
    if text["status"] not in texts.WAITING:
        raise refusal(30409)
    text["status"], text["ahead"] = "canceled", []
    if text["callback"]:
        receipts.call_back(world, text, "canceled")


def _ended(text: Doc) -> None:
    """Only what is over may be changed or forgotten."""
    if text["ahead"]:
        raise refusal(20009)
