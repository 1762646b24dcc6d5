"""Voided labels that are used all the same: what carriers say of them is kept and told."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from shop import refunds
from shop.db import session
from shop.models import Refund, TrackSnapshot
from shop.outside import mode
from shop.tracking import digest, tell
from shop.values import Snapshot, Standing, Via


def scanned(told: Snapshot, via: Via, at: datetime) -> bool:
    """Take in what is heard of a voided label; False when it is none of ours. `at` is world time.

    One that a carrier has in hands is being used, and staff are told.
    """
    found = _of_scan(told)
    if found is None:
        return False
    refund = refunds.locked(found)
    if refund.parcel_id is not None:
        _kept(refund, told, via, at)
    standing = tell([told], at).standing
    if standing is not Standing.LABEL_READY and refund.used_at is None:
        refund.used_at, refund.seen_at = at, None
    return True


def known(told: Snapshot) -> bool:
    """Whether this is heard of a label of ours that was voided."""
    return _of_scan(told) is not None


def _of_scan(told: Snapshot) -> int | None:
    mine = sa.select(Refund.id).where(Refund.kept_at.is_(None), Refund.mode == mode())
    mine = mine.where(Refund.filed_at.is_not(None)).order_by(Refund.id.desc()).limit(1)
    if told.transaction:
        return session.scalar(mine.filter_by(transaction_id=told.transaction))
    found = session.scalar(mine.filter_by(tracking_number=told.number))
    label = session.get_one(Refund, found).label if found else {}
    return found if label.get("carrier", told.carrier) == told.carrier else None


def _kept(refund: Refund, told: Snapshot, via: Via, at: datetime) -> None:
    mark = digest(told)
    if any(old.digest == mark for old in refund.snapshots):
        return
    row = TrackSnapshot(parcel_id=refund.parcel_id, digest=mark, via=via, heard_at=at)
    row.body, row.refund_id = told.to_json(), refund.id
    session.add(row)
    session.flush()
    session.expire(refund, ["snapshots"])
