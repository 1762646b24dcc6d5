"""The servers of the tests: there when asked for, gone with whoever asked, however they go."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from ops import postgresql, services
from ops.building import ROOT
from tests.ops.conftest import eventually, running

ROUTES = [name for name in ("installed", "embedded") if any(getattr(postgresql, name)())]


@pytest.mark.parametrize("route", ROUTES)
def test_a_postgresql_in_which_databases_can_be_made(
    route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("QUAYSIDE_TEST_POSTGRES", route)
    with services.postgres() as url:
        plain = url.replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("CREATE DATABASE shop")
            found = connection.execute("SHOW listen_addresses").fetchone()
        assert found == ("",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(plain)


def test_a_given_postgresql_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://me@there/db")
    with services.postgres() as url:
        assert url == "postgresql+psycopg://me@there/db"


def test_a_redis_that_writes_nothing_down() -> None:
    with services.redis() as url:
        folder = Path(url.removeprefix("unix://")).parent
        with redis.Redis.from_url(url) as client:
            assert client.ping()
            assert client.config_get("appendonly") == {"appendonly": "no"}
    assert not folder.exists()


HOLDER = """
import subprocess, sys, time
from ops import services
with services.{service} as answer:
    {then}
    print(answer, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder() -> Iterator["Holder"]:
    holder = Holder()
    yield holder
    holder.die()


class Holder:
    """Another process that uses a service and is killed."""

    popen: subprocess.Popen[str] | None = None

    def hold(self, service: str, then: str = "pass") -> str:
        script = HOLDER.format(service=service, then=then)
        environ = {k: v for k, v in os.environ.items() if k != "TEST_DATABASE_URL"}
        self.popen = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE
        )
        assert self.popen.stdout
        return self.popen.stdout.readline().strip()

    def die(self) -> None:
        if self.popen:
            os.kill(self.popen.pid, signal.SIGKILL)
            self.popen.communicate()
            self.popen = None


def test_a_killed_holder_leaves_no_postgresql(holder: Holder) -> None:
    folder = Path(holder.hold("postgres()").rpartition("host=")[2])
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    assert running(server)
    holder.die()
    eventually(lambda: not running(server) and not folder.exists())


def test_a_killed_holder_leaves_no_redis(holder: Holder) -> None:
    url = holder.hold("redis()")
    with redis.Redis.from_url(url) as client:
        server = client.info("server")["process_id"]
    holder.die()
    eventually(lambda: not running(server) and not Path(url.removeprefix("unix://")).exists())


def test_a_killed_holder_leaves_nothing_that_carries_its_mark(holder: Holder) -> None:
    then = "answer = subprocess.Popen(['sleep', '600'], env=answer, start_new_session=True).pid"
    process = int(holder.hold("nothing_left()", then))
    assert running(process)
    holder.die()
    eventually(lambda: not running(process))


def test_chromium_is_a_program_that_runs() -> None:
    done = subprocess.run([services.chromium(), "--version"], capture_output=True, text=True)
    assert done.returncode == 0
