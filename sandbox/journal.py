"""What was asked of the sandbox: one line for every API call, answered or not."""

from typing import Any

from sandbox.clock import Clock
from sandbox.store import Store

SCHEMA = """CREATE TABLE IF NOT EXISTS request (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0)"""


class Journal:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.run(SCHEMA)

    def begin(self, method: str, path: str) -> int:
        """A call counts from its arrival; its status stays 0 until an answer is sent."""
        sql = "INSERT INTO request (at, method, path) VALUES (?, ?, ?)"
        return self._store.run(sql, self._clock.now(), method, path)

    def end(self, line: int, status: int) -> None:
        self._store.run("UPDATE request SET status = ? WHERE seq = ?", status, line)

    def lines(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        sql = (
            "SELECT at, method, path, status FROM request"
            " WHERE ? IN ('', method) AND ? IN ('', path) ORDER BY seq"
        )
        return [dict(row) for row in self._store.rows(sql, method.upper(), path)]
