"""What was asked of the sandbox: one line for every API call, answered or not."""

from typing import Any

from sandbox.clock import Clock
from sandbox.store import Store

SCHEMA = """CREATE TABLE IF NOT EXISTS request (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL DEFAULT 0,
    mode TEXT, fault TEXT, executed TEXT)"""
MOST = 100_000  # lines kept, the newest
SLACK = 1000  # how many more there may be before the oldest go


class Journal:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        store.run(SCHEMA)
        for column in ("mode", "fault", "executed"):
            store.widen("request", column, "TEXT")
        store.run("CREATE INDEX IF NOT EXISTS request_path ON request (path, seq)")

    def begin(self, method: str, path: str, mode: str | None, fault: str | None) -> int:
        """A call counts from its arrival; its status stays 0 until an answer is sent."""
        sql = "INSERT INTO request (at, method, path, mode, fault) VALUES (?, ?, ?, ?, ?)"
        line = self._store.run(sql, self._clock.now(), method, path, mode, fault)
        if line % SLACK == 0:
            self._store.run("DELETE FROM request WHERE seq <= ?", line - MOST)
        return line

    def end(self, line: int, status: int) -> None:
        self._store.run("UPDATE request SET status = ? WHERE seq = ?", status, line)

    def executed(self, line: int) -> None:
        """What was not done when it was asked for has been done now."""
        sql = "UPDATE request SET executed = ? WHERE seq = ?"
        self._store.run(sql, self._clock.now(), line)

    def lines(
        self, method: str = "", path: str = "", *, since: str = "", last: int | None = None
    ) -> list[dict[str, Any]]:
        """Oldest first; of many the last so many."""
        sql = (
            "SELECT at, method, path, status, mode, fault, executed FROM request"
            " WHERE ? IN ('', method) AND ? IN ('', path) AND at >= ?"
            " ORDER BY seq DESC LIMIT ?"
        )
        most = -1 if last is None else last
        found = self._store.rows(sql, method.upper(), path, since, most)
        return [dict(row) for row in reversed(found)]
