"""The database: one session, a typed base, times in UTC, and SQLite made honest."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm
from sqlalchemy.engine import Engine
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no zones, so they are put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[Any]):
    """An enum of ours, stored as its value in a plain column."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else str(self.kind(value).value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.kind(value)


class Base(orm.DeclarativeBase):
    """What every table shares."""

    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime(),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)
session = db.session

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


ALONE = "alone"
"""The connections to PostgreSQL on which each statement is a transaction (app.py)."""


def now() -> datetime:
    """Machine time, by the database's clock: what leases, deadlines and retries go by."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def alone(statement: str, given: dict[str, Any]) -> tuple[Any, ...]:
    """Run one statement of PostgreSQL's that is a transaction by itself, and answer its one row.

    What it wrote is kept then. It costs one question, on a connection kept for such things; the
    session knows nothing of it. Raises the driver's own errors.
    """
    held = db.engines[ALONE].raw_connection()
    try:
        row: tuple[Any, ...] = held.driver_connection.execute(statement, given).fetchone()  # type: ignore[union-attr]
    except BaseException:
        held.invalidate()
        raise
    held.close()
    return row


def changed(statement: sa.Update) -> int:
    """Run an UPDATE and say how many rows it changed."""
    result: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


class HeldOpen(RuntimeError):
    """Somebody is about to make a slow call with a transaction open."""


def assert_idle() -> None:
    """Refuse to go on while this thread holds a transaction; every gateway asks before it calls."""
    if session.registry.has() and session().in_transaction():
        raise HeldOpen("commit or roll back before calling the outside world")


_reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Within, SQLite transactions begin deferred: nothing is going to be written."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def read_only(yes: bool) -> None:
    """Say for the rest of this request whether it only reads."""
    _reading.set(yes)


def tune(engine: Engine) -> None:
    """Set an engine's connections up: SQLite in WAL with honest locks, PostgreSQL with limits."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "checkout", _alive)


POSTGRES_OPTIONS = (
    "-c timezone=utc -c statement_timeout=5000 -c lock_timeout=2000"
    " -c idle_in_transaction_session_timeout=10000"
)


def _alive(connection: Any, _record: Any, _proxy: Any) -> None:
    """Refuse a connection that PostgreSQL has hung up; the pool makes a new one then.

    Whoever hangs up says so, and only then is there something to read on an idle connection: to
    look costs no question. What is there may be harmless, so then it is asked.
    """
    try:
        heard = select.poll()
        heard.register(connection.pgconn.socket, select.POLLIN)
        if heard.poll(0):
            connection.execute("")
            connection.rollback()
    except Exception as gone:
        raise sa.exc.DisconnectionError from gone


def _tune_sqlite(connection: Any, _record: Any) -> None:
    # Our own BEGIN below: the driver's deferred one loses updates between processes.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
