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


class Unreadable(ValueError):
    """No event of Shippo's; the message says why, in our words."""


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
    _bounded(said)
    event = said.get("event")
    if not isinstance(event, str) or not event:
        raise Unreadable("names no event")
    return Envelope(event=plain.text(event, 64), said=said, key=key_of(said), subject=about(said))


def key_of(said: dict[str, Any]) -> str:
    """What makes two deliveries the same event: mode, kind and data, however they are written."""
    told = [said.get("test"), said.get("event"), _steady(said.get("data"))]
    return digest(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())


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
        return json.loads(body, object_pairs_hook=_object, parse_constant=_no_number)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a key stands twice in one object")
    return found


def _no_number(_word: str) -> NoReturn:
    raise Unreadable("NaN or Infinity, which JSON has not")


def _bounded(said: dict[str, Any]) -> None:
    """Level by level: no deeper and no wider than anything Shippo sends."""
    depth, keys = 0, 0
    level: list[Any] = [said]
    while level:
        depth, keys = depth + 1, keys + sum(len(one) for one in level if isinstance(one, dict))
        if depth > DEEPEST:
            raise Unreadable(f"nested more than {DEEPEST} deep")
        if keys > MOST_KEYS:
            raise Unreadable(f"more than {MOST_KEYS} keys")
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]


def _inside(one: Any) -> Any:
    return one.values() if isinstance(one, dict) else one


def _steady(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {
        name: value.partition("?")[0] if name in VOLATILE and isinstance(value, str) else value
        for name, value in data.items()
    }
