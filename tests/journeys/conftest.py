"""A shop in real processes, with a world and a database of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from ops import services
from shop.db import db, session
from shop.settings import Settings
from tests.conftest import Browser, close, database
from tests.processes import Shop, running
from tests.world import World


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[World]:
    """A world of this test's own."""
    world = World.start(tmp_path / "world")
    yield world
    world.stop()


@pytest.fixture
def place(
    outside: World, postgres: str, settings: Settings, request: pytest.FixtureRequest
) -> Iterator[Settings]:
    """The settings of a shop in that world. `@pytest.mark.settings(…)` changes knobs."""
    mark = request.node.get_closest_marker("settings")
    with services.redis() as redis:
        yield replace(
            settings,
            database_url=database(postgres, "quayside_journey"),
            redis_url=redis,
            public_url=f"http://127.0.0.1:{free_port()}",
            shippo_api_url=outside.url,
            twilio_api_url=outside.url,
            smtp_url=f"smtp://127.0.0.1:{outside.smtp_port}",
            clock_url=f"{outside.url}/_sandbox/clock",
            label_hosts=(outside.url,),
            carrier_hosts=(outside.url,),
            demo=True,
            **{"reconcile_interval_s": 2, **(mark.kwargs if mark else {})},
        )


@pytest.fixture
def shop(place: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The shop, its database made, nothing of it started yet.

    `@pytest.mark.commands`: its processes are to be those one starts by hand.
    """
    port = int(place.public_url.rpartition(":")[2])
    log = tmp_path / "shop.log"
    commands = request.node.get_closest_marker("commands") is not None
    with running(place, port, log, commands=commands) as shop:
        yield shop
    print(log.read_text()[-20_000:])  # noqa: T201 - shown when the test fails


@pytest.fixture
def rows(shop: Shop, place: Settings) -> Iterator[Flask]:
    """The shop's database, seen from the test."""
    app = create_app(place)
    app.test_client_class = Browser
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            sa.event.listen(db.engine, "connect", _patient)
        yield app
        session.rollback()
        session.remove()
        close(app)


def _patient(connection: Any, _record: Any) -> None:
    """A test may look at a row, wait for a browser, and look at the same row again."""
    connection.execute("SET idle_in_transaction_session_timeout = 0")
    connection.commit()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
