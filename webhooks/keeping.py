"""Keep deliveries, each once: one statement, however often and at once the same is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects import sqlite

from shop.db import alone, db
from shop.models import WebhookEvent
from shop.values import EventState

KEPT = """
    INSERT INTO webhook_event (delivery_key, body, proof, event, subject, state, note,
                               seen, tries, first_seen_at, last_seen_at, due_at)
    VALUES (%(delivery_key)s, %(body)s, %(proof)s, %(event)s, %(subject)s, %(state)s, %(note)s,
            1, 0, clock_timestamp(), clock_timestamp(), clock_timestamp() + %(wait)s)
    ON CONFLICT (delivery_key) DO UPDATE
    SET seen = webhook_event.seen + 1, last_seen_at = clock_timestamp()
    RETURNING id, seen
"""
"""In PostgreSQL's own words: this is the one place that is called in storms."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One delivery as it is to be kept; `wait` is how long until it is due, None for never."""

    delivery_key: str
    body: bytes
    proof: str
    event: str = ""
    subject: str = ""
    state: EventState = EventState.NEW
    note: str = ""
    wait: timedelta | None = None


def keep(delivery: Delivery) -> int | None:
    """Keep a delivery, safely: its row's id when it is new. One known is counted, and is None."""
    if db.engine.dialect.name == "sqlite":
        event_id, seen = _in_sqlite(delivery)
    else:
        event_id, seen = alone(KEPT, {**vars(delivery), "state": delivery.state.value})
    return event_id if seen == 1 else None


def _in_sqlite(delivery: Delivery) -> tuple[int, int]:
    """The same in SQLite, whose clock is ours."""
    at, told = datetime.now(UTC), dict(vars(delivery))
    wait = told.pop("wait")
    told |= {"first_seen_at": at, "last_seen_at": at, "due_at": None if wait is None else at + wait}
    statement = (
        sqlite.insert(WebhookEvent)
        .values(told)
        .on_conflict_do_update(
            index_elements=["delivery_key"],
            set_={"seen": WebhookEvent.seen + 1, "last_seen_at": at},
        )
        .returning(WebhookEvent.id, WebhookEvent.seen)
    )
    with db.engine.begin() as connection:
        event_id, seen = connection.execute(statement).one()
    return event_id, seen
