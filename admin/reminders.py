"""What needs a person of labels' money: voids gone wrong, leave to spend, labels too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import url_for
from flask_babel import ngettext

from admin import dues
from admin.postage import what
from admin.spans import ours, since
from shop import pages
from shop.db import session
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel, ProviderTransaction, Refund
from shop.values import Hold, RefundState

MOST = 8
"""Of one kind; all of them stand under Purchases."""

Item = dict[str, Any]
T = TypeVar("T")


def voids() -> Iterator[Item]:
    """Voids that went wrong, and labels of cancelled orders."""
    wrong = sa.or_(sa.and_(*dues.IN_TROUBLE), sa.and_(dues.undecided(), *dues.VOIDED))
    for refund in _some(dues.voids(wrong).order_by(Refund.id.desc())):
        parcel, used = refund.parcel, refund.used_at is not None
        if parcel is None:
            continue
        number, unsure = parcel.order.number, refund.state is RefundState.UNKNOWN
        title = _("The refund of a label of %(number)s was refused", number=number)
        if used:
            title = _("A voided label of %(number)s is being used", number=number)
        if unsure:
            title = _("Label of %(number)s: voided or not?", number=number)
        again = _("A new label was bought since: perhaps two are on their way.")
        yield {
            "tone": "warn" if unsure else "bad",
            "icon": "question" if unsure else "warning",
            "title": title,
            "href": url_for("admin.order", number=number, _anchor=f"p{parcel.id}"),
            "text": again if parcel.transaction_id and not unsure else refund.reason,
            "when": _("Since %(time)s", time=since(refund.settled_at or ours(refund.asked_at))),
            "action": _("See parcel"),
        }
    for parcel in _some(dues.paid_for_nothing().order_by(Parcel.id)):
        number = parcel.order.number
        yield {
            "tone": "warn",
            "icon": "undo",
            "title": _("%(number)s is cancelled, and has a label", number=number),
            "href": url_for("admin.order", number=number, _anchor=f"p{parcel.id}"),
            "text": _("Void it, unless the parcel has left already."),
            "action": _("See parcel"),
        }


def waiting() -> Iterator[Item]:
    for intent in _some(dues.intents(*dues.WAITING).order_by(LabelIntent.id)):
        number, cap = intent.parcel.order.number, intent.hold is Hold.CAP
        title = _("Label for %(number)s waits for approval", number=number)
        yield {
            "tone": "warn",
            "icon": "lock",
            "title": _("Label for %(number)s is over today’s limit", number=number)
            if cap
            else title,
            "href": url_for("admin.order", number=number, _anchor=f"p{intent.parcel_id}"),
            "text": _(
                "%(what)s, %(price)s. Nothing has been sent.",
                what=what(intent.parcel),
                price=pages.cost(intent.amount, about=intent.estimated),
            ),
            "when": _("Since %(time)s", time=since(intent.created_at)),
            "action": _("See purchase"),
        }


def surplus() -> Iterator[Item]:
    number = dues.number(sa.select(ProviderTransaction.object_id).where(*dues.left()))
    if number:
        yield {
            "tone": "warn",
            "icon": "undo",
            "title": ngettext("One label too many", "%(num)s labels too many", number),
            "href": url_for("admin.purchases", view="surplus"),
            "text": _("Bought, and needed by no parcel. Their money can be asked back."),
            "action": _("See surplus labels"),
        }


def _some(found: sa.Select[T]) -> list[T]:
    return list(session.scalars(found.limit(MOST)))
