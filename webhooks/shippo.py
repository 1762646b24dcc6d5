"""Take in what Shippo tells us: kept to the byte, counted, answered in milliseconds."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from flask import abort, g, request
from sqlalchemy.dialects import postgresql, sqlite

from jobs import inbox
from jobs.queue import later
from shop.db import db, now, session
from shop.gateways import plain
from shop.models import WebhookEvent
from shop.outside import settings

VOLATILE = {"label_url", "commercial_invoice_url", "qr_code_url"}
"""Signed addresses: the same file has another query each time it is named."""


def receive(token: str) -> tuple[str, int]:
    """One delivery: new, it goes to the inbox; known, it is counted. 202 once that is safe."""
    body = request.get_data()
    said, key = _readable(body)
    event_id, seen = _keep(key, plain.text(said.get("event"), 64), body)
    if seen == 1:
        later(inbox.apply_event, event_id)
    session.commit()
    return "", 202


def delivery_key(said: dict[str, Any]) -> str:
    """What makes two deliveries the same event; Shippo gives them no id."""
    told = [said.get("test"), said.get("event"), _steady(said.get("data"))]
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _readable(body: bytes) -> tuple[dict[str, Any], str]:
    """What a delivery says, and its key; what is no JSON, or nested without end, is refused."""
    try:
        said = json.loads(body)
        return said, delivery_key(said)
    except (ValueError, AttributeError, RecursionError):
        abort(400)


def _steady(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {
        name: value.partition("?")[0] if name in VOLATILE and isinstance(value, str) else value
        for name, value in data.items()
    }


def _keep(key: str, event: str, body: bytes) -> tuple[int, int]:
    """Insert or count, in one statement: two deliveries at once are still one row."""
    insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.engine.dialect.name]
    moment = now()
    statement = (
        insert(WebhookEvent)
        .values(
            delivery_key=key,
            event=event,
            body=body,
            proof=g.proof,
            due_at=moment + timedelta(seconds=settings.sweep_interval_s),
        )
        .on_conflict_do_update(
            index_elements=["delivery_key"],
            set_={"seen": WebhookEvent.seen + 1, "last_seen_at": moment},
        )
        .returning(WebhookEvent.id, WebhookEvent.seen)
    )
    event_id, seen = session.execute(statement).one()
    return event_id, seen
