"""Labels whose money needs an eye: in doubt, in review, waiting for leave, surplus, voided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user

from admin import dues
from admin.parts import answer, here, itself
from admin.postage import what
from admin.spans import ours, since
from shop import pages, surplus
from shop.db import session
from shop.i18n import say as _
from shop.models import LabelIntent, ProviderTransaction, Refund
from shop.models.refunds import ONE
from shop.outside import settings
from shop.values import Permission


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


@dataclass(frozen=True)
class View:
    """One view: its name in the address, its words, its rows, and what it says when empty."""

    name: str
    words: Any
    rows: Callable[[], list[Row]]
    empty: Any


def index() -> str:
    wanted = request.args.get("view", "")
    found = {view.name: view.rows() for view in VIEWS}
    first = next((view for view in VIEWS if found[view.name]), VIEWS[0])
    view = next((view for view in VIEWS if view.name == wanted), first)
    return answer(
        "admin/purchases.html",
        "admin/_purchases.html",
        view=view,
        rows=found[view.name],
        tabs=[_tab(each, view, len(found[each.name])) for each in VIEWS],
        itself=itself(),
        mode=_mode(),
        may=current_user.can(Permission.BUY_LABELS),
    )


def _tab(each: View, shown: View, count: int) -> dict[str, Any]:
    return {
        "text": each.words,
        "href": here(view=each.name),
        "here": each is shown,
        "count": count,
        "tone": "signal" if count and each.name == "review" else "",
    }


def _bought(*where: Any) -> list[Row]:
    return [_of_intent(intent) for intent in dues.intents(*where)]


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
        cost=pages.cost(intent.amount),
    )


def _surplus() -> list[Row]:
    rows = dues.surplus()
    names = [known.object_id for known in rows]
    asked = sa.select(Refund).where(Refund.transaction_id.in_(names)).order_by(Refund.id)
    newest = {refund.transaction_id: refund for refund in session.scalars(asked)}
    return [_of_surplus(known, newest.get(known.object_id)) for known in rows]


def _of_surplus(known: ProviderTransaction, refund: Refund | None) -> Row:
    intent = session.get(LabelIntent, known.intent_id) if known.intent_id else None
    cost, order = surplus.priced(known), intent.parcel.order if intent else None
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
        cost=pages.cost(cost.amount) if cost else "",
        refund=known.object_id if refund is None or refund.state not in ONE else "",
    )


def _unasked(known: ProviderTransaction) -> str:
    return _(
        "It carries our reference %(reference)s, and we know of no such wish",
        reference=known.metadata_text,
    )


def _voided() -> list[Row]:
    return [_of_void(refund) for refund in dues.voids(Refund.parcel_id.is_not(None))]


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
        cost=pages.money(refund.amount) if refund.amount else "",
    )


def _mode() -> str:
    return _("live") if settings.live else _("test")


VIEWS = (
    View(
        "doubt",
        lazy_gettext("In doubt"),
        lambda: _bought(*dues.IN_DOUBT),
        lazy_gettext("A purchase whose answer was lost stands here while we look for it."),
    ),
    View(
        "review",
        lazy_gettext("In review"),
        lambda: _bought(*dues.IN_REVIEW),
        lazy_gettext("What looking did not settle waits here for a person."),
    ),
    View(
        "waiting",
        lazy_gettext("Waiting for leave"),
        lambda: _bought(*dues.WAITING),
        lazy_gettext("A label that costs more than the limits allow waits here."),
    ),
    View(
        "surplus",
        lazy_gettext("Surplus"),
        _surplus,
        lazy_gettext("A label that no parcel needs stands here, and its money can be asked back."),
    ),
    View(
        "voided",
        lazy_gettext("Voided"),
        _voided,
        lazy_gettext("Labels given back stand here, with what became of their money."),
    ),
)
