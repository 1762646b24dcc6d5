"""Four fixtures: the app, a browser of its pages, the world outside, and the work to be done.

Rows are kept in PostgreSQL; `@pytest.mark.both_databases` runs a test on SQLite as well.
"""

from __future__ import annotations

import contextvars
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from app import create_app
from jobs import rounds, worker
from ops import services
from shop.db import assert_idle, db, session
from shop.gateways import open_gateways
from shop.settings import Settings
from tests.seal import seal
from tests.until import until
from tests.world import HMAC_SECRET, TOKEN, TWILIO_SID, TWILIO_TOKEN, World

seal()

PUBLIC_URL = "http://127.0.0.1:9"
WAITING = ("tests/faults/", "tests/journeys/test_outage.py", "tests/webhooks/test_journeys.py")
"""Long, and waiting for the most part: they begin first, so that nobody waits for them."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(WAITING))


def pytest_collection_finish() -> None:
    """What has been read by now stays, and is not gone through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


DATABASES = ("postgresql", "sqlite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both_databases` once on each, unless it says why on PostgreSQL alone."""
    marked = metafunc.definition.get_closest_marker
    if not marked("both_databases") or "_rows" not in metafunc.fixturenames:
        return
    alone = marked("postgresql")
    assert alone is None or alone.args, f"{metafunc.definition.nodeid}: why on PostgreSQL alone?"
    if alone is None:
        metafunc.parametrize("_rows", DATABASES, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with services.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    with services.redis() as url:
        yield url


@pytest.fixture(scope="session")
def _world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("world"))
    yield world
    world.stop()


@pytest.fixture
def world(_world: World) -> Iterator[World]:
    """The pretend outside world, begun anew; what was done to its time troubles no other test."""
    _world.reset()
    yield _world
    _world.reset()


@pytest.fixture(scope="session")
def settings(postgres: str, redis: str, _world: World) -> Settings:
    """A shop's settings with minutes turned to moments."""
    return Settings(
        secret_key="a key for tests, and long enough to be one",
        database_url=database(postgres, "quayside_test"),
        redis_url=redis,
        public_url=PUBLIC_URL,
        shippo_api_token=TOKEN,
        shippo_api_url=_world.url,
        shippo_webhook_token="url-token-for-tests",
        shippo_webhook_hmac_secret=HMAC_SECRET,
        smtp_url=f"smtp://127.0.0.1:{_world.smtp_port}",
        mail_from="Quayside <hello@quayside.test>",
        twilio_account_sid=TWILIO_SID,
        twilio_auth_token=TWILIO_TOKEN,
        twilio_from="+15005550006",
        twilio_api_url=_world.url,
        label_hosts=(_world.url,),
        carrier_hosts=(_world.url,),
        clock_url=f"{_world.url}/_sandbox/clock",
        rates_deadline_s=2,
        purchase_deadline_s=2,
        resolve_schedule_s=(0.1, 0.2, 0.4, 1),
        poll_schedule_s=(0.1, 0.2, 0.4, 1),
        refund_schedule_s=(0.1, 0.2, 0.4, 1),
        review_after_s=2,
        sweep_interval_s=1,
        shippo_lists_per_minute=6000,
        shippo_posts_per_minute=6000,
        shippo_tracks_per_minute=6000,
    )


@pytest.fixture(scope="session")
def _schema(settings: Settings) -> None:
    made(settings)


@pytest.fixture(scope="session")
def _sqlite(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's SQLite file without a row: each test works on a copy."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    made(replace(settings, database_url=f"sqlite:///{file}"))
    return file


@pytest.fixture
def _rows(request: pytest.FixtureRequest) -> str:
    """The address of a database that the shop's migrations have made and that has no row."""
    if getattr(request, "param", "postgresql") == "sqlite":
        return f"sqlite:///{copied(request.getfixturevalue('_sqlite'))}"
    request.getfixturevalue("_schema")
    url: str = request.getfixturevalue("settings").database_url
    return url


@pytest.fixture(scope="session")
def _shops(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Shops]:
    """Templates are compiled once a run: the workers of xdist share what they compile."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "templates"
    shared.mkdir(exist_ok=True)
    shops = Shops(FileSystemBytecodeCache(str(shared)))
    yield shops
    shops.close()


@pytest.fixture
def app(
    settings: Settings, _rows: str, _shops: Shops, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """One shop a test, on an empty database. `@pytest.mark.settings(demo=True)` changes knobs."""
    mark = request.node.get_closest_marker("settings")
    app = _shops(replace(settings, database_url=_rows, **(mark.kwargs if mark else {})))
    with app.app_context():
        app.extensions["redis"].flushdb()
        yield app
        session.rollback()
        session.remove()
        if db.engine.dialect.name == "postgresql":
            empty(db.engine)
        else:
            close(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def work(app: Flask) -> Work:
    return Work(app)


class Shops:
    """Apps by their settings, as new for each test: making one takes as long as many a test.

    What an app gathers while it runs stands in its extensions; of routes, compiled templates and
    compiled statements it does no harm to have made them before. Connections to PostgreSQL stay
    open too, for a new one costs its server more than most tests ask of it.
    """

    def __init__(self, templates: FileSystemBytecodeCache) -> None:
        self._templates = templates
        self._made: dict[Settings, tuple[Flask, dict[str, Any]]] = {}

    def __call__(self, settings: Settings) -> Flask:
        if settings not in self._made:
            app = create_app(settings)
            app.jinja_env.bytecode_cache = self._templates
            app.test_client_class = Browser
            self._made[settings] = app, dict(app.extensions)
        app, extensions = self._made[settings]
        app.extensions.clear()
        app.extensions.update(extensions, gateways=open_gateways(settings, ready=assert_idle))
        return app

    def close(self) -> None:
        """Every connection of every app."""
        for app, _ in self._made.values():
            with app.app_context():
                close(app)


class Browser(FlaskClient):
    """A test client whose requests see nothing of the test's own app context and session."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if not has_app_context():
            return super().open(*args, **kwargs)  # a redirect being followed, in there already
        session.rollback()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        session.rollback()
        return answer


class Work:
    """The queues, with real workers: `work()` drains them, jobs of jobs included."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self) -> None:
        while self._drained():
            pass
        session.rollback()

    def _drained(self) -> str:
        """The first queue that had anything in it, which is empty now; "" where all were."""
        session.rollback()
        for name in worker.NAMES:
            if self._waiting(name):
                contextvars.Context().run(worker.work, self.app, name, burst=True)
                return name
        return ""

    def _waiting(self, name: str) -> int:
        return int(self.app.extensions["redis"].llen(f"rq:queue:{name}"))

    def until(self, come_true: Callable[[], object], seconds: float = 30) -> None:
        """Ring for what is due and drain, as the clock and the workers do, until it is so.

        What follows from it waits in the queues, as it does where their workers are busy.
        """

        def turn() -> object:
            session.rollback()
            rounds.ring()
            while self._drained():
                if true := come_true():
                    return true
            return come_true()

        until(turn, seconds)


def database(server: str, name: str) -> str:
    """A new, empty database on this server."""
    name += os.environ.get("PYTEST_XDIST_WORKER", "")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    url = sa.make_url(server).set(database=name)
    return url.render_as_string(hide_password=False)


def made(settings: Settings) -> None:
    """The tables, as the shop's own migrations make them."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        close(app)


def copied(file: Path) -> Path:
    """An SQLite database as it was made, where the one before it stood."""
    copy = file.with_name("a shop.sqlite3")
    for part in ("", "-wal", "-shm"):
        copy.with_name(copy.name + part).unlink(missing_ok=True)
    shutil.copy(file, copy)
    return copy


def empty(engine: sa.Engine) -> None:
    """No row left, and numbers begin at one: a TRUNCATE in effect, in a tenth of its time."""
    emptied = [f'DELETE FROM "{table.name}"' for table in reversed(db.metadata.sorted_tables)]
    anew = (
        "SELECT setval(quote_ident(sequencename)::regclass, 1, false)"
        " FROM pg_sequences WHERE schemaname = current_schema()"
    )
    with engine.begin() as connection:
        statements = ["UPDATE basket SET quote_id = NULL", *emptied, anew]
        connection.exec_driver_sql("; ".join(statements))


def close(app: Flask) -> None:
    for engine in db.engines.values():
        engine.dispose()
    app.extensions["redis"].close()
