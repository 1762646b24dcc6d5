"""A storm of deliveries: posted as Shippo posts them, while what takes them in is struck."""

from __future__ import annotations

import http.client
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shop.db import session
from shop.models import WebhookEvent
from shop.values import EventState
from tests.faults.crew import MANNERS
from tests.faults.restarts import Postgres
from tests.faults.stage import Stage
from tests.webhooks.test_shippo import ADDRESS, signature

SENDERS = 8
AGAIN_S = 0.5
"""So soon what was answered 503 is sent once more; Shippo waits longer."""

WORKERS = ("webhooks-1", "webhooks-2")
OTHERS = ("messages", "clock")
Span = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Downpour:
    """How much of everything, and how long at most."""

    parcels: int
    deliveries: int
    restarts: int
    flushes: int
    kill_every_s: float
    seed: int = 1
    patience_s: float = 240


@dataclass
class Answers:
    """What the shop said to every try, and from when until when it took."""

    tries: list[tuple[int, Span]] = field(default_factory=list)

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered; 0 is that there was no answer."""
        return Counter(status for status, _ in self.tries)

    def of(self, status: int) -> list[Span]:
        return [span for code, span in self.tries if code == status]

    @property
    def times(self) -> tuple[float, float]:
        """Seconds within which half, and all but one in a hundred, of the 202 came."""
        took = [end - begun for begun, end in self.of(202)]
        return quantiles(took, n=2)[0], quantiles(took, n=100)[98]


class Senders:
    """Shippo's side: what is answered 503 is sent again until it is taken."""

    def __init__(self, url: str, bodies: Sequence[bytes]) -> None:
        self.answers = Answers()
        self._address = urlsplit(url)
        self._left: queue.Queue[bytes] = queue.Queue()
        for body in bodies:
            self._left.put(body)
        self._many, self._stopped = len(bodies), threading.Event()
        self._begun, self._ended = time.monotonic(), 0.0
        self._threads = [threading.Thread(target=self._send) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    @property
    def share(self) -> float:
        """How much of it all was answered for good."""
        return sum(status != 503 for status, _ in self.answers.tries) / self._many

    @property
    def lasted_s(self) -> float:
        return max(end for _, (_, end) in self.answers.tries) - self._begun

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        while not self._stopped.is_set():
            try:
                body = self._left.get(timeout=0.2)
            except queue.Empty:
                continue
            if self._post(body) == 503:
                time.sleep(AGAIN_S)
                self._left.put(body)

    def _post(self, body: bytes) -> int:
        line = http.client.HTTPConnection(str(self._address.hostname), self._address.port)
        headers = {"Content-Type": "application/json", "Shippo-Auth-Signature": signature(body)}
        begun, status = time.monotonic(), 0
        try:
            line.request("POST", ADDRESS, body, headers)
            answer = line.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            line.close()
            self.answers.tries.append((status, (begun, time.monotonic())))
        return status


class Inbox:
    """How far the shop has come, asked without troubling it, also while its database is away."""

    def __init__(self, stage: Stage, distinct: int) -> None:
        url = stage.crew.settings.database_url
        self._engine = sa.create_engine(url, poolclass=NullPool)
        self._distinct, self._share = distinct, 0.0

    @property
    def share(self) -> float:
        """How much of what is to be read was read; while nobody can tell, what it was last."""
        done = WebhookEvent.state != EventState.NEW
        try:
            with self._engine.connect() as connection:
                count = connection.scalar(sa.select(sa.func.count(WebhookEvent.id)).where(done))
        except DBAPIError:
            return self._share
        self._share = (count or 0) / self._distinct
        return self._share


class Strikes:
    """What befalls the shop: a kill every so often, and the rest spread over the work."""

    def __init__(self, stage: Stage, postgres: Postgres, storm: Downpour) -> None:
        self._stage, self._every = stage, storm.kill_every_s
        self._chance = random.Random(storm.seed)
        self._next, self._worked = time.monotonic() + self._every, 0.0
        self._left = self._planned(postgres, storm)
        self.kills = 0

    def befall(self, share: float) -> None:
        """Whatever is due now, with so much of the work done; nobody is killed before he works."""
        if time.monotonic() > self._next and share > self._worked:
            self._worked = share
            target = self._chance.choice(OTHERS if self._chance.random() < 0.1 else WORKERS)
            self._stage.crew.strike(target, self._chance.choice(MANNERS))
            self._next = time.monotonic() + self._every
            self.kills += 1
        while self._left and share >= self._left[0][0]:
            self._left.pop(0)[1]()

    def _planned(
        self, postgres: Postgres, storm: Downpour
    ) -> list[tuple[float, Callable[[], object]]]:
        """At what share of the work which of them comes: while it is posted, and while read."""
        flush: Callable[[], object] = self._stage.app.extensions["redis"].flushall
        restarts = [((n + 0.25) / storm.restarts, postgres.restart) for n in range(storm.restarts)]
        flushes = [((n + 0.6) / storm.flushes, flush) for n in range(storm.flushes)]
        return sorted([*restarts, *flushes], key=lambda due: due[0])


@dataclass(frozen=True, kw_only=True)
class Poured:
    """What was answered meanwhile, how often somebody was killed, and how many seconds it took."""

    answers: Answers
    kills: int
    posted_s: float
    lasted_s: float


def poured(
    stage: Stage, postgres: Postgres, bodies: Sequence[bytes], distinct: int, storm: Downpour
) -> Poured:
    """Post it all, and strike until all is read. Raises AssertionError when it is not in time."""
    session.rollback()
    stage.crew.start(*WORKERS, *OTHERS, "web")
    stage.crew.ready()
    begun = time.monotonic()
    strikes, inbox = Strikes(stage, postgres, storm), Inbox(stage, distinct)
    senders = Senders(stage.crew.url, bodies)
    try:
        while (taken := senders.share) + (read := inbox.share) < 2:
            told = f"{taken:.1%} taken, {read:.1%} read in time"
            assert time.monotonic() < begun + storm.patience_s, told
            strikes.befall((taken + read) / 2)
            time.sleep(0.1)
    finally:
        senders.stop()
    return Poured(
        answers=senders.answers,
        kills=strikes.kills,
        posted_s=senders.lasted_s,
        lasted_s=time.monotonic() - begun,
    )
