"""Migrations: on both databases they end where the models are, and no row is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from app import create_app
from shop.db import NAMES, db, session
from shop.models import LabelAttempt, LabelFile, Order, Parcel, ProviderTransaction
from shop.settings import Settings
from shop.values import IntentState, Mode, TrackingStatus, TransactionStatus, Via
from tests import make
from tests.conftest import DATABASES, close, database

ROOT = Path(__file__).parent.parent.parent
PLUMBING = {"alembic_version"}
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=DATABASES)
def empty(
    request: pytest.FixtureRequest, settings: Settings, postgres: str, tmp_path: Path
) -> Iterator[Flask]:
    """A shop on a database without a table."""
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    if request.param == "postgresql":
        url = database(postgres, "quayside_migrations")
    app = create_app(replace(settings, database_url=url))
    with app.app_context():
        yield app
        session.remove()
        close(app)


def test_migrations_are_numbered_and_have_one_head():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
    for revision in script.walk_revisions():
        assert re.fullmatch(r"\d{4}", revision.revision)


def test_migrations_go_up_down_and_up_again_and_end_where_the_models_are(empty: Flask):
    upgrade()
    downgrade(revision="base")
    assert set(schema()) == set()
    upgrade()
    migrated = schema()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    downgrade(revision="base")
    models().create_all(db.engine)
    assert migrated == schema()


def test_the_rows_of_a_shop_are_there_after_the_way_down_and_up_again(empty: Flask):
    upgrade()
    trade()
    before, migrated = rows(), schema()
    downgrade(revision="0001")
    first = rows()
    assert changes(before, first) == []
    upgrade()
    assert changes(first, rows()) == []
    assert migrated == schema()
    unpromised = session.get_one(Order, 2)
    assert unpromised.promise_last == unpromised.placed_at.date()
    with pytest.raises(IntegrityError, match="label_intent"):
        make.intent(parcel=session.get_one(Parcel, 1))
    session.rollback()


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_on_sqlite_a_migration_that_would_leave_a_row_without_its_other_is_not_done(
    empty: Flask, caplog: pytest.LogCaptureFixture
):
    upgrade()
    attempt = sa.insert(LabelAttempt).values(intent_id=7, attempt=1, fence=1, verdict="success")
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        connection.execute(attempt)
        connection.commit()
        driver.execute("PRAGMA foreign_keys=ON")
    before = schema()
    with pytest.raises(SystemExit):
        downgrade(revision="0001")
    assert "refer to what is not there, in label_attempt" in caplog.text
    assert schema() == before


def models() -> sa.MetaData:
    """The models' tables, copied: making tables of them leaves its marks on them."""
    copied = sa.MetaData(naming_convention=NAMES)
    for table in db.metadata.sorted_tables:
        table.to_metadata(copied)
    return copied


def trade() -> None:
    """Rows in what is altered, and rows that hold on to them."""
    parcel = make.scanned(TrackingStatus.TRANSIT)
    bought = make.intent(parcel=parcel, state=IntentState.PURCHASED)
    make.saved(LabelAttempt(intent_id=bought.id, attempt=1, fence=1, verdict="success"))
    make.saved(LabelFile(parcel_id=parcel.id, transaction_id="a" * 32))
    known = ProviderTransaction(
        object_id="a" * 32,
        mode=Mode.TEST,
        status=TransactionStatus.SUCCESS,
        intent_id=bought.id,
        seen_via=Via.ANSWER,
    )
    make.saved(known)
    make.message(parcel=parcel)
    unpriced = make.parcel(order=make.order(promise_first=None, promise_last=None))
    make.intent(parcel=unpriced, rate_id=None, rate_until=None, amount_minor=None)
    session.remove()


def schema() -> dict[str, Any]:
    """Everything the database itself holds to, by table."""
    with db.engine.connect() as connection:
        found = sa.inspect(connection)
        return {
            table: {
                "columns": {
                    column["name"]: (str(column["type"]), column["nullable"])
                    for column in found.get_columns(table)
                },
                "key": found.get_pk_constraint(table),
                "unique": ordered(found.get_unique_constraints(table)),
                "references": references(found.get_foreign_keys(table)),
                "checks": ordered(found.get_check_constraints(table)),
                "indices": [
                    {**index, "dialect_options": plain(index.get("dialect_options"))}
                    for index in ordered(found.get_indexes(table))
                ],
            }
            for table in set(found.get_table_names()) - PLUMBING
        }


def ordered(things: list[Any]) -> list[Any]:
    return sorted(things, key=lambda thing: str(thing["name"]))


def references(keys: list[Any]) -> list[str]:
    """By what they say: SQLite does not tell the name of one that stands beside its column."""
    return sorted(
        f"{key['constrained_columns']} {key['referred_table']} {key['referred_columns']}"
        f" {key['options']}"
        for key in keys
    )


def plain(options: Any) -> dict[str, str]:
    """An index's own terms: where it is partial, on which rows."""
    return {name: str(value) for name, value in (options or {}).items()}


def rows() -> Rows:
    with db.engine.connect() as connection:
        tables = set(sa.inspect(connection).get_table_names()) - PLUMBING
        found = {table: connection.exec_driver_sql(f'SELECT * FROM "{table}"') for table in tables}
        return {
            table: sorted(map(dict, result.mappings()), key=key) for table, result in found.items()
        }


def key(row: dict[str, Any]) -> str:
    """In every table of ours the first column is of its key."""
    return str(next(iter(row.values())))


def changes(before: Rows, then: Rows) -> list[tuple[str, str, Any, Any]]:
    """What was known before and is not so, in the tables and columns that then are there."""
    return [
        (table, name, was[name], value)
        for table in sorted(set(before) & set(then))
        for was, row in zip(before[table], then[table], strict=True)
        for name, value in row.items()
        if was.get(name) not in (None, value)
    ]
