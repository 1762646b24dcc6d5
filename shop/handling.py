"""What we did with a parcel ourselves, as staff say it: packed, handed over, a press taken back.

Where the parcel is, carriers tell. Their news never rewinds what we did, and what we say moves no
parcel: the two are kept apart, and a page shows both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from shop.db import session
from shop.i18n import say as _
from shop.models import Account, AuditEntry, Parcel
from shop.outside import world_now
from shop.values import Act, Handling, Scan, TrackingStatus

MOVED = {
    TrackingStatus.TRANSIT,
    TrackingStatus.DELIVERED,
    TrackingStatus.RETURNED,
    TrackingStatus.FAILURE,
}
"""What only a carrier can say that has it, or had it."""

ACTS = {Handling.PACKED: Act.PACK, Handling.HANDED: Act.HAND_OVER}


class CannotHandle(Exception):
    """Nothing was written down; the message says why."""


def press(parcel: Parcel, step: Handling, who: Account) -> bool:
    """Write down that staff have done this, in world time; False when that was known before.

    Handed over means packed. Call it with the parcel locked. Raises CannotHandle.
    """
    if why := _unfit(parcel):
        raise CannotHandle(why)
    if done_at(parcel, step) or parcel.handed_at:
        return False
    if first_scan(parcel):
        raise CannotHandle(_("The carrier has scanned it already."))
    _set(parcel, step, world_now(), who.id)
    _written(ACTS[step], parcel, who)
    return True


def take_back(parcel: Parcel, step: Handling, who: Account) -> bool:
    """Take a mistaken press back; False when there is none, or a later one stands on it.

    Call it with the parcel locked. Raises CannotHandle once the carrier has scanned it.
    """
    if not done_at(parcel, step) or (step is Handling.PACKED and parcel.handed_at):
        return False
    if first_scan(parcel):
        raise CannotHandle(_("The carrier has scanned it already."))
    _set(parcel, step, None, None)
    _written(Act.TAKE_BACK, parcel, who, step.value)
    return True


def offered(parcel: Parcel) -> list[Handling]:
    """What staff may say next of it."""
    if _unfit(parcel) or parcel.handed_at or first_scan(parcel):
        return []
    return [step for step in Handling if not done_at(parcel, step)]


def revocable(parcel: Parcel) -> Handling | None:
    """The press that may be taken back: the last, while no carrier has scanned the parcel."""
    said = [step for step in Handling if done_at(parcel, step)]
    return said[-1] if said and not first_scan(parcel) else None


def done_at(parcel: Parcel, step: Handling) -> datetime | None:
    """When staff said so. World time."""
    return parcel.packed_at if step is Handling.PACKED else parcel.handed_at


def packed(parcel: Parcel) -> bool:
    """Whether it is packed for certain: staff said so, or a carrier has had it."""
    return bool(parcel.packed_at or parcel.handed_at or first_scan(parcel))


def first_scan(parcel: Parcel) -> Scan | None:
    """The first scan by which a carrier has it: it was handed over then, whatever staff said."""
    heard = (*parcel.story.earlier, *parcel.story.scans)
    return next((scan for scan in heard if scan.status in MOVED), None)


def locked(parcel_ids: Iterable[int]) -> list[Parcel]:
    """These parcels for us alone, with what was heard of them; those there are, by id."""
    wanted = sa.select(Parcel).where(Parcel.id.in_(parcel_ids)).order_by(Parcel.id)
    whole = selectinload(Parcel.snapshots), selectinload(Parcel.refunds), joinedload(Parcel.order)
    rows = wanted.options(*whole).with_for_update(of=Parcel)
    return list(session.scalars(rows, execution_options={"populate_existing": True}))


def entries(parcel: Parcel) -> list[AuditEntry]:
    """Everything staff said of it, and took back, oldest first."""
    acts = [*ACTS.values(), Act.TAKE_BACK]
    said = sa.select(AuditEntry).filter_by(subject=_subject(parcel))
    found = said.where(AuditEntry.act.in_(acts)).order_by(AuditEntry.id)
    return list(session.scalars(found.options(joinedload(AuditEntry.account))))


def _unfit(parcel: Parcel) -> str:
    """Why nothing can be said of it, or nothing."""
    if parcel.order.cancelled_at:
        return _("It is cancelled.")
    if parcel.transaction_id is None:
        return _("It has no label.")
    if parcel.refund is not None and parcel.refund.state.asked:
        return _("The label is being voided. Do not use it.")
    return ""


def _set(parcel: Parcel, step: Handling, at: datetime | None, by: int | None) -> None:
    if step is Handling.PACKED:
        parcel.packed_at, parcel.packed_by = at, by
    else:
        parcel.handed_at, parcel.handed_by = at, by
    parcel.watch_at = world_now()


def _written(act: Act, parcel: Parcel, who: Account, note: str = "") -> None:
    entry = AuditEntry(account_id=who.id, act=act, subject=_subject(parcel), note=note)
    session.add(entry)


def _subject(parcel: Parcel) -> str:
    return f"parcel:{parcel.id}"
