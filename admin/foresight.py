"""What a replay would change, in words: of one event, or of many by parcel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import joinedload, selectinload

from admin import scans
from shop import i18n, replay
from shop.db import session
from shop.i18n import say as _
from shop.models import Parcel, WebhookEvent
from shop.replay import Change, Forecast
from shop.tracking import Story
from shop.values import Cause, Milestone, Outcome, Snapshot

MEANS: dict[Outcome, Any] = {
    Outcome.ASKED: lazy_gettext(
        "What it says of a label is a hint. Shippo is asked how the label stands, and its answer"
        " counts."
    ),
    Outcome.STRAY: lazy_gettext(
        "It tells of a label of ours that was voided. It is kept with it, and no parcel changes."
    ),
    Outcome.FOLLOWED: lazy_gettext(
        "It tells of a number that was not bought here and is followed. It is told there again."
    ),
    Outcome.UNMATCHED: lazy_gettext(
        "No parcel of ours has this number. It would be tried for some minutes and set aside again."
    ),
    Outcome.WRONG_MODE: lazy_gettext(
        "It was sent in the other mode than this shop works in. It would be set aside again."
    ),
    Outcome.IGNORED: lazy_gettext("It is nothing we follow. It would be set aside again."),
    Outcome.UNREADABLE: lazy_gettext(
        "It is not what Shippo’s events look like, and is left as it is."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What many events would change: how many of each outcome, and which parcels.

    `able` of them can be applied at all.
    """

    events: int
    able: int
    outcomes: list[tuple[str, int]]
    changes: list[tuple[Change, int]]
    unchanged: int


def of_one(forecast: Forecast) -> tuple[str, Change | None]:
    """What one event would do, in a sentence, and to its parcel."""
    if forecast.outcome is not Outcome.TOLD:
        return str(MEANS[forecast.outcome]), None
    (parcel,) = _parcels([forecast.parcel_id or 0])
    change = replay.change(parcel, [forecast.told] if forecast.told else [])
    if change.nothing:
        return _("Nothing would change: all it says of this parcel is told already."), change
    return _("It would change what is said of this parcel."), change


def of_many(events: Sequence[WebhookEvent]) -> Preview:
    """What these would change together, the parcels in the order they are first told of."""
    counted: Counter[Outcome] = Counter()
    heard: dict[int, list[Snapshot]] = {}
    for event in events:
        forecast = replay.foresee(event)
        counted[forecast.outcome] += 1
        if forecast.told is not None and forecast.parcel_id is not None:
            heard.setdefault(forecast.parcel_id, []).append(forecast.told)
    every = [(replay.change(p, heard[p.id]), len(heard[p.id])) for p in _parcels(heard)]
    changes = [(change, count) for change, count in every if not change.nothing]
    outcomes = [(i18n.words(kind), counted[kind]) for kind in Outcome if counted[kind]]
    return Preview(
        events=len(events),
        able=len(events) - counted[Outcome.UNREADABLE],
        outcomes=outcomes,
        changes=changes,
        unchanged=len(every) - len(changes),
    )


def facts(change: Change) -> list[tuple[str, str]]:
    """One parcel's change, a line each; what stays as it is says so."""
    stays = _("Stays as it is")
    return [
        (_("Where it stands"), moved(change) or stays),
        (_("Expected"), eta(change) or stays),
        (_("Timeline"), added(change) or stays),
        (_("Customer"), customer(change)),
    ]


def moved(change: Change) -> str:
    """From where to where, or nothing."""
    return _arrow(*(_standing(s) for s in (change.before, change.after))) if change.moves else ""


def eta(change: Change) -> str:
    """From which day to which, or nothing."""
    days = [i18n.day(s.eta) if s.eta else _("no day") for s in (change.before, change.after)]
    return _arrow(*days) if change.before.eta != change.after.eta else ""


def added(change: Change) -> str:
    """The scans that would be new, or nothing."""
    return "; ".join(scans.line(scan) for scan in change.lines)


def customer(change: Change) -> str:
    """Whether the customer hears of it."""
    if change.news is None:
        return _("Hears nothing")
    trouble = change.news.milestone is Milestone.EXCEPTION
    news = i18n.words(Cause(change.news.about) if trouble else change.news.milestone)
    if change.said:
        return _("Was told “%(news)s” before, and is not told again", news=news)
    return _("Hears “%(news)s”, where they want to", news=news)


def lines(change: Change) -> str:
    return str(ngettext("one more", "%(num)s more", len(change.lines))) if change.lines else ""


def _standing(story: Story) -> str:
    word = i18n.words(story.standing)
    if story.cause is None or i18n.words(story.cause) == word:
        return word
    return _("%(standing)s (%(cause)s)", standing=word, cause=i18n.words(story.cause).lower())


def _arrow(before: str, after: str) -> str:
    return _("%(before)s → %(after)s", before=before, after=after)


def _parcels(ids: Iterable[int]) -> list[Parcel]:
    wanted = list(ids)
    found = session.scalars(
        sa.select(Parcel)
        .where(Parcel.id.in_(wanted))
        .options(joinedload(Parcel.order), selectinload(Parcel.snapshots))
    )
    return sorted(found, key=lambda parcel: wanted.index(parcel.id))
