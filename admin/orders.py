"""Orders: the list by views, and everything about one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, request
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload

from admin import balance, dockets, events, paging, parcels, rates, timeline
from admin.forms import tidy
from admin.parts import answer, here, itself
from shop import cancellations
from shop.db import session
from shop.models import Account, Case, Contact, Message, Order, Parcel
from shop.values import MessageState, Permission, Standing

ON_THE_WAY = (Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY)
UNSETTLED = {MessageState.QUEUED, MessageState.SENDING}
IN_TROUBLE = sa.select(Case.parcel_id).where(Case.closed_at.is_(None))


@dataclass(frozen=True)
class View:
    """A view of the list: its name in the address, its words, and which parcels are in it."""

    name: str
    words: Any
    where: Any = None
    tone: str = ""


VIEWS = (
    View("all", _("All")),
    View("needs-label", _("Needs label"), Parcel.standing == Standing.NO_LABEL),
    View("ready", _("Ready to leave"), Parcel.standing == Standing.LABEL_READY),
    View("in-transit", _("In transit"), Parcel.standing.in_(ON_THE_WAY)),
    View("exceptions", _("Exceptions"), Parcel.id.in_(IN_TROUBLE), "signal"),
    View("delivered", _("Delivered"), Parcel.standing == Standing.DELIVERED),
)


def index() -> str:
    text = tidy(request.args.get("q"))[:100]
    wanted = request.args.get("view", "all")
    view = next((view for view in VIEWS if view.name == wanted), VIEWS[0])
    query = sa.select(Order).options(selectinload(Order.parcels))
    if view.where is not None:
        query = query.where(Order.parcels.any(view.where))
    if text:
        query = query.where(_like(text))
    return answer(
        "admin/orders.html",
        "admin/_orders.html",
        page=paging.page(query, Order.id),
        tabs=_tabs(view),
        view=view,
        q=text,
        all_found=here(view=""),
        whole_view=here(q=""),
        may_print=current_user.can(Permission.SEE_LABELS),
        itself=itself(),
        worst=parcels.worst,
        late=parcels.late,
    )


def show(number: str) -> str:
    order = session.scalar(
        sa.select(Order)
        .filter_by(number=tidy(number))
        .options(*parcels.ORDER, selectinload(Order.parcels).options(*parcels.WHOLE))
    )
    if order is None:
        abort(404)
    cases, messages = _cases(order), _messages(order)
    kind = request.args.get("show", "")
    told = timeline.of_order(order, messages, cases, _people(order))
    over = all(parcel.standing.final for parcel in order.parcels)
    return answer(
        "admin/order.html",
        "admin/_order.html",
        order=order,
        state=parcels.worst(order.parcels),
        dockets=dockets.dockets(order.parcels, cases),
        money=balance.of(order),
        days=events.days(event for event in told if kind in ("", event.kind)),
        kinds=_kinds(kind),
        runs=rates.explained(order),
        cancellable=not cancellations.objection(order) and current_user.can(Permission.BUY_LABELS),
        itself=itself(),
        over=over and not any(message.state in UNSETTLED for message in messages),
    )


def _like(text: str) -> Any:
    """Orders by number, name, address, note or tracking number, with spaces or without."""
    number = text.replace(" ", "")
    return sa.or_(
        Order.number.icontains(number, autoescape=True),
        Order.name.icontains(text, autoescape=True),
        Order.email.icontains(text, autoescape=True),
        Order.note.icontains(text, autoescape=True),
        Order.parcels.any(Parcel.tracking_number.icontains(number, autoescape=True)),
    )


def _tabs(view: View) -> list[dict[str, Any]]:
    """The views with their counts, all in one question."""
    orders = Parcel.order_id.distinct()
    counted = session.execute(
        sa.select(
            sa.select(sa.func.count(Order.id)).scalar_subquery(),
            *(
                sa.select(sa.func.count(orders)).where(other.where).scalar_subquery()
                for other in VIEWS[1:]
            ),
        )
    ).one()
    return [
        {
            "text": other.words,
            "href": here(view="" if other is VIEWS[0] else other.name),
            "here": other is view,
            "count": number,
            "tone": other.tone if number else "",
        }
        for other, number in zip(VIEWS, counted, strict=True)
    ]


def _kinds(chosen: str) -> list[tuple[Any, str, bool]]:
    words = {
        "": _("All"),
        "scans": _("Scans"),
        "messages": _("Messages"),
        "labels": _("Labels"),
        "cases": _("Cases"),
    }
    return [(text, here(show=kind), kind == chosen) for kind, text in words.items()]


def _cases(order: Order) -> list[Case]:
    return list(
        session.scalars(
            sa.select(Case)
            .where(Case.parcel_id.in_([parcel.id for parcel in order.parcels]))
            .options(selectinload(Case.contacts).joinedload(Contact.account))
            .order_by(Case.id)
        )
    )


def _messages(order: Order) -> list[Message]:
    wanted = [parcel.id for parcel in order.parcels]
    return list(
        session.scalars(
            sa.select(Message).where(Message.parcel_id.in_(wanted)).order_by(Message.id)
        )
    )


def _people(order: Order) -> dict[int, str]:
    """Names of those who asked for labels."""
    asked = {intent.asked_by for parcel in order.parcels for intent in parcel.intents}
    wanted = asked - {None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}
