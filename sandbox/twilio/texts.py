"""A text: how it is kept, how Twilio shows it, and whose phone it is on."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

from sandbox.clock import seconds
from sandbox.store import Doc
from sandbox.twilio.magic import ENDS
from sandbox.twilio.segments import segments
from sandbox.world import World

API_VERSION = "2010-04-01"
NOBODY = "AC" + "0" * 32
INBOUND, REPLY, SENT = "inbound", "outbound-reply", "outbound-api"
WAITING = ("accepted", "queued", "scheduled")


def new(world: World, between: tuple[str, str, str], body: str, **known: Any) -> Doc:
    """A text of an account from one number to another, kept. Call it inside a change."""
    account, sender, to = between
    now = world.clock.now()
    text: Doc = {
        "object_id": ("MM" if known.get("media") else "SM") + uuid4().hex,
        "object_created": now,
        "updated": now,
        "sent": None,
        "serial": world.store.noted("text.serial", 0) + 1,
        "account": account,
        "from": sender,
        "to": to,
        "body": body,
        "segments": segments(body),
        "media": 0,
        "direction": SENT,
        "status": "queued",
        "ahead": [],
        "error_code": None,
        "service": None,
        "callback": "",
        "token": "",
        "by": "",  # who wrote a reply: Twilio itself, or the application
        "webhook": None,  # what the application answered to an inbound text
        **known,
    }
    text["metadata"] = phone_of(text)
    world.store.note("text.serial", text["serial"])
    return world.store.put("text", text)


def phone_of(text: Doc) -> str:
    """The number of the person: who sent it to us, or who gets it."""
    return str(text["from"] if text["direction"] == INBOUND else text["to"])


def on_phone(world: World, number: str, most: int | None = None) -> list[Doc]:
    """One person's conversation, oldest first."""
    return world.store.find("text", metadata=number, span=(most, 0))[::-1]


def log(world: World, direction: str = "", number: str = "") -> list[Doc]:
    """What phones have received, oldest first; what people sent when that is asked for."""
    found = on_phone(world, number) if number else world.store.find("text", oldest=True)
    return [
        {
            "sid": text["object_id"],
            "at": text["object_created"],
            **{name: text[name] for name in ("from", "to", "body", "status", "direction")},
            "error_code": text["error_code"],
        }
        for text in found
        if _asked_for(text, direction)
    ]


def shown(text: Doc) -> Doc:
    """As Twilio answers it."""
    uri = f"/{API_VERSION}/Accounts/{text['account']}/Messages/{text['object_id']}"
    unassigned = text["status"] in ("accepted", "scheduled") and text["service"]
    return {
        "account_sid": text["account"],
        "api_version": API_VERSION,
        "body": text["body"],
        "date_created": _date(text["object_created"]),
        "date_sent": _date(text["sent"]) if text["sent"] else None,
        "date_updated": _date(text["updated"]),
        "direction": text["direction"],
        "error_code": text["error_code"],
        "error_message": ENDS[text["error_code"]][1] if text["error_code"] else None,
        "from": text["from"] or None,
        "messaging_service_sid": text["service"],
        "num_media": str(text["media"]),
        "num_segments": "0" if unassigned else str(text["segments"]),
        "price": None,
        "price_unit": "USD",
        "sid": text["object_id"],
        "status": text["status"],
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text["to"],
        "uri": f"{uri}.json",
    }


def _asked_for(text: Doc, direction: str) -> bool:
    if direction in ("all", text["direction"]):
        return True
    return not direction and text["direction"] != INBOUND


def _date(moment: str) -> str:
    return format_datetime(datetime.fromtimestamp(int(seconds(moment)), UTC))
