"""How long we wait before what could not be sent, or is not to be repeated yet, is tried again."""

from __future__ import annotations

import random
from datetime import timedelta

GRACE = timedelta(seconds=10)
"""How much longer than its deadline whoever sends is given to say what came of it."""

KEY_REFUSED = {"401", "403"}
KEY_PAUSE = timedelta(minutes=5)
BACKOFF_S = (1, 2, 4, 8, 16, 32, 60)
POSTPONED = timedelta(seconds=7)

WATCHED = timedelta(days=30)
"""How long what was perhaps bought, or perhaps given back, is still looked for."""

COULD_NOT_LOOK = "Could not look"
"""How a reason begins that speaks of the last look only, and ends with the next that succeeds."""


def backoff(times: int) -> timedelta:
    """The wait after so many tries of which nothing was sent."""
    return timedelta(seconds=BACKOFF_S[min(times, len(BACKOFF_S) - 1)])


def postponement() -> timedelta:
    """A little while, another one each time: what was put off together comes back apart."""
    return POSTPONED * (1 + random.random())  # noqa: S311  only spreads them
