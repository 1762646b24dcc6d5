"""A whole shop in real processes, as a test holds it: started, killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from ops import demo, services
from shop import settings as knobs
from shop.settings import Settings
from tests.until import until
from tests.world import DIRECT

ROOT = Path(__file__).parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "app")
WORKERS = ("labels", "messages", "webhooks", "upkeep")


class Child:
    """A process forked by the nursery; a Popen as far as the shop cares."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def terminate(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, seconds: float = 30) -> None:
        try:
            until(lambda: not Path(f"/proc/{self.pid}").exists(), seconds, 0.01)
        except AssertionError:
            raise subprocess.TimeoutExpired("a forked worker", seconds) from None


class Shop:
    """Processes by name: web, clock, and one worker a queue.

    All but the web is forked from one process that has read the code (tests/nursery.py), and so
    quickly there, and the web has one worker; or started by the `commands` one types.
    """

    def __init__(
        self,
        settings: Settings,
        port: int,
        log: Path,
        mark: dict[str, str],
        *,
        commands: bool = False,
    ) -> None:
        self.settings, self.log, self.mark = settings, log, mark
        self._by_command = commands
        self._nursery: subprocess.Popen[str] | None = None
        self._environment = {
            **os.environ,
            **mark,
            **environment(settings),
            "TZ": "UTC",
            "PYTHONUNBUFFERED": "1",
        }
        self._commands = {
            "web": demo.web(port, workers=2 if commands else 1).command,
            "clock": (*FLASK, "clock"),
            **{name: (*FLASK, "work", name) for name in WORKERS},
        }
        self._running: dict[str, subprocess.Popen[bytes] | Child] = {}

    @property
    def url(self) -> str:
        return self.settings.public_url

    def prepare(self) -> None:
        """The database, as `flask prepare` makes it."""
        if self._by_command:
            command = [*FLASK, "prepare"]
            subprocess.run(
                command, env=self._environment, cwd=ROOT, check=True, capture_output=True
            )
        elif self._told("prepare") != "0":
            raise AssertionError(f"not prepared: {self.log.read_text()}")

    def start(self, *names: str) -> None:
        """Start these, or everything."""
        for name in names or tuple(self._commands):
            forked = name != "web" and not self._by_command
            self._running[name] = self._forked(name) if forked else self._opened(name)

    def ready(self, seconds: float = 120) -> None:
        """Wait until /readyz says so."""
        until(lambda: answers(f"{self.url}/readyz"), seconds)

    def answering(self, seconds: float = 120) -> None:
        """Wait until the web answers, whether or not all it stands on is there."""
        until(lambda: answers(f"{self.url}/healthz"), seconds)

    def kill(self, name: str) -> None:
        """kill -9 of the process and of every child it has."""
        process = self._running.pop(name)
        for pid in [process.pid, *children(process.pid)]:
            _kill(pid)
        process.wait()

    def kill_parent(self, name: str) -> None:
        """kill -9 of the worker alone: its horse goes on as an orphan."""
        process = self._running.pop(name)
        _kill(process.pid)
        process.wait()

    def kill_horse(self, name: str) -> bool:
        """kill -9 of the child that does the job; False when there is none just now."""
        horses = children(self._running[name].pid)
        for pid in horses:
            _kill(pid)
        return bool(horses)

    def stop(self) -> None:
        """One TERM to each; then whatever is left."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()
        if self._nursery is not None:
            self._nursery.communicate(timeout=30)
            self._nursery = None

    def _opened(self, name: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._commands[name],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def _forked(self, name: str) -> Child:
        """A worker of a queue, labels or labels-1 or labels-2, or the clock."""
        return Child(int(self._told(f"{name.partition('-')[0]} {name}")))

    def _told(self, line: str) -> str:
        """What the nursery answers."""
        if self._nursery is None:
            with self.log.open("ab") as log:
                self._nursery = subprocess.Popen(
                    [sys.executable, "-m", "tests.nursery"],
                    env=self._environment,
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(f"{line}\n")
        self._nursery.stdin.flush()
        return self._nursery.stdout.readline().strip()


@contextmanager
def running(settings: Settings, port: int, log: Path, *, commands: bool = False) -> Iterator[Shop]:
    """A shop whose processes end with the test, however it ends."""
    with services.nothing_left() as mark:
        shop = Shop(settings, port, log, mark, commands=commands)
        shop.prepare()
        try:
            yield shop
        finally:
            shop.stop()


def environment(settings: Settings) -> dict[str, str]:
    """Settings as the environment a process reads them from."""
    return {knobs.variable(knob): _text(getattr(settings, knob.name)) for knob in fields(Settings)}


def children(pid: int) -> list[int]:
    """The living children of a process, and theirs."""
    try:
        own = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [grand for child in map(int, own) for grand in (child, *children(child))]


def answers(url: str) -> bool:
    try:
        with DIRECT.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)
    return {True: "1", False: ""}.get(value, str(value)) if isinstance(value, bool) else str(value)
