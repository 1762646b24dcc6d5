"""Take in what Shippo tells us: kept to the byte, counted, answered in milliseconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import g, request
from sqlalchemy.dialects import postgresql, sqlite

from jobs import inbox
from jobs.queue import later
from shop.db import db, moment, session
from shop.gateways import envelope
from shop.models import WebhookEvent
from shop.outside import settings
from shop.values import EventState


def receive(token: str) -> tuple[str, int]:
    """One delivery: new, it goes to the inbox; known, it is counted. 202 once that is safe.

    What was proved to be Shippo's and cannot be read is kept too, answered 400, never tried again.
    """
    body = request.get_data()
    try:
        told = envelope.read(body)
    except envelope.Unreadable as why:
        _keep(envelope.digest(body), body, state=EventState.UNREADABLE, event="", note=str(why))
        session.commit()
        return "", 400
    due = moment() + timedelta(seconds=settings.sweep_interval_s)
    event_id, seen = _keep(told.key, body, event=told.event, subject=told.subject, due_at=due)
    if seen == 1:
        later(inbox.apply_event, event_id)
    session.commit()
    return "", 202


def greet(token: str) -> tuple[str, int]:
    """Whoever registers us may look whether we are there."""
    return "", 200


def _keep(key: str, body: bytes, **told: Any) -> tuple[int, int]:
    """Insert or count, in one statement: two deliveries at once are still one row."""
    insert: Any = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.engine.dialect.name]
    statement = (
        insert(WebhookEvent)
        .values(delivery_key=key, body=body, proof=g.proof, **told)
        .on_conflict_do_update(
            index_elements=["delivery_key"],
            set_={"seen": WebhookEvent.seen + 1, "last_seen_at": moment()},
        )
        .returning(WebhookEvent.id, WebhookEvent.seen)
    )
    event_id, seen = session.execute(statement).one()
    return event_id, seen
