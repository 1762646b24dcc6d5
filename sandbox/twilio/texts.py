"""Twilio's Messages: texts are taken, grow from queued to delivered, and their sender is told."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Response, jsonify, request

from sandbox.clock import seconds
from sandbox.refusals import Refused
from sandbox.signatures import twilio_signature
from sandbox.store import Doc
from sandbox.world import World, here

API_VERSION = "2010-04-01"
E164 = re.compile(r"^\+[1-9]\d{6,14}$")
LONGEST = 1600
# What Twilio's own test numbers answer, by the number a text goes to.
MAGIC = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: {to}"),
    "+15005550002": (
        21612,
        "Message cannot be sent with the current combination of 'To' and 'From' numbers",
    ),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region of {to}",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number: {to}"),
}
UNREACHABLE = 30003
ORDINARY = ("queued", "sent", "delivered")


def create(sid: str) -> tuple[Response, int]:
    world, form = here(), request.form
    token = _authorized(world, sid)
    _check(world, form)
    message = _queued(world, sid, form, token)
    with world.store.change():
        world.store.put("text", message)
        world.agenda.add("text", message["object_id"])
    return jsonify(_shown(message)), 201


def show(sid: str, message_sid: str) -> Response:
    _authorized(here(), sid)
    message = here().store.get("text", message_sid)
    if message is None or message["account"] != sid:
        raise _error(404, 20404, f"The requested resource {request.path} was not found")
    return jsonify(_shown(message))


def index(sid: str) -> Response:
    """Newest first, by To, From and the day they were sent."""
    _authorized(here(), sid)
    found = [text for text in here().store.find("text") if text["account"] == sid and _wanted(text)]
    size = min(1000, request.args.get("PageSize", 50, int))
    number = request.args.get("Page", 0, int)
    some = found[number * size : (number + 1) * size]
    more = len(found) > (number + 1) * size
    return jsonify(
        {**_paging(number, size, more=more), "messages": [_shown(text) for text in some]}
    )


def settle(world: World, message_sid: str) -> None:
    """One step of a text's life, told to its sender as it happens."""
    with world.store.change():
        text = world.store.get("text", message_sid)
        if text is None:
            return
        text["stage"] += 1
        text["status"] = _stages(text)[text["stage"]]
        text["error_code"] = UNREACHABLE if text["status"] == "undelivered" else None
        text["updated"] = world.clock.now()
        world.store.put("text", text)
        if text["stage"] < len(ORDINARY) - 1:
            world.agenda.add("text", message_sid, world.settings.async_s / 2)
        if text["callback"]:
            _call_back(world, text)


def log(world: World) -> list[Doc]:
    return [
        {
            "sid": text["object_id"],
            "at": text["object_created"],
            **{name: text[name] for name in ("from", "to", "body", "status")},
        }
        for text in world.store.find("text", oldest=True)
    ]


def stop(world: World, number: str, *, stopped: bool) -> None:
    """A person answered STOP (or START): Twilio itself refuses (or takes) further texts to them."""
    if stopped:
        now = world.clock.now()
        world.store.put("stopped", {"object_id": number, "object_created": now})
    else:
        world.store.drop("stopped", number)


def has_stopped(world: World, number: str) -> bool:
    return world.store.get("stopped", number) is not None


def _stages(text: Doc) -> tuple[str, ...]:
    return (*ORDINARY[:2], "undelivered") if text["to"].endswith("0000") else ORDINARY


def _authorized(world: World, sid: str) -> str:
    given = request.authorization
    known = world.settings.twilio_token
    token = (given.password or "") if given and given.type == "basic" else ""
    if not sid.startswith("AC") or not token or (known and token != known):
        raise _error(401, 20003, "Authenticate")
    return token


