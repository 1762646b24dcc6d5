"""A webhook in its envelope: its bytes, signed once, and what can be read in them."""

import json
import time
from typing import Any

from sandbox.signatures import shippo_signature
from sandbox.store import Doc

VERSION = "2018-02-08"
Letter = tuple[str, dict[str, str], str]  # where to, headers, body


def signed(url: str, event: Doc, secret: str) -> Letter:
    """Signed now; every retry replays that signature."""
    body = json.dumps(event, separators=(",", ":"))
    headers = {"Content-Type": "application/json", "Shippo-API-Version": VERSION}
    if secret:
        moment = int(time.time())
        headers["Shippo-Auth-Signature"] = shippo_signature(secret, moment, body.encode())
    return url, headers, body


def reordered(value: Any) -> Any:
    """The same JSON with every object's keys in the opposite order."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(list(value))}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def about(body: str) -> str | None:
    """The parcel that an event is of, if it is of one."""
    said = read(body)
    data = said.get("data") if isinstance(said, dict) else None
    return data.get("tracking_number") if isinstance(data, dict) else None


def read(body: str) -> Any:
    """What is said in it; the text itself when that is not JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return body
