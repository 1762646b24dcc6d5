"""A label whose money needs an eye, as a line of a list: bought perhaps, too many, or voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload

from admin.postage import what
from admin.spans import ours, since
from shop import pages
from shop import surplus as needless
from shop.db import session
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel, ProviderTransaction, Refund
from shop.models.refunds import ONE


@dataclass(frozen=True, kw_only=True)
class Row:
    """One label in the list; `refund` is the transaction a button asks the money of."""

    name: str
    href: str = ""
    order: str = ""
    who: str = ""
    why: str = ""
    when: str = ""
    state: Any = None
    cost: str = ""
    refund: str = ""


def bought(found: Sequence[LabelIntent]) -> list[Row]:
    """Purchases that are not settled."""
    return [_of_intent(intent) for intent in found]


def surplus(found: Sequence[ProviderTransaction]) -> list[Row]:
    """Labels too many, with what became of their money."""
    names = [known.object_id for known in found]
    asked = sa.select(Refund).where(Refund.transaction_id.in_(names)).order_by(Refund.id)
    newest = {refund.transaction_id: refund for refund in session.scalars(asked)}
    whole = joinedload(LabelIntent.parcel).joinedload(Parcel.order)
    wishes = sa.select(LabelIntent).where(LabelIntent.id.in_([row.intent_id for row in found]))
    known = {intent.id: intent for intent in session.scalars(wishes.options(whole))}
    return [
        _of_surplus(row, known.get(row.intent_id or 0), newest.get(row.object_id)) for row in found
    ]


def voided(found: Sequence[Refund]) -> list[Row]:
    """Labels given back, or to be."""
    return [_of_void(refund) for refund in found]


def _of_intent(intent: LabelIntent) -> Row:
    order = intent.parcel.order
    asked = intent.sent_at or intent.created_at
    return Row(
        name=what(intent.parcel) or order.number or "",
        href=url_for("admin.order", number=order.number, _anchor=f"p{intent.parcel_id}"),
        order=order.number or "",
        who=order.name,
        why=intent.reason,
        when=since(ours(asked) if intent.sent_at else asked),
        state=intent.hold or intent.state,
        cost=pages.cost(intent.amount, about=intent.estimated),
    )


def _of_surplus(
    known: ProviderTransaction, intent: LabelIntent | None, refund: Refund | None
) -> Row:
    cost, order = needless.priced(known), intent.parcel.order if intent else None
    number = pages.tracking_spaces(known.tracking_number or "")
    why = _("A second label for %(number)s", number=order.number) if order else _unasked(known)
    why = _("%(why)s. Shippo transaction %(name)s", why=why, name=known.object_id)
    if refund is not None and refund.reason:
        why = f"{why}. {refund.reason}"
    return Row(
        name=number or _("Without a number"),
        href=url_for("admin.order", number=order.number) if order else "",
        order=order.number or "" if order else "",
        who=order.name if order else "",
        why=why,
        when=since(known.created_at or ours(known.seen_at)),
        state=refund.state if refund else None,
        cost=pages.cost(cost.amount, about=cost.estimated) if cost else "",
        refund=known.object_id if refund is None or refund.state not in ONE else "",
    )


def _unasked(known: ProviderTransaction) -> str:
    return _(
        "It carries our reference %(reference)s, and we know of no such wish",
        reference=known.metadata_text,
    )


def _of_void(refund: Refund) -> Row:
    order = refund.parcel.order if refund.parcel else None
    used = _("A carrier has scanned it.") if refund.used_at else ""
    return Row(
        name=pages.tracking_spaces(refund.tracking_number or "") or refund.transaction_id,
        href=url_for("admin.order", number=order.number, _anchor=f"p{refund.parcel_id}")
        if order
        else "",
        order=order.number or "" if order else "",
        who=order.name if order else "",
        why=" ".join(filter(None, [used, refund.reason])),
        when=since(ours(refund.asked_at)),
        state=refund.state,
        cost=pages.cost(refund.amount, about=refund.estimated) if refund.amount else "",
    )
