"""Two teams for the same storm: our shop, and one that claims with a lease and tries again."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import sqlalchemy as sa

from shop.db import session
from shop.models import LabelIntent
from shop.values import IntentState
from tests import make
from tests.faults import books, naive
from tests.faults.crew import MANNERS
from tests.faults.stage import Stage
from tests.processes import ROOT
from tests.world import TOKEN

OTHERS = ("webhooks", "messages", "upkeep", "clock")


class Ours:
    """The shop as it is, with so many workers for labels."""

    def __init__(self, stage: Stage, workers: int = 4) -> None:
        self._stage = stage
        self._workers = [f"labels-{number}" for number in range(1, workers + 1)]
        stage.crew.start(*self._workers, *OTHERS, "web")
        stage.crew.ready()

    def ask(self) -> None:
        with self._stage.app.app_context():
            self._stage.ask(make.placed().parcels[0].id)

    def waiting(self) -> int:
        with self._stage.app.app_context():
            ready = LabelIntent.state == IntentState.READY
            return len(self._stage.found(sa.select(LabelIntent.id).where(ready)))

    def strike(self, chance: random.Random) -> None:
        busy = self._stage.crew.busy("labels")
        self._stage.crew.strike(chance.choice(busy or self._workers), chance.choice(MANNERS))
        if chance.random() < 0.1:
            self._stage.crew.strike(chance.choice(OTHERS), "worker and horse")

    def resting(self) -> bool:
        return books.resting(self._stage.world)


class Naive:
    """The same parcels, bought by tests/faults/naive.py."""

    def __init__(self, stage: Stage, workers: int = 4) -> None:
        self._stage = stage
        self._url = stage.crew.settings.database_url
        naive.prepare(self._url)
        self._workers = [self._started() for _ in range(workers)]

    def ask(self) -> None:
        with self._stage.app.app_context():
            parcel = make.placed().parcels[0]
            naive.ask(self._url, parcel.id, str(parcel.rate_id))
            session.rollback()

    def waiting(self) -> int:
        return 0

    def strike(self, chance: random.Random) -> None:
        place = chance.randrange(len(self._workers))
        self._workers[place].kill()
        self._workers[place].wait()
        self._workers[place] = self._started()

    def resting(self) -> bool:
        return naive.unlabelled(self._url) == 0

    def stop(self) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, naive.__file__, self._url, self._stage.world.url, TOKEN]
        environment = {**os.environ, **self._stage.crew.mark}
        return subprocess.Popen(command, cwd=ROOT, env=environment)
