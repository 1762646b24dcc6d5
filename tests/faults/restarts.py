"""A PostgreSQL of a test's own, to be crashed and started again on the same data."""

from __future__ import annotations

import contextlib
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops import postgresql, services

HONEST = ("-c", "synchronous_commit=on")
"""What it has called committed must be there after a crash."""


class Postgres:
    """The server, and from when until when it was away, by time.monotonic()."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = postgresql.create(postgresql.find(), folder)
        self._running = contextlib.ExitStack()
        self.url = f"postgresql+psycopg://{postgresql.SUPERUSER}@/postgres?host={folder}"
        self.away: list[tuple[float, float]] = []

    def start(self) -> None:
        own = Path(services.private_folder("pg-run"))  # its guardian deletes it at the end
        self._running.callback(shutil.rmtree, own, ignore_errors=True)
        command = (*self._server.command, *HONEST)
        keeper = services.kept(command, own, number=signal.SIGQUIT, user=self._server.user)
        services.wait_for(self._server.missing, self._running.enter_context(keeper), own)

    def stop(self) -> None:
        """At once, as in a crash: no connection is asked to finish."""
        self._running.close()

    def restart(self) -> None:
        begun = time.monotonic()
        self.stop()
        self.start()
        self.away.append((begun, time.monotonic()))


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    folder = services.private_folder("pg")
    try:
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
