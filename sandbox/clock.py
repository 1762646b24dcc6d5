"""World time: real time plus an offset that only grows, until the world begins anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from sandbox.store import Store

DAY_S = 24 * 3600
PINNED: ContextVar[float | None] = ContextVar("pinned", default=None)


class Clock:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.offset = float(store.noted("clock.offset", 0.0))

    def time(self) -> float:
        pinned = PINNED.get()
        return time.time() + self.offset if pinned is None else pinned

    def now(self) -> str:
        return stamp(self.time())

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """Inside, this thread lives at that moment: what fell due during a jump is dated so."""
        before = PINNED.set(moment)
        try:
            yield
        finally:
            PINNED.reset(before)

    def advance(self, seconds: float) -> None:
        with self._store.change():
            self.offset += max(0.0, seconds)
            self._store.note("clock.offset", self.offset)

    def set_back(self) -> None:
        """Tell machine time again; only for a world that begins anew."""
        with self._store.change():
            self.offset = 0.0
            self._store.note("clock.offset", self.offset)

    def shown(self) -> dict[str, object]:
        return {"now": self.now(), "offset_s": round(self.offset, 3)}


def stamp(seconds: float) -> str:
    """Shippo's way to write a moment: UTC, milliseconds, Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def seconds(text: str) -> float:
    """The moment a stamp stands for; a bare date is its midnight and no zone means UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
