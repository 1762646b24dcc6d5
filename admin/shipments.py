"""Parcels and their labels: the list, one parcel, and the button that buys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as AnyResponse

from admin import dockets, events, hands, paging, papers, parcels, postage, scans
from admin.parts import answer, here, itself
from jobs import labels
from jobs.queue import later
from shop import access, i18n, purchases
from shop.db import session
from shop.i18n import say as _
from shop.models import Case, Parcel
from shop.values import IntentState, ParcelState, Permission, Standing

TO_HAND_OVER = "to-hand-over"
WAITING = (
    Parcel.state == ParcelState.LABELLED,
    Parcel.standing == Standing.LABEL_READY,
    Parcel.handed_at.is_(None),
)
"""Which parcels are ours to give to a carrier: none has them, and nobody has said so."""


def index() -> str:
    wanted = request.args.get("view", "")
    state = next((state for state in ParcelState if state.value == wanted), None)
    query = sa.select(Parcel).options(joinedload(Parcel.order))
    if state is not None:
        query = query.where(Parcel.state == state)
    if wanted == TO_HAND_OVER:
        query = query.where(*WAITING)
    page = paging.page(query, Parcel.id)
    return answer(
        "admin/shipments.html",
        "admin/_shipments.html",
        page=page,
        papers=papers.of(page.rows),
        may_print=current_user.can(Permission.SEE_LABELS),
        may_handle=current_user.can(Permission.HANDLE_PARCELS),
        by_hand=hands.brief,
        tabs=_tabs(wanted if wanted == TO_HAND_OVER else state),
        itself=itself(),
        state_of=parcels.state,
        what=postage.what,
    )


def show(parcel_id: int) -> str:
    parcel = session.get(
        Parcel,
        parcel_id,
        options=(*parcels.WHOLE, joinedload(Parcel.order).options(*parcels.ORDER)),
    )
    if parcel is None:
        abort(404)
    cases = list(session.scalars(sa.select(Case).filter_by(parcel_id=parcel.id)))
    (docket,) = dockets.dockets([parcel], cases)
    return answer(
        "admin/shipment.html",
        "admin/_shipment.html",
        parcel=parcel,
        order=parcel.order,
        name=parcel.tracking_number or _("Parcel of %(number)s", number=parcel.order.number),
        docket=docket,
        days=events.days(events.newest_first(scans.of_parcel(parcel))),
        itself=itself(),
        over=parcel.standing.final,
    )


@access.needs(Permission.BUY_LABELS)
def buy(parcel_id: int) -> AnyResponse:
    parcel = session.get(Parcel, parcel_id, with_for_update=True)
    if parcel is None:
        abort(404)
    try:
        intent = purchases.wish(parcel, asked_by=current_user.id)
    except purchases.CannotBuy as why:
        flash(_("No label can be bought for this parcel yet: %(why)s", why=why), "warn")
    else:
        if intent.state is IntentState.READY:
            later(labels.buy, intent.id)
            flash(_("The label is being bought. Its number appears here by itself."), "info")
        else:
            word = i18n.words(intent.state).lower()
            flash(_("This label has been asked for before: %(state)s.", state=word), "info")
    order = parcel.order.number
    session.commit()
    return redirect(url_for("admin.order", number=order, _anchor=f"p{parcel_id}"), 303)


def _tabs(view: ParcelState | str | None) -> list[dict[str, Any]]:
    rows = session.execute(sa.select(Parcel.state, sa.func.count(Parcel.id)).group_by(Parcel.state))
    counted: dict[ParcelState, int] = {row[0]: row[1] for row in rows}
    every = {
        "text": lazy_gettext("All"),
        "href": here(view=""),
        "here": view is None,
        "count": sum(counted.values()),
    }
    waiting = {
        "text": lazy_gettext("To hand over"),
        "href": here(view=TO_HAND_OVER),
        "here": view == TO_HAND_OVER,
        "count": session.scalar(sa.select(sa.func.count(Parcel.id)).where(*WAITING)),
    }
    return [every, waiting] + [
        {
            "text": i18n.words(word),
            "href": here(view=word.value),
            "here": word is view,
            "count": counted.get(word, 0),
            "tone": "signal" if word is ParcelState.UNKNOWN and counted.get(word) else "",
        }
        for word in ParcelState
    ]
