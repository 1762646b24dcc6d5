"""Whose a label is: what a parcel loses with a voided one, and gets back when it still counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shop.db import now, session
from shop.i18n import say as _
from shop.models import LabelIntent, Message, Parcel, Refund
from shop.outside import world_now
from shop.purchases import open_wish
from shop.values import (
    IntentState,
    Milestone,
    ParcelState,
    RefundState,
    Standing,
    Via,
)

KEPT = (
    "carrier",
    "carrier_name",
    "service_name",
    "service",
    "tracking_url",
    "rate_id",
    "carrier_account",
)


class CannotKeep(Exception):
    """The old label cannot be taken back into use; the message says why."""


def take_away(refund: Refund) -> None:
    """Shippo has the refund: the parcel has no label any more, and can be given another.

    The label, what was heard of it and what was said of it stay with the refund.
    """
    parcel = refund.parcel
    intent = session.get(LabelIntent, refund.intent_id) if refund.intent_id else None
    if parcel is None or not _has(parcel, refund, intent):
        return
    if parcel.transaction_id is not None:
        refund.label = label_of(parcel)
        refund.tracking_number = parcel.tracking_number
        refund.amount_minor, refund.currency = parcel.cost_minor, parcel.currency
    for snapshot in list(parcel.snapshots):
        snapshot.refund_id = refund.id
    for message in _all_said(parcel, None):
        message.void(refund.id)
    if intent is not None:
        intent.state, intent.due_at = IntentState.VOIDED, None
    session.flush()
    session.expire(parcel, ["snapshots", "intents"])
    parcel.lose_label()
    parcel.watch_at = world_now()
    if parcel.order.cancelled_at:
        parcel.standing = Standing.CANCELLED


def give_back(refund: Refund) -> Parcel:
    """The refund was refused, so its label still counts: the parcel has it again.

    Raises CannotKeep when the parcel has another one, or may get one.
    """
    parcel = refund.parcel
    if parcel is None or not refund.taken or refund.state is not RefundState.REJECTED:
        raise CannotKeep(_("Only a label whose refund was refused can be used again."))
    if parcel.transaction_id is not None:
        raise CannotKeep(_("The parcel has another label. Void that one first."))
    if open_wish(parcel.id) is not None:
        raise CannotKeep(_("Another label is being bought for this parcel."))
    refund.kept_at = world_now()
    for snapshot in refund.snapshots:
        snapshot.refund_id = None
    if refund.intent_id:
        session.get_one(LabelIntent, refund.intent_id).state = IntentState.PURCHASED
    for message in _all_said(parcel, refund.id):
        message.unvoid()
    session.flush()
    session.expire(parcel, ["snapshots", "intents"])
    session.expire(refund, ["snapshots"])
    _restore(parcel, refund)
    return parcel


def label_of(parcel: Parcel) -> dict[str, Any]:
    """What a parcel knows of the label it has."""
    at, via = parcel.labelled_at, parcel.labelled_via
    return {name: getattr(parcel, name) for name in KEPT} | {
        "labelled_at": at.isoformat() if at else None,
        "labelled_via": via.value if via else None,
        "estimated": parcel.estimated,
    }


def said(parcel: Parcel) -> sa.Select[Any]:
    """What was said, or is to be, of the number of the label it has."""
    return sa.select(Message).where(
        Message.parcel_id == parcel.id,
        Message.milestone == Milestone.LABEL_READY,
        Message.cause == "",
    )


def _all_said(parcel: Parcel, taken_by: int | None) -> list[Message]:
    """What was said of the label that this refund has taken; of the one it has, without one."""
    mine = sa.select(Message).where(Message.parcel_id == parcel.id).order_by(Message.id)
    return [message for message in session.scalars(mine) if message.voided_by == taken_by]


def _has(parcel: Parcel, refund: Refund, intent: LabelIntent | None) -> bool:
    """Whether this label is the parcel's, or was about to be."""
    if parcel.transaction_id is not None:
        return parcel.transaction_id == refund.transaction_id
    return intent is not None and intent.state.awaited


def _restore(parcel: Parcel, refund: Refund) -> None:
    label = refund.label
    for name in KEPT:
        setattr(parcel, name, label.get(name, getattr(parcel, name)))
    parcel.cost_minor, parcel.currency = refund.amount_minor, refund.currency
    parcel.price_due_at = now() if label.get("estimated") else None
    parcel.transaction_id = refund.transaction_id
    parcel.tracking_number = refund.tracking_number
    parcel.labelled_at = _moment(label.get("labelled_at"))
    parcel.labelled_via = Via(label["labelled_via"]) if label.get("labelled_via") else None
    parcel.state, parcel.why, parcel.requote_at = ParcelState.LABELLED, "", None
    parcel.poll_at = parcel.watch_at = world_now()
    parcel.retell()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
