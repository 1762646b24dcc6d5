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
from shop.db import session
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
    bought = sa.case((Order.note.is_(None), Order.id))  # a quick label is nobody's order
    orders = _by_day(Order.placed_at, bought, world_now())
    delivered = _by_day(Parcel.delivered_at, Parcel.id, world_now())
    moving, out = _moving()
    cases, oldest = _open_cases()
    still = _("Oldest since %(time)s", time=since(oldest)) if oldest else _("No trouble")
    return [
        _number(_("Orders today"), orders[-1], _yesterday(orders), "", values=orders),
        _number(
            _("Parcels in transit"),
            moving,
            _("%(number)s out for delivery", number=out),
            "in-transit",
        ),
        _number(
            _("Delivered today"),
            delivered[-1],
            _yesterday(delivered),
            "delivered",
            values=delivered,
        ),
        _number(_("Open cases"), cases, still, "", href=url_for("admin.exceptions")),
    ]


def _number(name: str, number: int, note: str, view: str, **more: Any) -> dict[str, Any]:
    href = url_for("admin.orders", view=view or None)
    return {"name": name, "number": number, "note": note, "href": href, **more}


def _yesterday(values: list[int]) -> str:
    return _("%(number)s yesterday", number=values[-2])


def _moving() -> tuple[int, int]:
    """Parcels on their way, and those of them that are out for delivery."""
    row = session.execute(
        sa.select(
            sa.func.count(Parcel.id),
            sa.func.count(Parcel.id).filter(Parcel.standing == Standing.OUT_FOR_DELIVERY),
        ).where(Parcel.standing.in_(health.MOVING))
    ).one()
    return row[0], row[1]


def _open_cases() -> tuple[int, datetime | None]:
    """How many, and since when the oldest."""
    row = session.execute(
        sa.select(sa.func.count(Case.id), sa.func.min(Case.opened_at)).where(
            Case.closed_at.is_(None)
        )
    ).one()
    return row[0], row[1]


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
