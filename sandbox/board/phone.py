"""Phones: every number's conversation with us, and a way to answer."""

from itertools import groupby
from typing import Any

from flask import render_template

from sandbox.board import words
from sandbox.store import Doc
from sandbox.twilio import keywords, texts
from sandbox.twilio.magic import ENDS, OURS
from sandbox.world import World, here

MOST, LATEST = 200, 500
STATES = {
    "accepted": ("clock", "", "Accepted"),
    "queued": ("clock", "", "Queued"),
    "scheduled": ("clock", "", "Scheduled"),
    "sent": ("truck", "", "Sent"),
    "delivered": ("check", "good", "Delivered"),
    "canceled": ("cross", "", "Canceled before it went out"),
}


def phone(number: str = "") -> str:
    """One conversation; the latest unless another is asked for."""
    world = here()
    number = number or (_latest(world)[0]["metadata"] if _latest(world) else "")
    conversation = texts.on_phone(world, number, MOST) if number else []
    _read(world, number, conversation)
    return render_template(
        "phone.html",
        phones=_phones(world),
        number=number,
        ours=_ours(conversation),
        stopped=keywords.has_stopped(world, number),
        days=_days(conversation),
        inbound_url=world.settings.inbound_url,
    )


def unread(world: World) -> int:
    return sum(each["unread"] for each in _phones(world))


def _latest(world: World) -> list[Doc]:
    return world.store.find("text", span=(LATEST, 0))


def _phones(world: World) -> list[Doc]:
    """One line for each phone, the one that was last heard of first."""
    lines: dict[str, Doc] = {}
    read = {each["object_id"]: each["read"] for each in world.store.find("phone")}
    for text in _latest(world):
        number = texts.phone_of(text)
        line = lines.setdefault(number, {"number": number, "last": text, "unread": 0})
        line["unread"] += text["serial"] > read.get(number, 0) and _arrived(text)
    return list(lines.values())


def _arrived(text: Doc) -> bool:
    return bool(text["direction"] != texts.INBOUND and text["status"] == "delivered")


def _read(world: World, number: str, conversation: list[Doc]) -> None:
    """Who looks at a conversation has read what had arrived by then."""
    seen = max((text["serial"] for text in conversation if _arrived(text)), default=0)
    known = world.store.get("phone", number) or {"read": 0}
    if seen > known["read"]:
        now = world.clock.now()
        world.store.put("phone", {"object_id": number, "object_created": now, "read": seen})


def _ours(conversation: list[Doc]) -> str:
    """The number of ours that this phone knows."""
    for text in reversed(conversation):
        ours = text["to"] if text["direction"] == texts.INBOUND else text["from"]
        if ours:
            return str(ours)
    return OURS


def _days(conversation: list[Doc]) -> list[tuple[str, list[Doc]]]:
    bubbles = [_bubble(text) for text in conversation]
    return [
        (day, list(some)) for day, some in groupby(bubbles, key=lambda each: words.day(each["at"]))
    ]


def _bubble(text: Doc) -> dict[str, Any]:
    mine = text["direction"] == texts.INBOUND
    icon, tone, said = _told(text) if mine else _state(text)
    return {
        "mine": mine,
        "at": text["sent"] or text["object_created"],
        "body": text["body"],
        "by": text["by"],
        "lost": text["status"] in ("undelivered", "failed", "canceled"),
        "mark": {"icon": icon, "tone": tone, "words": said},
    }


def _state(text: Doc) -> tuple[str, str, str]:
    if text["error_code"]:
        code = text["error_code"]
        return "alert", "bad", f"Not delivered: {code}, {ENDS[code][1].lower()}"
    return STATES.get(text["status"], ("clock", "", str(text["status"]).capitalize()))


def _told(text: Doc) -> tuple[str, str, str]:
    """What became of a person's answer: whether the application heard it."""
    told = text["webhook"]
    if told is None:
        return "clock", "", "Taken by Twilio"
    if told["error"] or not 200 <= told["status"] < 300:
        return "alert", "bad", f"Webhook failed: {told['error'] or told['status']}"
    return "check", "good", f"Webhook answered {told['status']}"
