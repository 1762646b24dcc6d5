"""What falls due and when: one persistent list on two clocks, worked off by one thread in order."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from sandbox.clock import Clock
from sandbox.store import Store

log = logging.getLogger("sandbox.agenda")

SCHEMA = """CREATE TABLE IF NOT EXISTS agenda (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, clock TEXT NOT NULL, due REAL NOT NULL,
    what TEXT NOT NULL, ref TEXT NOT NULL)"""


class Agenda:
    """`machine` items are due in real seconds, `world` items by the sandbox's clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._bell = threading.Condition()
        self._stopping = False
        self.acts: dict[str, Callable[[str], None]] = {}
        store.run(SCHEMA)
        store.run("CREATE INDEX IF NOT EXISTS agenda_due ON agenda (clock, due)")

    def add(self, what: str, ref: str, after: float = 0.0, *, clock: str = "machine") -> None:
        """Inside a store change the item is as durable as the change it belongs to."""
        due = after + (time.time() if clock == "machine" else self._clock.time())
        self._store.run(
            "INSERT INTO agenda (clock, due, what, ref) VALUES (?, ?, ?, ?)", clock, due, what, ref
        )
        self.ring()

    def ring(self) -> None:
        with self._bell:
            self._bell.notify_all()

    def start(self) -> None:
        threading.Thread(target=self._work, name="agenda", daemon=True).start()

    def stop(self) -> None:
        self._stopping = True
        self.ring()

    def settled(self, timeout: float = 30.0) -> bool:
        """Wait until nothing that is due on the world's clock is left to do."""
        with self._bell:
            return self._bell.wait_for(lambda: self._wait("world", self._clock.time()) > 0, timeout)

    def _work(self) -> None:
        while not self._stopping:
            for item in self._due():
                self._do(item)
            with self._bell:
                self._bell.notify_all()
                if not self._due() and not self._stopping:
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

    def _do(self, item: sqlite3.Row) -> None:
        try:
            self.acts[item["what"]](item["ref"])
        except Exception:
            log.exception("%s %s failed", item["what"], item["ref"])
        self._store.run("DELETE FROM agenda WHERE seq = ?", item["seq"])
