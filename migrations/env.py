"""How Alembic reaches our database: through the app, with a limit on waiting for locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

database = current_app.extensions["migrate"].db


def _plainly(kind: str, thing: object, _context: object) -> str | bool:
    """Write our own column types as what the database knows, so that old migrations stay true."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


def run() -> None:
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET lock_timeout = '5s'")
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=_plainly,
            transactional_ddl=True,  # on SQLite too: all of it or nothing
        )
        with _let_go(connection), context.begin_transaction():
            context.run_migrations()
            _hold_again(connection)


@contextmanager
def _let_go(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by making another in its place: rows that refer to it must let go.

    The switch works outside a transaction alone, hence a word with the driver itself.
    """
    driver = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite" and driver is not None
    try:
        if sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        yield
    finally:
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


def _hold_again(connection: Connection) -> None:
    """Nothing is kept of a migration after which a row refers to one that is not there."""
    if connection.dialect.name == "sqlite":
        torn = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if torn:
            tables = sorted({str(row[0]) for row in torn})
            raise RuntimeError(f"rows refer to what is not there, in {', '.join(tables)}")


run()
