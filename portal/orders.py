"""A customer's own orders: the list, and one of them with its parcels."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from shop import access, headlines, telling
from shop.db import session
from shop.models import Order, Parcel

PAGE = 20
LARGEST = 2**31
PARCELS = (
    selectinload(Order.lines),
    selectinload(Order.parcels).selectinload(Parcel.snapshots),
)


def home() -> Response:
    return redirect(url_for("portal.orders"))


def index() -> str:
    before = request.args.get("before", type=int)
    own = _own().order_by(Order.id.desc()).limit(PAGE + 1)
    if before is not None and abs(before) < LARGEST:
        own = own.where(Order.id < before)
    found = list(session.scalars(own.options(*PARCELS)))
    shown = found[:PAGE]
    return render_template(
        "portal/orders.html",
        orders=[(order, headlines.of_order(order)) for order in shown],
        total=session.scalar(sa.select(sa.func.count()).select_from(_own().subquery())),
        newer=url_for("portal.orders") if before is not None else "",
        older=url_for("portal.orders", before=shown[-1].id) if len(found) > PAGE else "",
    )


def show(number: str) -> str:
    wanted = _own().where(Order.number == number).options(*PARCELS)
    found = session.scalar(wanted) or abort(404)
    return render_template(
        "tracking/_order.html" if "HX-Request" in request.headers else "portal/order.html",
        told=telling.tell_order(found),
        url=url_for("portal.order", number=number),
    )


def _own() -> sa.Select[Order]:
    """Orders placed while signed in; somebody else's do not exist here."""
    who = access.visitor() or abort(401)
    return sa.select(Order).where(Order.account_id == who.id)
