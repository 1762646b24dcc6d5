"""Whether what the shop stands on is there: its tables, Redis, a worker a queue, and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from jobs.clock import BEAT
from jobs.queue import QUEUES, doorbell, queue
from shop.db import db, session
from shop.models import Slot

SILENT = timedelta(minutes=5)
"""A worker that was not heard of for so long is gone; one that is busy says so less often."""


@dataclass(frozen=True)
class Pulse:
    """A queue: how many rings wait in it, and when one of its workers was heard of last."""

    queue: str
    waiting: int
    heard_at: datetime | None

    @property
    def alive(self) -> bool:
        return self.heard_at is not None and self.heard_at > datetime.now(UTC) - SILENT


def schema() -> bool:
    """Whether the database's tables are those this code was written for."""
    try:
        with db.engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError:
        return False
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    return set(here) == set(script.get_heads())


def redis() -> bool:
    """Whether Redis answers."""
    try:
        return bool(doorbell().ping())
    except RedisError:
        return False


def queues() -> list[Pulse]:
    """Every queue; raises nothing: without Redis nobody is heard of."""
    names = list(dict.fromkeys(QUEUES.values()))
    try:
        beats = _heartbeats()
        return [
            Pulse(name, len(queue(name, doorbell())), max(beats.get(name, []), default=None))
            for name in names
        ]
    except RedisError:
        return [Pulse(name, 0, None) for name in names]


def clock_seen() -> datetime | None:
    """When a clock process took its last turn of the task that shows it alive, in machine time."""
    taken: datetime | None = session.scalar(
        sa.select(sa.func.max(Slot.taken_at)).where(Slot.task == BEAT)
    )
    return taken


def _heartbeats() -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for worker in Worker.all(connection=doorbell(), serializer=JSONSerializer):
        at = worker.last_heartbeat
        if at is None:
            continue
        for name in worker.queue_names():
            found.setdefault(name, []).append(at.replace(tzinfo=UTC) if at.tzinfo is None else at)
    return found
