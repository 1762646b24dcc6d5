"""When a parcel comes, as far as anybody has said, how late that is, and how long nobody has.

Late is late where it is awaited: a day is over when it is over there.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shop import etas, rates, stalls
from shop.calendars import day_at, named_day, zone_of
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Address, Cause, Standing


def expected_day(parcel: Parcel) -> date | None:
    """The day the carrier now says, unless it is past and nothing came."""
    told = told_day(parcel)
    return told if told and told >= today_at(parcel.order.to) else None


def days_late(parcel: Parcel) -> int:
    """How many days after our promise it comes, as far as is known; 0 when it is not late.

    Of a quick label nothing was promised: it is never late by our word.
    """
    promise = parcel.order.promise
    if promise is None or parcel.standing.final:
        return 0
    day = expected_day(parcel) or today_at(parcel.order.to)
    return max(0, (day - promise.last).days)


def told_day(parcel: Parcel) -> date | None:
    """The carrier's day."""
    return named_day(parcel.eta, zone(parcel)) if parcel.eta else None


def last_move(parcel: Parcel) -> etas.Move | None:
    """How the carrier's day came to be the one it is; None when it has stayed as it was."""
    found = etas.moves(parcel.story, zone(parcel))
    return found[-1] if found else None


def silence(parcel: Parcel) -> stalls.Watch | None:
    """The silence about it that has lasted too long, if one has. To be late is no silence."""
    found = stalls.stalled(facts(parcel), world_now())
    return next((watch for watch in found if watch.cause is not Cause.LATE), None)


def look_again(parcel: Parcel, at: datetime) -> datetime | None:
    """When, if nothing is heard of it, something will have lasted too long. World time."""
    return stalls.look_again(facts(parcel), at)


def facts(parcel: Parcel) -> stalls.Facts:
    """What a parcel of ours is watched by. One that was called off is awaited by nobody."""
    promise, left = parcel.order.promise, [parcel.labelled_at, parcel.handed_at]
    return stalls.Facts(
        story=parcel.story,
        standing=Standing.CANCELLED if parcel.order.cancelled_at else parcel.standing,
        to=parcel.order.to,
        left_at=max((at for at in left if at), default=None),
        due=promise.last if promise else told_day(parcel),
    )


def zone(parcel: Parcel) -> ZoneInfo:
    """The clock where it goes."""
    return zone_of(parcel.order.to)


def today_at(to: Address) -> date:
    """The day it is at an address."""
    return day_at(world_now(), zone_of(to))


def came_today(parcel: Parcel, moment: datetime | None) -> bool:
    """Whether a moment is of this day, where the parcel goes."""
    where = zone(parcel)
    return moment is not None and day_at(moment, where) == day_at(world_now(), where)


def local_day(moment: datetime | None) -> date | None:
    """The day of a moment by the shop's own clock, which is the one pages show."""
    return day_at(moment, rates.HOME) if moment else None


def today() -> date:
    """The day it is in the shop."""
    return day_at(world_now(), rates.HOME)
