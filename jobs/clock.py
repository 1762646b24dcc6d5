"""The clock process: what happens by the second and by the hour. Any number may run."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import sqlalchemy as sa
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, IntegrityError

from jobs import rounds
from shop.db import session
from shop.models import Slot
from shop.outside import settings

log = logging.getLogger(__name__)

TICK_S = 0.5
BEAT, BEAT_S = "beat", 60
"""A task that does nothing but take its turn: whoever looks for it knows that a clock runs."""


@dataclass(frozen=True)
class Task:
    """Something done every so often. `shared` ones are done by one clock a turn."""

    name: str
    do: Callable[[], object]
    every_s: float
    shared: bool = True


def tasks() -> list[Task]:
    """The schedule."""
    return [
        Task("rounds", rounds.ring, TICK_S, shared=False),
        Task("webhooks", rounds.register_webhooks, settings.reconcile_interval_s),
        Task("audit", rounds.audit_labels, settings.reconcile_interval_s),
        Task("tidy", rounds.tidy, 3600),
        Task(BEAT, lambda: None, BEAT_S),
    ]


def run(app: Flask) -> None:
    """Tick until told to stop. A slow task holds up nobody but itself."""
    told: SimpleQueue[int] = SimpleQueue()  # whose locks a signal cannot find held, as an Event's
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda number, _: told.put(number))
    with app.app_context():
        plan = tasks()
    running: dict[str, Future[None]] = {}
    next_at = {task.name: 0.0 for task in plan}
    with ThreadPoolExecutor(max_workers=len(plan), thread_name_prefix="task") as pool:
        while True:
            for task in plan:
                idle = task.name not in running or running[task.name].done()
                if idle and time.monotonic() >= next_at[task.name]:
                    first = next_at[task.name] == 0.0
                    next_at[task.name] = time.monotonic() + task.every_s
                    running[task.name] = pool.submit(_do, app, task, first)
            with suppress(Empty):
                told.get(timeout=TICK_S)
                return


def _do(app: Flask, task: Task, first: bool) -> None:
    with app.app_context():
        try:
            # At start everything is done at once: after an outage nobody waits for a turn.
            mine = not task.shared or _turn(task)
            if first or mine:
                task.do()
        except (DBAPIError, RedisError) as error:
            session.rollback()
            log.warning("%s: %s; trying again", task.name, type(error).__name__)
        except Exception:
            session.rollback()
            log.exception("%s failed", task.name)


def _turn(task: Task) -> bool:
    """Take this turn of a task, if no other clock has."""
    slot = int(time.time() // task.every_s)
    try:
        session.execute(sa.insert(Slot).values(task=task.name, slot=slot))
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True
