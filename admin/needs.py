"""What needs a person now, most urgent first: trouble, purchases, labels, messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import ngettext
from sqlalchemy.orm import contains_eager, joinedload

from admin import playbook, reminders
from admin.counts import TROUBLED
from admin.postage import what
from admin.spans import ours, since, when
from shop import i18n, pages, telling
from shop.db import session
from shop.i18n import say as _
from shop.models import Case, LabelFile, LabelIntent, Message, Parcel
from shop.outside import mode
from shop.phrases import MILD
from shop.values import IntentState, Money, ParcelState

MOST = 8
"""Of one kind; what is more stands on its own page, and the list says so."""

SEVERAL = 3
"""So often a label's file is asked for before somebody is told."""

DOUBTFUL = (IntentState.NEEDS_REVIEW, IntentState.UNKNOWN)

Item = dict[str, Any]


def now_needed() -> list[Item]:
    """The list; only its first row may be marked as urgent."""
    items = [
        *_cases(),
        *reminders.voids(),
        *_purchases(),
        *reminders.waiting(),
        *_no_rates(),
        *reminders.surplus(),
        *_labels(),
        *_files(),
        *_messages(),
    ]
    if items and items[0]["tone"] == "bad":
        items[0]["tone"] = "signal"
    return items


def _cases() -> Iterator[Item]:
    rows = session.scalars(
        sa.select(Case)
        .join(Case.parcel)
        .join(Parcel.order)
        .options(contains_eager(Case.parcel).contains_eager(Parcel.order))
        .where(Case.closed_at.is_(None))
        .order_by(playbook.by_severity(), Case.opened_at, Case.id)
        .limit(MOST + 1)
    ).all()
    for case in rows[:MOST]:
        order, mild = case.parcel.order, case.cause in MILD
        cause, carrier = i18n.words(case.cause), telling.carrier_name(case.parcel)
        place = ", ".join(filter(None, [order.to.city, order.to.state]))
        yield {
            "tone": "warn" if mild else "bad",
            "icon": "clock" if mild else "warning",
            "title": _("%(cause)s, %(number)s", cause=cause, number=order.number),
            "href": url_for("admin.case", case_id=case.id),
            "text": f"{place}. {_meaning(case)}",
            "when": _("Since %(time)s", time=since(case.opened_at)),
            "when_note": carrier,
            "action": _("Open case"),
        }
    if len(rows) > MOST:
        yield _more(_("There are more parcels in trouble"), url_for("admin.exceptions"))


def _meaning(case: Case) -> str:
    """What is the matter; of a silence which it is, and since when."""
    return case.evidence if case.cause.silent else str(playbook.PLAYS[case.cause].meaning)


def _purchases() -> Iterator[Item]:
    rows = session.scalars(
        sa.select(LabelIntent)
        .where(LabelIntent.state.in_(DOUBTFUL))
        .options(joinedload(LabelIntent.parcel).joinedload(Parcel.order))
        .order_by(LabelIntent.state, LabelIntent.sent_at)
        .limit(MOST + 1)
    ).all()
    for intent in rows[:MOST]:
        number = intent.parcel.order.number
        review = intent.state is IntentState.NEEDS_REVIEW
        looks = ngettext("one look so far", "%(num)s looks so far", intent.looks)
        due = intent.due_at
        yield {
            "tone": "bad" if review else "warn",
            "icon": "question",
            "title": _("Label for %(number)s: bought or not?", number=number),
            "href": url_for("admin.order", number=number, _anchor=f"p{intent.parcel_id}"),
            "text": _(
                "%(what)s, %(price)s. No clear answer since %(time)s."
                " We look, and do not buy again.",
                what=what(intent.parcel),
                price=pages.cost(intent.amount, about=intent.estimated),
                time=when(ours(intent.sent_at) if intent.sent_at else intent.created_at),
            ),
            "when": _("Next check %(time)s", time=since(ours(due))) if due else _("In review"),
            "when_note": looks if intent.looks else "",
            "action": _("See purchase"),
        }
    if len(rows) > MOST:
        href = url_for("admin.shipments", view=ParcelState.UNKNOWN.value)
        yield _more(_("There are more purchases not known"), href)


