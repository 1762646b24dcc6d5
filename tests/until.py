"""Wait for something to come true, and say what did not."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(come_true: Callable[[], T], seconds: float = 30, every: float = 0.05) -> T:
    """Ask again and again until the answer is truthy; return it, or fail after so long."""
    deadline = time.monotonic() + seconds
    while True:
        found = come_true()
        if found:
            return found
        if time.monotonic() > deadline:
            asked = inspect.getsource(come_true).strip()
            raise AssertionError(f"not so within {seconds:g} s: {asked}")
        time.sleep(every)
