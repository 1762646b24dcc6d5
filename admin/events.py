"""What happened, a line each, by day: the shape every timeline of the desk has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from babel.dates import format_date

from shop import i18n
from shop.i18n import say as _
from shop.outside import world_now
from shop.rates import HOME


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    at: datetime
    kind: str
    text: str
    icon: str
    place: str = ""
    source: str = ""
    tone: str = ""


def newest_first(events: Iterable[Event]) -> list[Event]:
    """By time; of two at the same time the later told is the newer."""
    return sorted(events, key=lambda event: event.at)[::-1]


def days(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The same for the timeline's macro, by day."""
    today = world_now().astimezone(HOME).date()
    told = []
    for day, group in groupby(events, key=lambda event: event.at.astimezone(HOME).date()):
        pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
        label = format_date(day, pattern, locale=i18n.locale())
        if day == today:
            label = _("Today, %(day)s", day=label)
        told.append({"label": label, "events": [_row(event) for event in group]})
    return told


def _row(event: Event) -> dict[str, Any]:
    return {**vars(event), "time": i18n.moment(event.at, "clock")}
