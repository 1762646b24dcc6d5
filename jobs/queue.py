"""`later`: put a job off until the transaction has been committed.

Rows are the truth and Redis is a doorbell: a ring that is lost is rung again by jobs/rounds.py.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, ParamSpec

import sqlalchemy as sa
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session, SessionTransaction

from shop.db import session

log = logging.getLogger(__name__)

P = ParamSpec("P")
KEY = "later"
QUEUES = {
    "jobs.labels": "labels",
    "jobs.refunds": "labels",
    "jobs.inbox": "webhooks",
    "jobs.messages": "messages",
    "jobs.files": "upkeep",
    "jobs.audit": "upkeep",
    "jobs.polls": "upkeep",
    "jobs.stalls": "upkeep",
    "jobs.quotes": "upkeep",
}
"""Which queue a module's jobs stand in. A worker serves exactly one (decision 0007)."""

LONG = 20
"""So many rings in a queue, and the rounds add none: their rows stay due."""

CROWDED = "crowded"
COUNTED_S = 0.1

SPARE_S = 60
KEEP_FAILED_S = 24 * 3600


def later(function: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Run `function` with these ids once what we are doing is committed, or never."""
    if kwargs:
        raise TypeError("jobs take plain positional ids")
    own = session()
    if not own.in_transaction():
        # Without a transaction there is nothing a rollback could forget this by.
        own.begin()
    rings = own.info.setdefault(KEY, [])
    rings.append((own.get_nested_transaction(), function, args))


def longest_s() -> float:
    """How many seconds a job may take; whoever has taken longer is gone."""
    return float(current_app.extensions["settings"].purchase_deadline_s + SPARE_S)


def _heard_within_s() -> float:
    """How long a ring waits to be heard: the rounds repeat it, so older ones are only in the way.

    Else a night without workers leaves thousands of rings for the same few rows, and what is new
    waits behind them all.
    """
    return max(60.0, 3 * float(current_app.extensions["settings"].sweep_interval_s))


def queue(name: str, redis: Redis) -> Queue:
    """One queue; its jobs are JSON, never pickle: whoever can write to Redis must not run code."""
    return Queue(name, connection=redis, serializer=JSONSerializer)


def waiting(function: Callable[..., object]) -> int:
    """How many rings wait to be heard where this job stands; none that we know of without Redis."""
    try:
        return len(queue(QUEUES[function.__module__], doorbell()))
    except RedisError:
        return 0


def long(function: Callable[..., object]) -> bool:
    """Whether so many rings wait to be heard, where this job stands, that more would only delay."""
    return waiting(function) >= LONG


def crowded(function: Callable[..., object]) -> bool:
    """The same, known for a moment in this process: in a storm nobody counts for each ring."""
    known: dict[str, tuple[float, bool]] = current_app.extensions.setdefault(CROWDED, {})
    name, moment = QUEUES[function.__module__], time.monotonic()
    until, answer = known.get(name, (0.0, False))
    if until < moment:
        answer = long(function)
        known[name] = moment + COUNTED_S, answer
    return answer


def doorbell() -> Redis:
    """The connection to Redis of this app."""
    found: Redis = current_app.extensions["redis"]
    return found


def _ring(own: Session) -> None:
    if own.in_nested_transaction():
        return  # only a savepoint was released; the commit is still to come
    for _, function, args in own.info.pop(KEY, []):
        _enqueue(function, args)


def _forget(own: Session, rolled_back: SessionTransaction) -> None:
    if rolled_back.parent is None:
        own.info.pop(KEY, None)
        return
    kept = [ring for ring in own.info.get(KEY, []) if ring[0] is not rolled_back]
    own.info[KEY] = kept


def _enqueue(function: Callable[..., object], args: tuple[Any, ...]) -> None:
    name = f"{function.__module__}.{function.__qualname__}"
    try:
        queue(QUEUES[function.__module__], doorbell()).enqueue_call(
            name,
            args=args,
            timeout=int(longest_s()),
            ttl=int(_heard_within_s()),
            result_ttl=0,
            failure_ttl=KEEP_FAILED_S,
        )
    except RedisError as error:
        log.warning("%s%s is not rung now, the rounds will: %s", name, args, type(error).__name__)


sa.event.listen(session, "after_commit", _ring)
sa.event.listen(session, "after_soft_rollback", _forget)
