"""The days a carrier named for a parcel: when it named each, and why it named another."""

from __future__ import annotations

from datetime import datetime

from admin.spans import when
from shop import arrivals, delays, etas, i18n
from shop.calendars import named_day
from shop.i18n import say as _
from shop.models import Parcel


def days(parcel: Parcel) -> list[tuple[str, str]]:
    """Each day with when it was named and why, the one that holds first."""
    story, zone = parcel.story, arrivals.zone(parcel)
    if not story.etas:
        return []
    first = story.etas[0]
    told = [(i18n.day(named_day(first.at, zone)), _named(first.named_at))]
    told += [
        (i18n.day(move.after), f"{_named(move.named_at)}. {_why(parcel, move)}")
        for move in etas.moves(story, zone)
    ]
    return told[::-1]


def _named(at: datetime | None) -> str:
    return _("Named %(when)s", when=when(at)) if at else _("Named, and Shippo does not say when")


def _why(parcel: Parcel, move: etas.Move) -> str:
    if not move.later:
        return _("Sooner than before.")
    return delays.moved_because(parcel, move)
