"""When a parcel comes, as far as anybody has said, and how late that is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from shop import rates
from shop.models import Parcel
from shop.outside import world_now


def expected_day(parcel: Parcel) -> date | None:
    """The day the carrier now says, unless it is past and nothing came."""
    told = told_day(parcel)
    return told if told and told >= today() else None


def days_late(parcel: Parcel) -> int:
    """How many days after our promise it comes, as far as is known; 0 when it is not late.

    Of a quick label nothing was promised: it is never late by our word.
    """
    promise = parcel.order.promise
    if promise is None or parcel.standing.final:
        return 0
    day = expected_day(parcel) or today()
    return max(0, (day - promise.last).days)


def told_day(parcel: Parcel) -> date | None:
    """The carrier's day. Midnight in UTC is how Shippo writes a day without a time."""
    if parcel.eta is None:
        return None
    told = parcel.eta.astimezone(UTC)
    return told.date() if told.time() == time() else local_day(told)


def local_day(moment: datetime | None) -> date | None:
    return moment.astimezone(rates.HOME).date() if moment else None


def today() -> date:
    return world_now().astimezone(rates.HOME).date()
