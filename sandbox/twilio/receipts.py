"""A text grows from queued to delivered, or does not, and its sender is told each step."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.clock import seconds
from sandbox.signatures import twilio_signature
from sandbox.store import Doc
from sandbox.twilio import keywords
from sandbox.twilio.magic import ENDS, OURS, end_of, jumbled
from sandbox.twilio.texts import API_VERSION
from sandbox.world import World

# How the receipts of a jumbled text come: each twice, and the last word first.
JUMBLE = ("delivered", "sent", "queued", "sent", "delivered", "queued")


def steps(number: str) -> list[str]:
    """The states a text to this number goes through."""
    code = end_of(number)
    if not code:
        return ["queued", "sent", "delivered"]
    last = ENDS[code][0]
    return ["queued", last] if last == "failed" else ["queued", "sent", last]


def begin(world: World, text: Doc, after: float | None = None) -> None:
    """Let it grow: from now on, or from when it was scheduled for by the world's clock."""
    text["ahead"], text["end"] = steps(text["to"]), end_of(text["to"])
    world.store.put("text", text)
    if after is None:
        world.agenda.add("text", text["object_id"])
    else:
        world.agenda.add("text", text["object_id"], after, clock="world")


def grow(world: World, message_sid: str) -> None:
    """One step of a text's life."""
    with world.store.change():
        text = world.store.get("text", message_sid)
        if text is None or not text["ahead"]:
            return
        _step(world, text)
        if text["ahead"]:
            world.agenda.add("text", message_sid, world.settings.async_s / 2)
        if text["callback"]:
            _tell(world, text)


def _step(world: World, text: Doc) -> None:
    if text["status"] == "scheduled" and keywords.has_stopped(world, text["to"]):
        text["ahead"], text["end"] = ["failed"], 21610
    text["status"] = text["ahead"].pop(0)
    text["updated"] = world.clock.now()
    text["from"] = text["from"] or OURS  # the one number of every messaging service
    if text["status"] == "sent":
        text["sent"] = text["updated"]
    if text["status"] in ("undelivered", "failed"):
        text["error_code"] = text["end"]
    world.store.put("text", text)


def _tell(world: World, text: Doc) -> None:
    if not jumbled(text["to"]):
        call_back(world, text, text["status"])
    elif not text["ahead"]:
        for status in JUMBLE:
            call_back(world, text, status)


def call_back(world: World, text: Doc, status: str) -> None:
    form = {
        "SmsSid": text["object_id"],
        "SmsStatus": status,
        "MessageStatus": status,
        "To": text["to"],
        "MessageSid": text["object_id"],
        "AccountSid": text["account"],
        "From": text["from"],
        "ApiVersion": API_VERSION,
    }
    if text["service"]:
        form["MessagingServiceSid"] = text["service"]
    if status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = _compact(text["updated"])
    if text["error_code"]:
        form["ErrorCode"] = str(text["error_code"])
    headers = signed(world.settings.twilio_token or text["token"], text["callback"], form)
    world.post.send("twilio", status, (text["callback"], headers, urlencode(form)), tries=1)


def signed(token: str, url: str, form: dict[str, str]) -> dict[str, str]:
    """The headers of a call that Twilio makes, its signature among them."""
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": twilio_signature(token, url, form),
        "I-Twilio-Idempotency-Token": str(uuid4()),
        "User-Agent": "TwilioProxy/1.1",
    }


def _compact(moment: str) -> str:
    return datetime.fromtimestamp(seconds(moment), UTC).strftime("%y%m%d%H%M")
