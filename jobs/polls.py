"""Ask Shippo after parcels: what has been quiet, and whatever somebody at the desk asks for.

All questions share one allowance (shop/throttle.py). What cannot be asked now stays due.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jobs import tracking
from shop import circuit, following, throttle
from shop.db import now, session
from shop.gateways.errors import Busy, GatewayError, Rejected
from shop.models import FollowedParcel, Parcel
from shop.outside import at_world, gateways, mode, world_now
from shop.values import Snapshot, Via

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=10)
"""How long it is left alone what Shippo did not answer for."""

SPREAD_S = 10
"""Over so many seconds those spread out who were put off to the same moment."""


class NotNow(Exception):
    """Shippo is not asked now, and when it may be, in machine time; the message says why."""

    def __init__(self, why: str, until: datetime) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True)
class Heard:
    """What a question brought: anything new at all, and whether it stands elsewhere now."""

    news: bool
    moved: bool


@dataclass(frozen=True)
class Kind:
    """A kind of row that is asked after, and what takes in what was heard of one."""

    model: type[Any]
    absorb: Callable[[int, Snapshot, Via], None]


PARCELS = Kind(Parcel, tracking.absorb)
FOLLOWED = Kind(FollowedParcel, following.take_in)


def poll(parcel_id: int) -> None:
    """Ask after a parcel of ours that has been quiet."""
    _poll(PARCELS, parcel_id)


def poll_followed(followed_id: int) -> None:
    """Ask after somebody else's parcel that staff follow."""
    _poll(FOLLOWED, followed_id)


def ask(kind: Kind, row_id: int, via: Via) -> Heard | None:
    """Ask after one now; None where there is nothing to ask.

    Raises NotNow and GatewayError. Commits, and holds no transaction while it asks.
    """
    row = session.get(kind.model, row_id)
    if row is None or row.tracking_number is None or row.mode is not mode():
        session.commit()
        return None  # its number is somebody else's, or nobody's, in the mode we are in now
    carrier, number = row.carrier, row.tracking_number
    leave(person=via is Via.PERSON)
    told = question(carrier, number)
    row = session.get_one(kind.model, row_id, with_for_update=True, populate_existing=True)
    if row.tracking_number != number:  # its label was voided while we asked
        session.commit()
        return None
    before, known = (row.standing, row.cause), len(row.snapshots)
    kind.absorb(row_id, told, via)
    heard = Heard(news=len(row.snapshots) > known, moved=(row.standing, row.cause) != before)
    session.commit()
    return heard


def leave(*, person: bool) -> None:
    """Take one question out of the allowance, or raise NotNow. Commits."""
    wait = circuit.wait()
    session.commit()
    if wait is not None:
        raise NotNow(wait[1], wait[0])
    if not throttle.tracks_left(person=person):
        raise NotNow("Shippo was asked enough this minute", now() + throttle.tracks_wait())


def question(carrier: str, number: str) -> Snapshot:
    """The one call. Raises GatewayError; where Shippo is asked too often, everybody waits."""
    try:
        return gateways.shippo.track(carrier, number)
    except Busy as error:
        throttle.tracks_pause(error.after)
        raise
    except GatewayError as error:
        circuit.cut(error)
        session.commit()
        raise


def _poll(kind: Kind, row_id: int) -> None:
    try:
        ask(kind, row_id, Via.POLL)
    except NotNow as why:
        _put_off(kind, row_id, at_world(why.until) + _spread())
    except Busy as error:
        log.warning("%s %s: %s", kind.model.__tablename__, row_id, error)
        _put_off(kind, row_id, world_now() + throttle.tracks_wait() + _spread())
    except Rejected as error:
        log.warning("%s %s: cannot be asked after: %s", kind.model.__tablename__, row_id, error)
        _silent(kind, row_id)
    except GatewayError as error:
        log.warning("%s %s: not answered: %s", kind.model.__tablename__, row_id, error)
        _put_off(kind, row_id, world_now() + PAUSE + _spread())


def _put_off(kind: Kind, row_id: int, until: datetime) -> None:
    """Ask at that moment of world time."""
    session.rollback()
    row = session.get(kind.model, row_id, with_for_update=True)
    if row is not None:
        row.poll_at = until
    session.commit()


def _silent(kind: Kind, row_id: int) -> None:
    """Shippo will not answer for this number: as if nothing new had been heard."""
    session.rollback()
    row = session.get(kind.model, row_id, with_for_update=True)
    if row is not None:
        row.listen(world_now())
    session.commit()


def _spread() -> timedelta:
    return timedelta(seconds=SPREAD_S * random.random())  # noqa: S311  only spreads them
