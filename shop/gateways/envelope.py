"""The envelope of Shippo's webhooks, read strictly: what makes two the same, what one is about."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NoReturn

from shop.gateways import plain

DEEPEST = 20
MOST_KEYS = 2_000
VOLATILE = {"label_url", "commercial_invoice_url", "qr_code_url"}
"""Signed addresses: the same file has another query each time it is named."""


CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


class Unreadable(ValueError):
    """No event of Shippo's; the message says why, in our words."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a key stands twice in one object")
    return found


def _no_number(_word: str) -> NoReturn:
    raise Unreadable("NaN or Infinity, which JSON has not")


STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One event: its kind, what it says in full, what it is about, and what it is known by.

    Shippo gives events no id: two with the same `key` are one event. `subject` is
    "track:<carrier>:<number>", "transaction:<id>", or nothing.
    """

    event: str
    said: dict[str, Any]
    key: str
    subject: str


def read(body: bytes) -> Envelope:
    """An event from the bytes of a delivery. Raises Unreadable for whatever is none."""
    said = _parsed(body)
    if not isinstance(said, dict):
        raise Unreadable("not an object")
    if body.count(b"{") + body.count(b"[") > DEEPEST or body.count(b":") > MOST_KEYS:
        _bounded(said)  # else it cannot be too deep, nor have too many keys
    event = said.get("event")
    if not isinstance(event, str) or not event:
        raise Unreadable("names no event")
    return Envelope(event=plain.text(event, 64), said=said, key=key_of(said), subject=about(said))


def key_of(said: dict[str, Any]) -> str:
    """What makes two deliveries the same event: mode, kind and data, however they are written."""
    told = [said.get("test"), said.get("event"), _steady(said.get("data"))]
    return digest(CANONICAL.encode(told).encode())


def about(said: dict[str, Any]) -> str:
    """The label or the number an event tells of; at most 120 signs, or nothing."""
    event, data = said.get("event"), plain.record(said.get("data"))
    if event == "track_updated":
        carrier = plain.text(data.get("carrier"), 40)
        number = plain.name(data.get("tracking_number"))
        return f"track:{carrier}:{number}" if carrier and number else ""
    if event in {"transaction_created", "transaction_updated"}:
        label = plain.name(data.get("object_id"))
        return f"transaction:{label}" if label else ""
    return ""


def digest(body: bytes) -> str:
    """What bytes are known by."""
    return hashlib.sha256(body).hexdigest()


def _parsed(body: bytes) -> Any:
    try:
        return STRICT.decode(body.decode(json.detect_encoding(body)))
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error


def _bounded(said: dict[str, Any]) -> None:
    """Level by level: no deeper and no wider than anything Shippo sends."""
    keys = 0
    level: list[Any] = [said]
    for _ in range(DEEPEST):
        objects = [one for one in level if type(one) is dict]
        keys += sum(map(len, objects))
        if keys > MOST_KEYS:
            raise Unreadable(f"more than {MOST_KEYS} keys")
        inside = [one.values() for one in objects] + [one for one in level if type(one) is list]
        level = [inner for values in inside for inner in values if type(inner) in (dict, list)]
        if not level:
            return
    raise Unreadable(f"nested more than {DEEPEST} deep")


def _steady(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {
        name: value.partition("?")[0] if name in VOLATILE and isinstance(value, str) else value
        for name, value in data.items()
    }
