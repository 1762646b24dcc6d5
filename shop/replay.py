"""Webhooks applied once more: what it would change, told beforehand, and the wish to do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from shop import following, letters, milestones, strays
from shop.calendars import zone_of
from shop.db import now, session
from shop.gateways import envelope, plain
from shop.gateways.answers import snapshot as read_snapshot
from shop.models import Account, AuditEntry, Message, Parcel, WebhookEvent
from shop.outside import mode, world_now
from shop.tracking import Story, digest, tell
from shop.values import Act, EventState, Mark, Mode, Outcome, Scan, Snapshot

AGAIN = (
    EventState.UNMATCHED,
    EventState.UNREADABLE,
    EventState.WRONG_MODE,
    EventState.IGNORED,
)
"""What came to nothing, and may come to something now."""


class Meanwhile(Exception):
    """Somebody has had it replayed since this was looked at."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What would become of one event; `told` is what it says of a parcel, `why` of itself."""

    outcome: Outcome
    why: str = ""
    told: Snapshot | None = None
    parcel_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A parcel's story as it is told, and as it would be.

    `news` is the milestone that customers hear of then; `said`, whether they have before.
    """

    parcel: Parcel
    before: Story
    after: Story
    news: Mark | None
    said: bool

    @property
    def moves(self) -> bool:
        """Whether it would stand elsewhere, or for another reason."""
        return _standing(self.before) != _standing(self.after)

    @property
    def lines(self) -> list[Scan]:
        """Scans that the timeline has not yet."""
        told = {scan.likeness for scan in _scans(self.before)}
        return [scan for scan in _scans(self.after) if scan.likeness not in told]

    @property
    def nothing(self) -> bool:
        """Whether nobody would see any difference."""
        return not self.moves and not self.lines and self.before.eta == self.after.eta


def foresee(event: WebhookEvent) -> Forecast:
    """What would become of this event. Asks nobody outside, and writes nothing."""
    try:
        told = envelope.read(event.body)
    except envelope.Unreadable as why:
        return Forecast(outcome=Outcome.UNREADABLE, why=str(why))
    data = told.said.get("data")
    if bool(told.said.get("test")) != (mode() is Mode.TEST):
        return Forecast(outcome=Outcome.WRONG_MODE)
    if told.event in {"transaction_created", "transaction_updated"}:
        return _of_label(plain.name(plain.record(data).get("object_id")))
    if told.event == "track_updated":
        return _of_track(data)
    return Forecast(outcome=Outcome.IGNORED)


def change(parcel: Parcel, more: Iterable[Snapshot]) -> Change:
    """What these would add to a parcel's story."""
    heard = [row.value for row in parcel.snapshots]
    known = {row.digest for row in parcel.snapshots}
    new = [told for told in more if digest(told) not in known]
    before = parcel.story
    after = tell([*heard, *new], world_now()) if new else before
    zone = zone_of(parcel.order.to)
    news = milestones.news(after, zone) if after != before else None
    if news == milestones.news(before, zone):
        news = None
    said = _said(parcel, news) if news else False
    return Change(parcel=parcel, before=before, after=after, news=news, said=said)


def subject(event: WebhookEvent) -> str:
    """What the books call this event."""
    return f"webhook:{event.id}"


def times(subject: str) -> int:
    """How often this was replayed: what is pressed twice on one page is told by it."""
    mine = sa.select(sa.func.count(AuditEntry.id)).filter_by(act=Act.REPLAY, subject=subject)
    return session.scalar(mine) or 0


def replays(subject: str) -> list[AuditEntry]:
    """Who had it replayed, oldest first."""
    mine = sa.select(AuditEntry).filter_by(act=Act.REPLAY, subject=subject)
    return list(session.scalars(mine.order_by(AuditEntry.id)))


def again(events: Sequence[WebhookEvent], who: Account, subject: str, before: int) -> list[int]:
    """Have these applied once more, and write down who wanted it; the ids of those that will be.

    They must be locked. `before` is how often that had been done when it was decided; raises
    Meanwhile when it has been done since. What waits anyway, or cannot be read, is left alone.
    """
    if times(subject) != before:
        raise Meanwhile
    done = [event.id for event in events if event.state is not EventState.NEW and _renewed(event)]
    note = ", ".join(f"#{event_id}" for event_id in done)
    entry = AuditEntry(account_id=who.id, act=Act.REPLAY, subject=subject)
    entry.note = f"{len(done)}: {note}"[:500]
    session.add(entry)
    return done


def _renewed(event: WebhookEvent) -> bool:
    try:
        told = envelope.read(event.body)
    except envelope.Unreadable:
        return False
    event.state, event.tries, event.note, event.due_at = EventState.NEW, 0, "", now()
    event.subject = event.subject or told.subject
    return True


def _of_label(object_id: str | None) -> Forecast:
    if object_id is None:
        return Forecast(outcome=Outcome.UNMATCHED, why="names no transaction")
    mine = sa.select(Parcel.id).filter_by(transaction_id=object_id)
    return Forecast(outcome=Outcome.ASKED, why=object_id, parcel_id=session.scalar(mine))


def _of_track(data: object) -> Forecast:
    try:
        told = read_snapshot(plain.record(data))
    except (AttributeError, TypeError, ValueError):
        return Forecast(outcome=Outcome.UNREADABLE, why="not a track we can read")
    parcel_id = following.told_of(told)
    if parcel_id is not None:
        return Forecast(outcome=Outcome.TOLD, told=told, parcel_id=parcel_id)
    return Forecast(outcome=_elsewhere(told), told=told)


def _elsewhere(told: Snapshot) -> Outcome:
    """What becomes of news that is of no parcel of ours, as jobs/inbox.py tells it."""
    if strays.known(told):
        return Outcome.STRAY
    followed = following.known(told.carrier, told.number)
    if followed is None:
        return Outcome.UNMATCHED
    return Outcome.FOLLOWED if followed.stopped_at is None else Outcome.IGNORED


def _said(parcel: Parcel, mark: Mark) -> bool:
    """Whether it was decided before to tell of this, and it was not overtaken."""
    rows = session.scalars(sa.select(Message).filter_by(parcel_id=parcel.id))
    return any(row.mark == mark and not letters.untold(row) for row in rows)


def _standing(story: Story) -> tuple[object, object]:
    return story.standing, story.cause


def _scans(story: Story) -> tuple[Scan, ...]:
    return (*story.earlier, *story.scans, *story.aside)
