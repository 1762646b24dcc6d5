"""Take in what was heard of a parcel, and do what follows from it."""

from __future__ import annotations

from jobs import messages
from shop import cases
from shop.db import session
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Snapshot, Via


def absorb(parcel_id: int, told: Snapshot, via: Via) -> None:
    """Add what was heard to a parcel and do what follows from it. Commits nothing."""
    parcel = session.get_one(Parcel, parcel_id, with_for_update=True)
    at = world_now()
    moved = parcel.hear(told, via, at)
    parcel.listen(at)
    if not moved:
        return
    story = parcel.story
    cases.follow(parcel, story, at)
    if story.milestone is not None:
        messages.announce(parcel, story.milestone, story.cause)
