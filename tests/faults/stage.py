"""The stage of the fault tests: a world, a PostgreSQL, a Redis, and a shop of real processes."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask

from app import create_app
from jobs import labels
from jobs.queue import doorbell, later
from ops import services
from shop import purchases
from shop.db import db, session
from shop.models import LabelIntent, Parcel
from shop.settings import Settings
from shop.values import IntentState
from tests import make
from tests.conftest import Browser
from tests.faults.crew import Crew
from tests.world import HMAC_SECRET, TOKEN, TWILIO_SID, TWILIO_TOKEN, World

T = TypeVar("T")
DEADLINE_S = 6.0
REVIEW_S = 20.0
WAITING = sa.text(
    "SELECT pid, application_name, pg_blocking_pids(pid) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock'"
)
LONG_TIMES = "-c timezone=utc -c statement_timeout=60000"


class Stage:
    """Everything a fault test holds in its hands."""

    def __init__(self, world: World, crew: Crew, app: Flask) -> None:
        self.world, self.crew, self.app = world, crew, app
        self._engine = sa.create_engine(
            crew.settings.database_url, pool_size=20, connect_args={"options": LONG_TIMES}
        )

    def placed(self, many: int) -> list[int]:
        """Parcels of so many orders, for which no label has been asked yet."""
        return [make.placed().parcels[0].id for _ in range(many)]

    def asked(self, many: int) -> list[int]:
        """So many wishes, rung for: their ids."""
        return [self.ask(parcel_id) for parcel_id in self.placed(many)]

    def ask(self, parcel_id: int) -> int:
        wish = self.wish(parcel_id)
        self.ring([wish])
        return wish

    def wish(self, parcel_id: int) -> int:
        """Write down a wish and tell nobody."""
        wish = purchases.wish(session.get_one(Parcel, parcel_id)).id
        session.commit()
        return wish

    def ring(self, wishes: Sequence[int]) -> None:
        for wish in wishes:
            later(labels.buy, wish)
        session.commit()

    def found(self, query: sa.Select[tuple[T]]) -> list[T]:
        """What a query finds now; no transaction is left open."""
        session.rollback()
        found = list(session.scalars(query))
        session.rollback()
        return found

    def states(self, wishes: Sequence[int]) -> list[IntentState]:
        return self.found(sa.select(LabelIntent.state).where(LabelIntent.id.in_(wishes)))

    def all_are(self, state: IntentState, wishes: Sequence[int]) -> bool:
        return set(self.states(wishes)) <= {state}

    def parcels(self, wishes: Sequence[int]) -> list[int]:
        return self.found(sa.select(LabelIntent.parcel_id).where(LabelIntent.id.in_(wishes)))

    def tokens(self, wishes: Sequence[int]) -> set[str]:
        """What stands on the labels of these wishes."""
        return set(self.found(sa.select(LabelIntent.token).where(LabelIntent.id.in_(wishes))))

    def posts(self) -> int:
        """How many POSTs for labels have come to Shippo's door, by its own log."""
        return len(self.world.requests("POST", "/transactions"))

    def redis_pid(self) -> int:
        return int(doorbell().info("server")["process_id"])

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Shippo stands still and its queue of callers is full: who calls gets no connection."""
        address = urlsplit(self.world.url)
        with contextlib.ExitStack() as callers, self.crew.frozen(self.world.pid):
            with contextlib.suppress(TimeoutError):
                while True:
                    one = callers.enter_context(socket.socket())
                    one.settimeout(0.3)
                    one.connect((address.hostname, address.port))
            yield

    @contextmanager
    def held(self, table: type[Any], ids: Sequence[int]) -> Iterator[Hold]:
        """Lock these rows from outside the shop: who needs them waits."""
        with self._engine.connect() as own, self._engine.connect() as watch:
            rows = sa.select(table.id).where(table.id.in_(ids)).with_for_update()
            own.execute(rows).all()
            hold = Hold(own, watch)
            yield hold
            hold.release()

    def close(self) -> None:
        self._engine.dispose()


class Hold:
    """Locked rows, and who waits for them."""

    def __init__(self, own: sa.Connection, watch: sa.Connection) -> None:
        self._own, self._watch = own, watch.execution_options(isolation_level="AUTOCOMMIT")
        self._pid = own.scalar(sa.text("SELECT pg_backend_pid()"))
        self._met: set[int] = set()

    def waiting(self, queue: str) -> list[str]:
        """The workers of a queue that have come to wait since we last asked, by name: for our
        rows, or for somebody who waits for them.

        Who was killed while waiting still has a backend in PostgreSQL for a moment: it is not
        told a second time.
        """
        found = self._watch.execute(WAITING).all()
        behind, more = {self._pid}, True
        while more:
            more = {pid for pid, _, blockers in found if behind & set(blockers)} - behind
            behind |= more
        new = {pid: name for pid, name, _ in found if pid in behind and name.startswith(queue)}
        names = [name for pid, name in new.items() if pid not in self._met]
        self._met.update(new)
        return names

    def release(self) -> None:
        self._own.rollback()


@contextmanager
def stage(server: str, folder: Path, **knobs: Any) -> Iterator[Stage]:
    """A new database on this server and everything around it; the test starts who is to work.

    A worker is named for its queue: labels-1, labels-2 and so on.
    """
    with contextlib.ExitStack() as house:
        world = World.start(folder / "world")
        house.callback(world.stop)
        redis = house.enter_context(services.redis())
        place = settled(database(server), redis, world, **knobs)
        mark = house.enter_context(services.nothing_left())
        (folder / "shop.log").touch()
        crew = Crew(place, int(place.public_url.rpartition(":")[2]), folder / "shop.log", mark)
        crew.prepare()
        house.callback(crew.stop)
        app = create_app(place)
        app.test_client_class = Browser
        house.enter_context(app.app_context())
        house.callback(_closed, app)
        held = Stage(world, crew, app)
        house.callback(held.close)
        yield held


def settled(database_url: str, redis_url: str, world: World, **knobs: Any) -> Settings:
    """A shop's settings with minutes turned to seconds."""
    given: dict[str, Any] = {
        "secret_key": "a key for tests, and long enough to be one",
        "database_url": database_url,
        "redis_url": redis_url,
        "public_url": f"http://127.0.0.1:{_free_port()}",
        "shippo_api_token": TOKEN,
        "shippo_api_url": world.url,
        "shippo_webhook_token": "url-token-for-tests",
        "shippo_webhook_hmac_secret": HMAC_SECRET,
        "smtp_url": f"smtp://127.0.0.1:{world.smtp_port}",
        "mail_from": "Quayside <hello@quayside.test>",
        "twilio_account_sid": TWILIO_SID,
        "twilio_auth_token": TWILIO_TOKEN,
        "twilio_from": "+15005550006",
        "twilio_api_url": world.url,
        "label_hosts": (world.url,),
        "carrier_hosts": (world.url,),
        "clock_url": f"{world.url}/_sandbox/clock",
        "demo": True,
        "rates_deadline_s": 10,
        "purchase_deadline_s": DEADLINE_S,
        "resolve_schedule_s": (0.5, 1.0, 2.0, 4.0, 8.0),
        "poll_schedule_s": (0.3, 0.5, 1.0, 2.0),
        "review_after_s": REVIEW_S,
        "sweep_interval_s": 3.0,
        "reconcile_interval_s": 5.0,
        "breaker_failures": 100_000,
        "shippo_lists_per_minute": 120,
        "shippo_posts_per_minute": 60000,
        "shippo_tracks_per_minute": 6000,
    }
    return Settings(**{**given, **knobs})


def database(server: str, name: str = "quayside_faults") -> str:
    """A new, empty database on this server."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _closed(app: Flask) -> None:
    session.rollback()
    session.remove()
    for engine in db.engines.values():
        engine.dispose()
    app.extensions["redis"].close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
