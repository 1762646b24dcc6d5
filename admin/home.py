"""Today at the desk: what needs a person, the day's numbers, and how the machinery is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from flask import url_for

from admin import health, needs
from admin.parts import answer, itself
from admin.spans import since
from shop import i18n
from shop.db import now, session
from shop.i18n import say as _
from shop.models import Case, Order, Parcel
from shop.outside import world_now
from shop.rates import HOME
from shop.values import Standing

DAYS = 14


def index() -> str:
    at = world_now()
    return answer(
        "admin/home.html",
        "admin/_home.html",
        day=i18n.long_day(at.astimezone(HOME).date()),
        clock=i18n.clock(at),
        needs=needs.now_needed(),
        numbers=_numbers(),
        health=health.lines(),
        itself=itself(),
        any_order=session.scalar(sa.select(Order.id).limit(1)) is not None,
    )


def _numbers() -> list[dict[str, Any]]:
    orders = _by_day(Order.placed_at, Order.id, now())
    delivered = _by_day(Parcel.delivered_at, Parcel.id, world_now())
    moving, out = session.execute(
        sa.select(
            sa.func.count(Parcel.id),
            sa.func.count(Parcel.id).filter(Parcel.standing == Standing.OUT_FOR_DELIVERY),
        ).where(Parcel.standing.in_(health.MOVING))
    ).one()
    cases, oldest = session.execute(
        sa.select(sa.func.count(Case.id), sa.func.min(Case.opened_at)).where(
            Case.closed_at.is_(None)
        )
    ).one()
    return [
        {
            "name": _("Orders today"),
            "number": orders[-1],
            "note": _("%(number)s yesterday", number=orders[-2]),
            "href": url_for("admin.orders"),
            "values": orders,
        },
        {
            "name": _("Parcels in transit"),
            "number": moving,
            "note": _("%(number)s out for delivery", number=out),
            "href": url_for("admin.orders", view="in-transit"),
        },
        {
            "name": _("Delivered today"),
            "number": delivered[-1],
            "note": _("%(number)s yesterday", number=delivered[-2]),
            "href": url_for("admin.orders", view="delivered"),
            "values": delivered,
        },
        {
            "name": _("Open cases"),
            "number": cases,
            "note": _("Oldest since %(time)s", time=since(oldest)) if cases else _("No trouble"),
            "href": url_for("admin.exceptions"),
        },
    ]


def _by_day(column: Any, key: Any, moment: datetime) -> list[int]:
    """How many rows fall on each of the last days, oldest first, in one question."""
    today = moment.astimezone(HOME).date()
    starts = [
        datetime.combine(today - timedelta(days=back), time(), HOME)
        for back in range(DAYS - 1, -2, -1)
    ]
    counts = [
        sa.func.count(key).filter(column >= start, column < end) for start, end in pairwise(starts)
    ]
    row = session.execute(sa.select(*counts).where(column >= starts[0])).one()
    return list(row)
