"""World time: machine time, plus what a sandbox has been moved on by."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import requests

log = logging.getLogger(__name__)

ASK_EVERY_S = 1.0
DEADLINE_S = 1.0


class WorldClock:
    """The clock that Shippo's and carriers' dates are compared with.

    Without a URL (always so in live mode) it is machine time. With one, the offset is asked for
    at most once a second, and the last one known is kept when nobody answers.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url
        self._offset = timedelta(0)
        self._asked = -ASK_EVERY_S
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """World time, aware, in UTC."""
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        with self._lock:
            due = self.url and time.monotonic() - self._asked >= ASK_EVERY_S
            if due:
                self._asked = time.monotonic()
        if due:
            self._ask()
        return self._offset

    def _ask(self) -> None:
        try:
            said = requests.get(self.url, timeout=DEADLINE_S).json()
            self._offset = timedelta(seconds=float(said["offset_s"]))
        except (requests.RequestException, ValueError, KeyError, TypeError):
            log.warning("the world clock does not answer; keeping its last offset")
