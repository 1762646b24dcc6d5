"""Look at a parcel of which nothing was heard for as long as anything may take."""

from __future__ import annotations

from shop import cases
from shop.db import session
from shop.models import Parcel
from shop.outside import mode, world_now


def watch(parcel_id: int) -> None:
    """Open a case if its silence has lasted too long, and say when to look again."""
    parcel = session.get(Parcel, parcel_id, with_for_update=True)
    if parcel is not None and parcel.mode is mode():
        cases.watch(parcel, world_now())
    session.commit()
