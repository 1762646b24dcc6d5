"""How many of each wait for a person: the figures beside the desk's ways."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from admin import dues
from admin.parts import fragment_wanted
from shop import spending
from shop.db import session
from shop.models import Case, Message, Parcel
from shop.outside import settings
from shop.values import MessageState, Standing

TROUBLED = (MessageState.FAILED, MessageState.UNDELIVERED, MessageState.UNSURE)
"""Messages somebody should look at."""


def desk_counts() -> dict[str, Any]:
    """For the layout; a fragment has no ways and does not ask."""
    if fragment_wanted():
        return {}
    unlabelled = sa.select(sa.func.count(Parcel.order_id.distinct())).where(
        Parcel.standing == Standing.NO_LABEL
    )
    cases = sa.select(sa.func.count(Case.id)).where(Case.closed_at.is_(None))
    unsaid = sa.select(sa.func.count(Message.id)).where(Message.state.in_(TROUBLED))
    asked: dict[str, sa.Select[Any]] = {
        "orders": unlabelled,
        "exceptions": cases,
        "messages": unsaid,
    }
    asked["purchases"] = dues.count()
    counted = session.execute(sa.select(*(each.scalar_subquery() for each in asked.values()))).one()
    told: dict[str, Any] = {"desk_counts": dict(zip(asked, counted, strict=True))}
    if settings.live:
        told["spent_today"] = spending.spent_today(), spending.limits().daily
    return told
