"""Whether Shippo is asked at all: one row that all processes go by (docs/reliability.md).

After failures in a row nobody asks for a while; then exactly one may try, and what comes of it
decides for all. Machine time rules.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop.db import changed, now, session
from shop.gateways.errors import Cut, GatewayError, Rejected, Unavailable
from shop.models import Circuit
from shop.outside import settings

NAME = "shippo"
MINE = Circuit.name == NAME
ALONE = timedelta(seconds=5)
"""How much longer than a call may take whoever tries is given before another may."""


SPREAD_S = 2
"""Over so many seconds those spread out who were all told to wait for the same moment."""


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Whether its holder may ask now; `probe` when all others wait for what comes of it."""

    granted: bool = True
    probe: bool = False
    until: datetime | None = None
    why: str = ""


FREE = Leave()


def leave() -> Leave:
    """Ask for leave to call. Commit before calling: of many who come at once one may try."""
    row = shut()
    if row is None:
        return FREE
    moment = now()
    alone = moment + timedelta(seconds=settings.rates_deadline_s) + ALONE
    tried = sa.update(Circuit).where(MINE, Circuit.opened_at.is_not(None))
    if changed(tried.where(Circuit.probe_at <= moment).values(probe_at=alone)):
        return Leave(probe=True)
    return Leave(granted=False, until=max(row.probe_at or moment, moment), why=row.reason)


def shut() -> Circuit | None:
    """The row while nobody is to call, and None while all may."""
    row = session.get(Circuit, NAME, populate_existing=True)
    return row if row is not None and row.opened_at is not None else None


def untried(at: datetime) -> sa.ColumnElement[bool]:
    """Whether it is time that somebody tries whether Shippo answers again."""
    return sa.exists().where(MINE, Circuit.opened_at.is_not(None), Circuit.probe_at <= at)


def told(holder: Leave, error: GatewayError | None) -> None:
    """Take down what came of a call: a refusal is an answer too."""
    if not holder.granted:
        return
    if error is None or isinstance(error, Rejected):
        _answered()
    elif holder.probe:
        _again(error)
    else:
        _failed(error)


def cut(error: GatewayError) -> None:
    """Take down what kept money from moving, where it was that nobody could be reached."""
    if isinstance(error, Cut):
        told(FREE, error)


def wait() -> tuple[datetime, str] | None:
    """Until when what spends is not sent, and why; None while all may. Who waits comes apart."""
    alone, moment = shut(), now()
    if alone is None:
        return None
    until = max(alone.probe_at or moment, moment) + spread()
    return until, f"Waiting for Shippo to answer again: {alone.reason}"


def spread() -> timedelta:
    """A little while, another one each time."""
    return timedelta(seconds=SPREAD_S * random.random())  # noqa: S311  only spreads them


def _answered() -> None:
    troubled = sa.or_(Circuit.failures > 0, Circuit.opened_at.is_not(None))
    well = {"failures": 0, "opened": 0, "opened_at": None, "probe_at": None, "reason": ""}
    changed(sa.update(Circuit).where(MINE, troubled).values(**well))


def _failed(error: GatewayError) -> None:
    """One more in a row; the last one, or one that asks for a pause, opens it."""
    _begun()
    still = sa.update(Circuit).where(MINE, Circuit.opened_at.is_(None))
    changed(still.values(failures=Circuit.failures + 1, reason=str(error)[:300]))
    moment = now()
    enough = 1 if _asked(error) else settings.breaker_failures
    opened = {"opened": 1, "opened_at": moment, "probe_at": moment + _pause(0, error)}
    changed(still.where(Circuit.failures >= enough).values(**opened))


def _again(error: GatewayError) -> None:
    """The one who tried heard nothing: twice as long until the next."""
    before = session.scalar(sa.select(Circuit.opened).where(MINE)) or 0
    later = now() + _pause(before, error)
    still = sa.update(Circuit).where(MINE, Circuit.opened_at.is_not(None))
    said = {"reason": str(error)[:300], "failures": Circuit.failures + 1}
    changed(still.values(opened=before + 1, probe_at=later, **said))


def _begun() -> None:
    """See to it that there is a row, whoever makes it."""
    if session.get(Circuit, NAME) is not None:
        return
    with suppress(IntegrityError), session.begin_nested():
        session.add(Circuit(name=NAME))
        session.flush()


def _pause(times: int, error: GatewayError) -> timedelta:
    """How long it stays open when it has been opened so many times in a row before."""
    doubled = settings.breaker_pause_s * 2.0 ** min(times, 30)
    pause = timedelta(seconds=min(doubled, settings.breaker_longest_s))
    return max(pause, _asked(error) or pause)


def _asked(error: GatewayError) -> timedelta | None:
    return error.after if isinstance(error, Unavailable) else None
