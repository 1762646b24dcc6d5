"""All that the sandbox remembers: documents in SQLite, with the columns that lists ask for."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

Doc = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS doc (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL,
    test INTEGER NOT NULL, created TEXT NOT NULL, rate TEXT, number TEXT, status TEXT,
    tracking TEXT, metadata TEXT, kept REAL NOT NULL DEFAULT 0, body TEXT NOT NULL, carrier TEXT,
    UNIQUE (kind, id));
DROP INDEX IF EXISTS doc_newest;
DROP INDEX IF EXISTS doc_created;
CREATE INDEX IF NOT EXISTS doc_listed ON doc (kind, seq DESC, test, created);
CREATE INDEX IF NOT EXISTS doc_tracking ON doc (kind, tracking, seq DESC)
    WHERE tracking IS NOT NULL;
CREATE INDEX IF NOT EXISTS doc_rate ON doc (kind, rate, seq DESC) WHERE rate IS NOT NULL;
CREATE INDEX IF NOT EXISTS doc_number ON doc (kind, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS doc_status ON doc (kind, status, seq DESC) WHERE status IS NOT NULL;
CREATE INDEX IF NOT EXISTS doc_metadata ON doc (kind, metadata) WHERE metadata IS NOT NULL;
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
BY_CARRIER = """CREATE INDEX IF NOT EXISTS doc_carrier ON doc (kind, carrier, seq DESC)
    WHERE carrier IS NOT NULL"""

COLUMNS = frozenset(
    {"test", "rate", "number", "status", "tracking", "metadata", "created", "carrier"}
)
PUT = """
INSERT INTO doc
(kind, id, test, created, rate, number, status, tracking, metadata, carrier, kept, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET
rate = excluded.rate, number = excluded.number, status = excluded.status,
tracking = excluded.tracking, metadata = excluded.metadata, body = excluded.body,
carrier = excluded.carrier
"""
LAG: ContextVar[float] = ContextVar("lag", default=0.0)


@contextmanager
def lagging(seconds: float) -> Iterator[None]:
    """Inside, this thread finds nothing that was first kept in the last so many real seconds."""
    before = LAG.set(seconds)
    try:
        yield
    finally:
        LAG.reset(before)


class Store:
    """One connection behind one lock: a change is whole or it is not."""

    def __init__(self, path: Path | str) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA)
        self.widen("doc", "kept", "REAL NOT NULL DEFAULT 0")
        self.widen("doc", "carrier", "TEXT")
        self.run(BY_CARRIER)

    def widen(self, table: str, column: str, kind: str) -> None:
        """What an older sandbox has written gets the columns it did not know."""
        if column not in {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}:
            self.run(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def close(self) -> None:
        """For good: whoever else still wants something waits until the process ends."""
        self.lock.acquire(timeout=0.5)
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside is written together; nested changes belong to the outermost."""
        with self.lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> int:
        """One statement that writes; the answer is the row's number."""
        with self.lock:
            return self._db.execute(sql, values).lastrowid or 0

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    def put(self, kind: str, doc: Doc) -> Doc:
        """Write a document; the first writing decides its place in the order."""
        self.run(PUT, *row(kind, doc))
        return doc

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write many new documents at once."""
        with self.change():
            self._db.executemany(PUT, rows)

    def newest(self) -> int:
        """The place of what was written last."""
        return int(self.rows("SELECT coalesce(max(seq), 0) AS seq FROM doc")[0]["seq"])

    def get(self, kind: str, object_id: str) -> Doc | None:
        found = self.rows("SELECT body FROM doc WHERE kind = ? AND id = ?", kind, object_id)
        return json.loads(found[0]["body"]) if found else None

    def drop(self, kind: str, object_id: str) -> None:
        self.run("DELETE FROM doc WHERE kind = ? AND id = ?", kind, object_id)

    def find(
        self, kind: str, *, oldest: bool = False, span: "Span" = (None, 0), **where: Any
    ) -> list[Doc]:
        """Documents of a kind by column, newest first unless asked otherwise."""
        limit, offset = span
        tests, values = _where(where)
        sql = f"SELECT body FROM doc WHERE kind = ?{tests} ORDER BY seq {'' if oldest else 'DESC'}"  # noqa: S608
        found = self.rows(
            f"{sql} LIMIT ? OFFSET ?", kind, *values, -1 if limit is None else limit, offset
        )
        return [json.loads(row["body"]) for row in found]

    def count(self, kind: str, **where: Any) -> int:
        tests, values = _where(where)
        sql = f"SELECT count(*) AS n FROM doc WHERE kind = ?{tests}"  # noqa: S608
        return int(self.rows(sql, kind, *values)[0]["n"])

    def note(self, name: str, value: Any) -> None:
        self.run("INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)", name, json.dumps(value))

    def noted(self, name: str, default: Any = None) -> Any:
        found = self.rows("SELECT value FROM note WHERE name = ?", name)
        return json.loads(found[0]["value"]) if found else default


Span = tuple[int | None, int]


def row(kind: str, doc: Doc) -> tuple[Any, ...]:
    """A document as it is kept: what lists ask for, and the whole."""
    return (
        *(kind, doc["object_id"], bool(doc.get("test", True)), doc["object_created"]),
        *(_text(doc, "rate"), _text(doc, "tracking_number"), _text(doc, "status")),
        *(_tracking(doc), _text(doc, "metadata"), _text(doc, "carrier") or _text(doc, "_carrier")),
        *(time.time(), json.dumps(doc, ensure_ascii=False, separators=(",", ":"))),
    )


def _tracking(doc: Doc) -> str | None:
    """Where a parcel is: a label says it in a word, a track as its last event, or not yet."""
    if "tracking_status" not in doc:
        return None
    said = doc["tracking_status"]
    return str((said["status"] if isinstance(said, dict) else said) or "UNKNOWN")


def _text(doc: Doc, key: str) -> str | None:
    value = doc.get(key)
    return value if isinstance(value, str) and value else None


def _where(where: dict[str, Any]) -> tuple[str, list[Any]]:
    """`rate="…"` is equality; `created__gte="…"` and its sisters compare."""
    tests, values = "", []
    for name, value in where.items():
        column, _, how = name.partition("__")
        if column not in COLUMNS:
            raise KeyError(column)
        tests += f" AND {column} {OPERATORS[how]} ?"
        values.append(value)
    if lag := LAG.get():
        tests += " AND kept <= ?"
        values.append(time.time() - lag)
    return tests, values


OPERATORS = {"": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "not": "<>"}
