"""What falls due and when: one persistent list on two clocks, worked off by one thread in order."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from sandbox.clock import Clock
from sandbox.store import Store

log = logging.getLogger("sandbox.agenda")

Acts = dict[str, Callable[[str], None]]

SCHEMA = """CREATE TABLE IF NOT EXISTS agenda (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock TEXT NOT NULL, due REAL NOT NULL,
    what TEXT NOT NULL, ref TEXT NOT NULL)"""


def until(true: Callable[[], bool], timeout: float) -> bool:
    """Look until it is so. No lock is held between two looks."""
    end = time.monotonic() + timeout
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


class Agenda:
    """`machine` items are due in real seconds, `world` items by the sandbox's clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._bell = threading.Event()  # rung inside store changes, so never a lock
        self._stopping = False
        self.acts: Acts = {}
        store.run(SCHEMA)
        store.run("CREATE INDEX IF NOT EXISTS agenda_due ON agenda (clock, due)")

    def add(self, what: str, ref: str, after: float = 0.0, *, clock: str = "machine") -> None:
        """Inside a store change the item is as durable as the change it belongs to."""
        due = after + (time.time() if clock == "machine" else self._clock.time())
        self._store.run(
            "INSERT INTO agenda (clock, due, what, ref) VALUES (?, ?, ?, ?)", clock, due, what, ref
        )
        self.ring()

    def has(self, what: str, ref: str) -> bool:
        sql = "SELECT 1 FROM agenda WHERE what = ? AND ref = ? LIMIT 1"
        return bool(self._store.rows(sql, what, ref))

    def ring(self) -> None:
        self._bell.set()

    def start(self) -> None:
        threading.Thread(target=self._work, name="agenda", daemon=True).start()

    def stop(self) -> None:
        self._stopping = True
        self.ring()

    def settled(self, timeout: float = 30.0) -> bool:
        """Wait until nothing that is due on the world's clock is left to do."""
        return until(lambda: self._wait("world", self._clock.time()) > 0, timeout)

    def _work(self) -> None:
        while not self._stopping:
            self._bell.clear()
            due = self._due()
            for item in due:
                self._do(item)
            if not due:
                self._bell.wait(min(self._waits()))

    def _due(self) -> list[sqlite3.Row]:
        """The one item to do next: the world's own before the machine's, the longest due first."""
        sql = "SELECT * FROM agenda WHERE clock = ? AND due <= ? ORDER BY due, seq LIMIT 1"
        return self._store.rows(sql, "world", self._clock.time()) or self._store.rows(
            sql, "machine", time.time()
        )

    def _waits(self) -> tuple[float, float]:
        return self._wait("world", self._clock.time()), self._wait("machine", time.time())

    def _wait(self, clock: str, now: float) -> float:
        """Seconds until this clock has something due, at most one; zero when it has."""
        sql = "SELECT min(due) AS due FROM agenda WHERE clock = ?"
        due = self._store.rows(sql, clock)[0]["due"]
        return 1.0 if due is None else min(1.0, max(0.0, due - now))

    def _then(self, item: sqlite3.Row) -> AbstractContextManager[None]:
        """The world's own happens at the moment it was due, however far the clock has jumped."""
        return self._clock.at(item["due"]) if item["clock"] == "world" else nullcontext()

    def _do(self, item: sqlite3.Row) -> None:
        try:
            with self._then(item):
                self.acts[item["what"]](item["ref"])
        except Exception:
            log.exception("%s %s failed", item["what"], item["ref"])
        self._store.run("DELETE FROM agenda WHERE seq = ?", item["seq"])
