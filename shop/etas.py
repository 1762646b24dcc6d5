"""How the day a carrier names has moved, and why, as far as its own scans tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from shop.calendars import named_day
from shop.tracking import Story
from shop.values import Delay, Eta, Scan

LONG_SILENCE = timedelta(days=2)
WEATHER = re.compile(
    r"\b(?:weather|storm|snow|ice|flood\w*|hurricane|tornado|wildfire|natural disaster)\b",
    re.IGNORECASE,
)
CUSTOMS = re.compile(r"\bcustoms\b|\bclearance\b", re.IGNORECASE)

Rule = Callable[[Scan], bool]


@dataclass(frozen=True, kw_only=True)
class Move:
    """The carrier's day went from one to another. `silent` are the days nothing was scanned."""

    before: date
    after: date
    named_at: datetime | None
    why: Delay
    silent: int = 0

    @property
    def later(self) -> bool:
        return self.after > self.before


def _says(pattern: re.Pattern[str]) -> Rule:
    return lambda scan: bool(pattern.search(scan.details))


def _is(*substatuses: str) -> Rule:
    return lambda scan: scan.substatus in substatuses


WHY: tuple[tuple[Delay, Rule], ...] = (
    (Delay.DAMAGED, _is("package_damaged")),
    (Delay.ADDRESS, _is("address_issue", "package_forwarded")),
    (Delay.CUSTOMS, _says(CUSTOMS)),
    (Delay.WEATHER, _says(WEATHER)),
    (
        Delay.ATTEMPTED,
        _is("delivery_attempted", "notice_left", "location_inaccessible", "reschedule_delivery"),
    ),
    (Delay.HELD, _is("package_held", "contact_carrier")),
    (Delay.RESCHEDULED, _is("delivery_rescheduled", "delivery_scheduled")),
    (Delay.DELAYED, _is("delayed")),
)
"""What explains a day that moved, the plainest reason first."""


def moves(story: Story, zone: ZoneInfo) -> list[Move]:
    """Every time the day itself changed, oldest first; another hour of the same day is no move."""
    return [
        _move(story, before, after, zone)
        for before, after in pairwise(story.etas)
        if named_day(before.at, zone) != named_day(after.at, zone)
    ]


def _move(story: Story, before: Eta, after: Eta, zone: ZoneInfo) -> Move:
    days = named_day(before.at, zone), named_day(after.at, zone)
    fresh, old = _heard(story, before, after)
    why = _why(fresh) if days[1] > days[0] else None
    silent = _silence(fresh, old, after)
    if days[1] > days[0] and why is None and silent >= LONG_SILENCE:
        why = Delay.SILENCE
    return Move(
        before=days[0],
        after=days[1],
        named_at=after.named_at,
        why=why or Delay.UNSAID,
        silent=silent.days if why is Delay.SILENCE else 0,
    )


def _why(fresh: Sequence[Scan]) -> Delay | None:
    return next((delay for delay, fits in WHY if any(map(fits, fresh))), None)


def _heard(story: Story, before: Eta, after: Eta) -> tuple[list[Scan], list[Scan]]:
    """What Shippo came to know between the two days it told, and what it had known before."""
    fresh: list[Scan] = []
    old: list[Scan] = []
    for scan in (*story.earlier, *story.scans):
        known = scan.ingested or scan.at
        if known is None or after.named_at is None or known > after.named_at:
            continue
        new = before.named_at is not None and known > before.named_at
        (fresh if new else old).append(scan)
    return fresh, old


def _silence(fresh: Sequence[Scan], old: Sequence[Scan], after: Eta) -> timedelta:
    """How long nothing had been scanned before the day moved."""
    last = max((scan.at for scan in old if scan.at), default=None)
    coming = min((scan.at for scan in fresh if scan.at), default=after.named_at)
    return coming - last if last and coming else timedelta(0)
