"""A worker: one queue, an app context a job, and no connection shared across a fork."""

from __future__ import annotations

import gc
import logging
from typing import Any

from flask import Flask
from rq import SimpleWorker, Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from jobs.queue import QUEUES, queue
from shop.db import db

log = logging.getLogger(__name__)

NAMES = tuple(dict.fromkeys(QUEUES.values()))
TTL_S = 30
MAINTENANCE_S = 30


class InApp:
    """What both kinds of worker add: the app's context around a job, and a line in the log."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, execution: Any) -> bool:
        """Run one job in an app context of its own, so that no session outlives it."""
        with self.app.app_context():
            log.info("begin %s%s", job.func_name, tuple(job.args))
            worked: bool = super().perform_job(job, queue, execution)  # type: ignore[misc]
            log.info("%s %s%s", "end" if worked else "FAILED", job.func_name, tuple(job.args))
            return worked


class ForkingWorker(InApp, Worker):  # type: ignore[misc]
    """A process a job: a purchase that dies takes nothing with it."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the child: leave the parent's database connections alone, then work."""
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)
        super().main_work_horse(job, queue)


class QuickWorker(InApp, SimpleWorker):  # type: ignore[misc]
    """All jobs in one process: for short ones."""


class BurstWorker(QuickWorker):
    """Works what is there and goes: for so short a life it listens to no commands."""

    def subscribe(self) -> None:
        """Have no thread that listens: to end one takes longer than many a job."""


def work(app: Flask, name: str, *, burst: bool = False) -> None:
    """Serve one queue until told to stop. More than one queue a worker loses jobs (0007)."""
    if name not in NAMES:
        raise ValueError(f"no queue {name!r}; there are {', '.join(NAMES)}")
    lasting = ForkingWorker if name == "labels" else QuickWorker
    kind = BurstWorker if burst else lasting
    kind.app = app
    if kind is ForkingWorker:
        gc.freeze()  # what has been read by now is shared with every child, and stays so
    redis = app.extensions["redis"]
    worker = kind(
        [queue(name, redis)],
        connection=redis,
        serializer=JSONSerializer,
        worker_ttl=TTL_S,
        maintenance_interval=MAINTENANCE_S,
        log_job_description=False,
    )
    worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
