"""Take in what was heard of a parcel, and do what follows from it."""

from __future__ import annotations

from datetime import timedelta

from jobs import messages
from shop import cases
from shop.db import session
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Snapshot, Standing, Via

QUIET = {
    Standing.LABEL_READY: timedelta(hours=6),
    Standing.IN_TRANSIT: timedelta(hours=4),
    Standing.OUT_FOR_DELIVERY: timedelta(minutes=30),
    Standing.ATTENTION: timedelta(hours=4),
    Standing.FAILED: timedelta(hours=4),
}
"""How long we let a parcel be silent before we ask (docs/reliability.md). World time."""


def absorb(parcel_id: int, told: Snapshot, via: Via) -> None:
    """Add what was heard to a parcel and do what follows from it. Commits nothing."""
    parcel = session.get_one(Parcel, parcel_id, with_for_update=True)
    at = world_now()
    moved = parcel.hear(told, via, at)
    quiet = QUIET.get(parcel.standing)
    parcel.poll_at = at + quiet if quiet else None
    if not moved:
        return
    story = parcel.story
    cases.follow(parcel, story, at)
    if story.milestone is not None:
        messages.announce(parcel, story.milestone, story.cause)