def _no_rates() -> Iterator[Item]:
    """Those nobody asks for any more; for the others carriers are being asked."""
    number, first, _cost = _waiting(ParcelState.NEEDS_RATE, Parcel.requote_at.is_(None))
    if number:
        yield {
            "tone": "warn",
            "icon": "warning",
            "title": ngettext("One parcel needs a rate", "%(num)s parcels need a rate", number),
            "href": url_for("admin.shipments", view=ParcelState.NEEDS_RATE.value),
            "text": _("The price agreed cannot be had, and the policy allows no other."),
            "when": _("Since %(time)s", time=since(first)),
            "action": _("See parcels"),
        }


def _labels() -> Iterator[Item]:
    number, first, cost = _waiting(ParcelState.NEEDS_LABEL, Parcel.mode == mode())
    if number:
        yield {
            "tone": "info",
            "icon": "printer",
            "title": ngettext("One label to buy", "%(num)s labels to buy", number),
            "href": url_for("admin.shipments", view=ParcelState.NEEDS_LABEL.value),
            "text": ngettext(
                "It costs %(price)s.",
                "Together they cost %(price)s.",
                number,
                price=pages.money(cost),
            ),
            "when": _("Since %(time)s", time=since(first)),
            "action": _("Review labels"),
        }


def _files() -> Iterator[Item]:
    """Labels that are bought and cannot be printed, because their files do not come."""
    late = (
        Parcel.transaction_id == LabelFile.transaction_id,
        LabelFile.fetched_at.is_(None),
        LabelFile.tries >= SEVERAL,
    )
    number = session.scalar(sa.select(sa.func.count(Parcel.id)).where(*late)) or 0
    first = sa.select(Parcel).where(*late).order_by(Parcel.labelled_at).limit(1)
    parcel = session.scalar(first) if number else None
    if parcel is not None:
        oldest, at = parcel.order.number, parcel.labelled_at or parcel.created_at
        yield {
            "tone": "warn",
            "icon": "printer",
            "title": ngettext(
                "The file of one label does not come",
                "The files of %(num)s labels do not come",
                number,
            ),
            "href": url_for("admin.order", number=oldest, _anchor=f"p{parcel.id}"),
            "text": _("Bought, and not to be printed yet. First is %(number)s.", number=oldest),
            "when": _("Since %(time)s", time=since(at)),
            "action": _("See parcel"),
        }


def _messages() -> Iterator[Item]:
    number, first = session.execute(
        sa.select(sa.func.count(Message.id), sa.func.min(Message.created_at)).where(
            Message.state.in_(TROUBLED)
        )
    ).one()
    if number:
        yield {
            "tone": "info",
            "icon": "message",
            "title": ngettext(
                "One message did not arrive for certain",
                "%(num)s messages did not arrive for certain",
                number,
            ),
            "href": url_for("admin.messages", view="troubled"),
            "text": _("Refused, not delivered, or perhaps sent. The reason stands with each."),
            "when": _("Since %(time)s", time=since(first)),
            "action": _("Review messages"),
        }


def _waiting(state: ParcelState, *more: Any) -> tuple[int, Any, Money]:
    number, first, cost = session.execute(
        sa.select(
            sa.func.count(Parcel.id),
            sa.func.min(Parcel.created_at),
            sa.func.coalesce(sa.func.sum(Parcel.cost_minor), 0),
        ).where(Parcel.state == state, *more)
    ).one()
    return number, first, Money(int(cost or 0))


def _more(title: str, href: str) -> Item:
    return {
        "tone": "info",
        "icon": "more",
        "title": title,
        "href": href,
        "text": _("The worst stand above; here are all."),
        "action": _("See all"),
    }
