"""Numbers of somebody else's parcels: whose they are, following them, and hearing of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop.db import changed, now, session
from shop.models import FollowedParcel, Parcel
from shop.outside import mode, world_now
from shop.values import Snapshot, Via

T = TypeVar("T")
IN_HAND = timedelta(minutes=1)
"""So long nobody else asks Shippo to tell us of the same number."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to follow, and why: its name is for the desk's eyes."""

    carrier: str
    number: str
    name: str
    reference: str = ""


def told_of(told: Snapshot) -> int | None:
    """Which parcel of ours this is said of: by transaction, which only a label of ours has.

    Where none is named, by carrier and number together.
    """
    mine = sa.select(Parcel.id).filter_by(mode=mode())
    if told.transaction:
        return session.scalar(mine.filter_by(transaction_id=told.transaction))
    return session.scalar(_newest(mine, told.carrier, told.number))


def own(carrier: str, number: str) -> Parcel | None:
    """The parcel of ours with this number."""
    return session.scalar(_newest(sa.select(Parcel).filter_by(mode=mode()), carrier, number))


def known(carrier: str, number: str) -> FollowedParcel | None:
    """Whether it is followed, or was once."""
    return session.scalar(_numbered(carrier, number))


def follow(wanted: Wanted, account_id: int) -> tuple[FollowedParcel, bool]:
    """Follow a number from now on, once however many ask; and whether it was never before."""
    at = world_now()
    found = known(wanted.carrier, wanted.number)
    if found is None:
        made = _begun(wanted, account_id, at)
        if made is not None:
            return made, True
        found = session.scalars(_numbered(wanted.carrier, wanted.number)).one()
    if found.stopped_at is not None:
        found.stopped_at, found.followed_at, found.followed_by = None, at, account_id
        found.name, found.reference, found.poll_at = wanted.name, wanted.reference, at
    return found, False


def stop(followed: FollowedParcel) -> None:
    """Follow it no more: it is kept, and neither asked after nor heard of."""
    followed.stopped_at = followed.stopped_at or world_now()
    followed.poll_at = None


def claim(followed_id: int) -> bool:
    """The right to ask Shippo to tell us of it: each time it is asked it tells once more."""
    moment = now()
    free = sa.or_(FollowedParcel.asked_at.is_(None), FollowedParcel.asked_at < moment - IN_HAND)
    mine = sa.update(FollowedParcel).where(FollowedParcel.id == followed_id, free)
    unregistered = mine.where(FollowedParcel.registered_at.is_(None))
    return changed(unregistered.values(asked_at=moment, why="")) == 1


def take_in(followed_id: int, told: Snapshot, via: Via) -> None:
    """Add what was heard of it. Nobody outside the desk is told. Commits nothing."""
    followed = session.get_one(FollowedParcel, followed_id, with_for_update=True)
    at = world_now()
    followed.hear(told, via, at)
    followed.listen(at)
    if via is Via.WEBHOOK and followed.registered_at is None:
        followed.registered_at, followed.why = at, ""


def _newest(mine: sa.Select[T], carrier: str, number: str) -> sa.Select[T]:
    """Carriers use a number again after some months; then the newest parcel is meant."""
    numbered = mine.filter_by(carrier=carrier, tracking_number=number)
    return numbered.order_by(Parcel.id.desc()).limit(1)


def _numbered(carrier: str, number: str) -> sa.Select[FollowedParcel]:
    there = {"mode": mode(), "carrier": carrier, "tracking_number": number}
    return sa.select(FollowedParcel).filter_by(**there)


def _begun(wanted: Wanted, account_id: int, at: datetime) -> FollowedParcel | None:
    """A row for it; None when somebody else has just made one."""
    made = FollowedParcel(
        mode=mode(),
        carrier=wanted.carrier,
        tracking_number=wanted.number,
        name=wanted.name,
        reference=wanted.reference,
        followed_at=at,
        followed_by=account_id,
        poll_at=at,
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        return None
    return made