def _check(world: World, form: Mapping[str, str]) -> None:
    to, body = form.get("To", ""), form.get("Body", "")
    if not to:
        raise _error(400, 21604, "A 'To' phone number is required.")
    if not form.get("From") and not form.get("MessagingServiceSid"):
        raise _error(400, 21603, "A 'From' phone number is required.")
    if not body or len(body) > LONGEST:
        raise _error(
            400,
            21617 if body else 21602,
            "Message body is required and has at most 1600 characters.",
        )
    code, said = MAGIC.get(to, (0, ""))
    if not E164.match(to):
        code, said = MAGIC["+15005550001"]
    if has_stopped(world, to):
        code, said = MAGIC["+15005550004"]
    if code:
        raise _error(400, code, said.format(to=to))


def _error(status: int, code: int, said: str) -> Refused:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Refused(status, {"code": code, "message": said, "more_info": more, "status": status})


def _queued(world: World, sid: str, form: Mapping[str, str], token: str) -> Doc:
    now = world.clock.now()
    return {
        "object_id": "SM" + uuid4().hex,
        "object_created": now,
        "updated": now,
        "account": sid,
        "to": form["To"],
        "from": form.get("From", ""),
        "service": form.get("MessagingServiceSid") or None,
        "body": form["Body"],
        "status": "queued",
        "stage": -1,
        "error_code": None,
        "callback": form.get("StatusCallback", ""),
        "token": token,
    }


def _call_back(world: World, text: Doc) -> None:
    form = {
        "SmsSid": text["object_id"],
        "SmsStatus": text["status"],
        "MessageStatus": text["status"],
        "To": text["to"],
        "MessageSid": text["object_id"],
        "AccountSid": text["account"],
        "From": text["from"],
        "ApiVersion": API_VERSION,
    }
    if text["error_code"]:
        form["ErrorCode"] = str(text["error_code"])
    token = world.settings.twilio_token or text["token"]
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": twilio_signature(token, text["callback"], form),
        "I-Twilio-Idempotency-Token": str(uuid4()),
        "User-Agent": "TwilioProxy/1.1",
    }
    world.post.send("twilio", text["status"], (text["callback"], headers, urlencode(form)), tries=1)


def _wanted(text: Doc) -> bool:
    asked = request.args
    if asked.get("To", text["to"]) != text["to"] or asked.get("From", text["from"]) != text["from"]:
        return False
    day = str(text["object_created"])
    return (
        day.startswith(asked.get("DateSent", "")[:10])
        and day >= asked.get("DateSent>", "")
        and (day[:10] <= asked.get("DateSent<", "9")[:10])
    )


def _paging(number: int, size: int, *, more: bool) -> dict[str, Any]:
    asked = {
        name: value for name, value in request.args.items() if name not in ("Page", "PageToken")
    }
    uri = f"{request.path}?{urlencode({**asked, 'PageSize': size})}&Page="
    return {
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": (number + 1) * size - 1,
        "uri": f"{uri}{number}",
        "first_page_uri": f"{uri}0",
        "next_page_uri": f"{uri}{number + 1}" if more else None,
        "previous_page_uri": f"{uri}{number - 1}" if number else None,
    }


def _shown(text: Doc) -> Doc:
    uri = f"/{API_VERSION}/Accounts/{text['account']}/Messages/{text['object_id']}"
    sent = text["status"] != "queued"
    return {
        "account_sid": text["account"],
        "api_version": API_VERSION,
        "body": text["body"],
        "date_created": _date(text["object_created"]),
        "date_sent": _date(text["updated"]) if sent else None,
        "date_updated": _date(text["updated"]),
        "direction": "outbound-api",
        "error_code": text["error_code"],
        "error_message": "Unreachable destination handset" if text["error_code"] else None,
        "from": text["from"],
        "messaging_service_sid": text["service"],
        "num_media": "0",
        "num_segments": str(-(-len(text["body"]) // 153) if len(text["body"]) > 160 else 1),
        "price": None,
        "price_unit": "USD",
        "sid": text["object_id"],
        "status": text["status"],
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text["to"],
        "uri": f"{uri}.json",
    }


def _date(moment: str) -> str:
    return format_datetime(datetime.fromtimestamp(int(seconds(moment)), UTC))
