"""When a parcel that has been silent is asked after: the more may happen to it, the sooner."""

from __future__ import annotations

from datetime import datetime, timedelta

from shop.values import Standing

DAILY, WEEKLY = timedelta(days=1), timedelta(days=7)
QUIET = {
    Standing.LABEL_READY: timedelta(hours=6),
    Standing.IN_TRANSIT: timedelta(hours=4),
    Standing.OUT_FOR_DELIVERY: timedelta(minutes=30),
    Standing.ATTENTION: timedelta(hours=4),
    Standing.FAILED: timedelta(hours=4),
    Standing.CANCELLED: DAILY,
}
"""How long a parcel may be silent before we ask (docs/reliability.md)."""

STALE = timedelta(days=30)
"""Without news for so long, what is still on its way is asked after once a day."""

FORGOTTEN = timedelta(days=120)
"""Then never again: carriers give a number to another parcel after some months."""

DONE = (Standing.DELIVERED, Standing.RETURNED)
REST = timedelta(days=30)
"""What has come to rest is asked after daily for a week, then weekly until so long afterwards:
what was delivered does come back."""

EARLIER = 0.2
GOLDEN = 0.6180339887
"""Parcels of one minute are not asked after in one minute: numbers in a row fall far apart."""


def asked_next(standing: Standing, news_at: datetime, at: datetime, number: int) -> datetime | None:
    """When to ask after a parcel that was heard of at `at`; None is never again by ourselves.

    All is world time. `news_at` is when something new was heard, else when it got its label; by
    its row's `number` it is asked up to a fifth earlier than others, and never later.
    """
    wait = _wait(standing, at - news_at)
    return None if wait is None else at + wait * (1 - EARLIER * (number * GOLDEN % 1))


def _wait(standing: Standing, silence: timedelta) -> timedelta | None:
    if standing in DONE:
        wait = DAILY if silence < WEEKLY else WEEKLY
        return wait if silence + wait <= REST else None
    usual = QUIET.get(standing)
    if usual is None or silence < STALE:
        return usual
    return DAILY if silence < FORGOTTEN else None
