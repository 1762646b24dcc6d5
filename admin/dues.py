"""What needs a person where labels' money is concerned: as questions to the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from shop.db import now, session
from shop.models import LabelIntent, Order, Parcel, ProviderTransaction, Refund
from shop.models.refunds import ONE
from shop.outside import mode, settings
from shop.surplus import SURPLUS
from shop.values import IntentState, RefundState, TransactionStatus

IN_DOUBT = (LabelIntent.state == IntentState.UNKNOWN,)
IN_REVIEW = (LabelIntent.state == IntentState.NEEDS_REVIEW,)
WAITING = (LabelIntent.state == IntentState.READY, LabelIntent.hold.is_not(None))
VOIDED = (Refund.parcel_id.is_not(None),)

REFUNDED = sa.select(Refund.transaction_id).where(Refund.state.in_(ONE))
LEFT = (
    SURPLUS,
    ProviderTransaction.status == TransactionStatus.SUCCESS,
    ProviderTransaction.object_id.not_in(REFUNDED),
    ProviderTransaction.object_id.not_in(
        sa.select(Parcel.transaction_id).where(Parcel.transaction_id.is_not(None))
    ),
)
"""Surplus labels whose money nobody has asked back."""

IN_TROUBLE = (
    Refund.kept_at.is_(None),
    Refund.filed_at.is_not(None),
    Refund.parcel_id.is_not(None),
    Refund.seen_at.is_(None),
    sa.or_(Refund.used_at.is_not(None), Refund.state == RefundState.REJECTED),
)
"""Voided labels that are used, or were not refunded, and nobody has said that they saw it."""

PAID_FOR_NOTHING = (
    Parcel.transaction_id.is_not(None),
    Parcel.order.has(Order.cancelled_at.is_not(None)),
    Parcel.transaction_id.not_in(sa.select(Refund.transaction_id)),
)
"""Labels of cancelled orders that nobody has voided."""


def undecided() -> Any:
    """Voids that Shippo does not confirm, for so long that a person may ask again."""
    before = now() - timedelta(seconds=settings.review_after_s)
    return sa.and_(Refund.state == RefundState.UNKNOWN, Refund.sent_at <= before)


def left() -> tuple[Any, ...]:
    """Surplus labels whose money can be asked back now: those of the mode we are in."""
    return (*LEFT, ProviderTransaction.mode == mode())


def left_elsewhere() -> tuple[Any, ...]:
    """Those of the other mode: Shippo does not know them by the key we have."""
    return (*LEFT, ProviderTransaction.mode != mode())


def count() -> sa.Select[int]:
    """How many there are of all kinds, as a question."""
    kinds: Sequence[tuple[Any, tuple[Any, ...]]] = (
        (LabelIntent.id, IN_REVIEW),
        (LabelIntent.id, WAITING),
        (ProviderTransaction.object_id, left()),
        (Refund.id, IN_TROUBLE),
        (Refund.id, (undecided(),)),
        (Parcel.id, PAID_FOR_NOTHING),
    )
    parts = [sa.select(sa.func.count(key)).where(*where).scalar_subquery() for key, where in kinds]
    return sa.select(sum(parts[1:], parts[0]))


def intents(*where: Any) -> sa.Select[LabelIntent]:
    """Purchases with their parcels and orders."""
    whole = joinedload(LabelIntent.parcel).joinedload(Parcel.order)
    return sa.select(LabelIntent).where(*where).options(whole)


def voids(*where: Any) -> sa.Select[Refund]:
    """Refunds with their parcels and orders."""
    whole = joinedload(Refund.parcel).joinedload(Parcel.order)
    return sa.select(Refund).where(*where).options(whole)


def surplus() -> sa.Select[ProviderTransaction]:
    """Labels of the mode we are in that nobody needs; those whose money was asked back too."""
    asked = sa.select(Refund.transaction_id).where(Refund.parcel_id.is_(None))
    return sa.select(ProviderTransaction).where(
        ProviderTransaction.mode == mode(),
        sa.or_(sa.and_(*LEFT), ProviderTransaction.object_id.in_(asked)),
    )


def paid_for_nothing() -> sa.Select[Parcel]:
    """Parcels of cancelled orders that have a label all the same."""
    return sa.select(Parcel).where(*PAID_FOR_NOTHING).options(joinedload(Parcel.order))


def number(found: sa.Select[Any]) -> int:
    """How many rows a question has for an answer."""
    rows = sa.select(sa.func.count()).select_from(found.order_by(None).subquery())
    return int(session.scalar(rows) or 0)
