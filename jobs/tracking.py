"""Take in what was heard of a parcel, all of it; then decide, once, what follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from jobs import messages
from shop import cases
from shop.db import session
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Snapshot, Via


def absorb(parcel_id: int, told: Snapshot, via: Via) -> None:
    """Take in one thing said of a parcel, and do what follows from it. Commits nothing."""
    take_in(locked(parcel_id), [told], via)


def locked(parcel_id: int) -> Parcel:
    """A parcel for us alone: nobody else hears of it meanwhile."""
    return session.get_one(Parcel, parcel_id, with_for_update=True)


def take_in(parcel: Parcel, told: Iterable[Snapshot], via: Via) -> None:
    """Hear all of it, and only then decide: a burst that ends in a delivery says one thing.

    Call it with the parcel locked. Commits nothing.
    """
    at = world_now()
    known, stood = len(parcel.snapshots), (parcel.standing, parcel.cause)
    parcel.hear_all(told, via, at)
    parcel.listen(at)
    moved = (parcel.standing, parcel.cause) != stood
    if moved or len(parcel.snapshots) > known:
        decide(parcel, at, moved=moved)


def decide(parcel: Parcel, at: datetime, *, moved: bool) -> None:
    """What follows from everything heard. `at` is world time; nothing is done twice.

    Only what `moved` opens or closes a case: one that staff have closed is not opened again by
    the same trouble told once more.
    """
    if moved:
        cases.follow(parcel, parcel.story, at)
    cases.watch(parcel, at)
    messages.follow(parcel)
