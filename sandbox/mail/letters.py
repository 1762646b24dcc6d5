"""A letter as it was taken: its parts, its headers, and how one leaves its list."""

import re
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import TypeVar
from uuid import uuid4

from sandbox import calls
from sandbox.store import Doc
from sandbox.world import World

PATIENCE_S = 10.0
ONE_CLICK = "List-Unsubscribe=One-Click"
T = TypeVar("T")
TOLD = ("from", "to", "subject", "text", "html", "raw", "headers", "attachments", "unsubscribe")


def keep(world: World, sender: str, recipients: list[str], raw: bytes) -> Doc:
    letter = _read(raw) | {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "from": sender,
        "to": list(recipients),
        "pressed": None,
    }
    with world.store.change():
        return world.store.put("mail", letter)


def log(world: World, to: str = "") -> list[Doc]:
    """What was kept, oldest first; for one recipient when one is named."""
    return [shown(letter) for letter in world.store.find("mail", oldest=True) if went(letter, to)]


def went(letter: Doc, to: str) -> bool:
    return not to or to.lower() in {each.lower() for each in letter["to"]}


def one(world: World, object_id: str) -> Doc | None:
    found = world.store.get("mail", object_id)
    return None if found is None else shown(found)


def shown(letter: Doc) -> Doc:
    told = {name: letter[name] for name in TOLD}
    times = {"id": letter["object_id"], "at": letter["object_created"]}
    return {**times, **told, "unsubscribed": letter["pressed"]}


def press(world: World, letter: Doc) -> Doc:
    """Do as RFC 8058 has a mail program do: one POST, no cookies, no redirects followed."""
    url = letter["unsubscribe"]["url"]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = calls.post(url, headers, ONE_CLICK.encode(), PATIENCE_S)
    pressed = {"at": world.clock.now(), "url": url, "status": answer.status, "error": answer.error}
    with world.store.change():
        found = world.store.get("mail", letter["id"])
        if found is not None:
            world.store.put("mail", found | {"pressed": pressed})
    return pressed


def _read(raw: bytes) -> Doc:
    parsed = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    headers = [[name, _header(parsed, name, value)] for name, value in parsed.raw_items()]
    return {
        "subject": _named(headers, "subject"),
        "text": _safely(lambda: _part(parsed, "plain"), ""),
        "html": _safely(lambda: _part(parsed, "html"), ""),
        "raw": raw.decode("utf-8", "replace"),
        "headers": headers,
        "attachments": _safely(lambda: _attachments(parsed), list[Doc]()),
        "unsubscribe": _unsubscribe(headers),
    }


def _header(parsed: EmailMessage, name: str, value: str) -> str:
    plain = " ".join(str(value).split())
    return _safely(lambda: str(parsed.policy.header_fetch_parse(name, value)), plain)


def _named(headers: list[list[str]], name: str) -> str:
    return next((value for known, value in headers if known.lower() == name), "")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    said = str(part.get_content()) if isinstance(part, EmailMessage) else ""
    return said.replace("\r\n", "\n")


def _attachments(message: EmailMessage) -> list[Doc]:
    return [
        {
            "name": part.get_filename() or "",
            "type": part.get_content_type(),
            "size": len(part.get_payload(decode=True) or b""),
        }
        for part in message.walk()
        if not part.is_multipart() and _enclosed(part)
    ]


def _enclosed(part: EmailMessage) -> bool:
    named = part.get_filename() or part.get_content_disposition() == "attachment"
    return bool(named) or part.get_content_maintype() != "text"


def _unsubscribe(headers: list[list[str]]) -> Doc:
    """Both ways a letter names (RFC 2369), and whether the address takes one click (RFC 8058)."""
    ways = re.findall(r"<\s*([^<>\s]+)\s*>", _named(headers, "list-unsubscribe"))
    offered = _named(headers, "list-unsubscribe-post").replace(" ", "").lower()
    url = next((way for way in ways if way.lower().startswith(("http:", "https:"))), None)
    return {
        "url": url,
        "mailto": next((way for way in ways if way.lower().startswith("mailto:")), None),
        "one_click": bool(url) and offered == ONE_CLICK.lower(),
    }


def _safely(read: Callable[[], T], otherwise: T) -> T:
    """What the standard library stumbles over in a malformed letter is left out, not refused."""
    try:
        return read()
    except Exception:
        return otherwise
