"""Workers, clock and web of one shop, to be killed, stopped and brought back by name."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from redis import Redis
from rq import Worker
from rq.exceptions import NoSuchJobError
from rq.serializers import JSONSerializer

from shop.settings import Settings
from tests.processes import Shop, children

MANNERS = ("worker and horse", "horse", "worker")
"""Who gets the kill -9: the worker and the process that does its job, only that one, or only
the worker, whose horse goes on as an orphan."""


class Crew(Shop):
    """A shop with so many workers for labels, by name: labels-1, labels-2 and so on."""

    def __init__(self, settings: Settings, port: int, log: Path, mark: dict[str, str]) -> None:
        super().__init__(settings, port, log, mark)
        self._stopped: dict[str, list[int]] = {}

    def horses(self, name: str) -> list[int]:
        """The processes that do its job just now; none while they are made to stand still."""
        return [] if name in self._stopped else children(self._running[name].pid)

    def busy(self, queue: str) -> list[str]:
        """The workers of a queue that have something in hand, by name."""
        return [name for name in self._running if name.startswith(queue) and self.horses(name)]

    def holder(self, wish: int) -> str:
        """The worker that has this wish in hand, by RQ's own register; or nothing."""
        pids = {process.pid: name for name, process in self._running.items()}
        redis = Redis.from_url(self.settings.redis_url)
        with contextlib.closing(redis):
            for worker in Worker.all(connection=redis, serializer=JSONSerializer):
                if worker.pid not in pids:
                    continue
                try:
                    job = worker.get_current_job()
                except NoSuchJobError:
                    continue  # it has just come to its end
                if job is not None and tuple(job.args) == (wish,) and self.horses(pids[worker.pid]):
                    return pids[worker.pid]
        return ""

    def stop_horse(self, name: str) -> None:
        """SIGSTOP: it stands still, and nobody is told."""
        horses = self.horses(name)
        _freeze(tuple(horses))
        self._stopped[name] = horses

    def go_on(self) -> None:
        """SIGCONT to all that were stopped."""
        for horses in self._stopped.values():
            _thaw(tuple(horses))
        self._stopped.clear()

    def strike(self, name: str, manner: str) -> None:
        """kill -9 in one of the MANNERS, and bring back who is gone."""
        if manner == "horse" and self.horses(name):
            self.kill_horse(name)
        elif manner == "worker":
            self.kill_parent(name)
            self.start(name)
        else:
            self.kill(name)
            self.start(name)

    @contextlib.contextmanager
    def frozen(self, *pids: int) -> Iterator[Callable[[], None]]:
        """These processes stand still meanwhile, or until what is yielded is called."""
        _freeze(pids)
        try:
            yield lambda: _thaw(pids)
        finally:
            _thaw(pids)


def _freeze(pids: tuple[int, ...]) -> None:
    for pid in pids:
        _send(pid, signal.SIGSTOP)


def _thaw(pids: tuple[int, ...]) -> None:
    for pid in pids:
        _send(pid, signal.SIGCONT)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
