"""What is heard of a parcel, ours or somebody else's, and the one story that it makes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shop import quiet, tracking
from shop.db import Words
from shop.values import Cause, Snapshot, Standing, TrackingStatus, Via


class HeardSnapshot:
    """One thing Shippo said, by which way and when we heard it (world time).

    `repaired` when it was news that a webhook should have told, and we had to ask for it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    via: Mapped[Via] = mapped_column(Words(Via))
    heard_at: Mapped[datetime]
    repaired: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    body: Mapped[dict[str, Any]]

    @property
    def value(self) -> Snapshot:
        return Snapshot.from_json(self.body)


class Heard:
    """Where something is, by everything that was heard of it. The times are world time."""

    status: Mapped[TrackingStatus | None] = mapped_column(Words(TrackingStatus))
    substatus: Mapped[str | None] = mapped_column(sa.String(64))
    cause: Mapped[Cause | None] = mapped_column(Words(Cause))
    eta: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    heard_via: Mapped[Via | None] = mapped_column(Words(Via))
    poll_at: Mapped[datetime | None] = mapped_column(index=True)

    if TYPE_CHECKING:
        standing: Mapped[Standing]
        snapshots: Mapped[list[Any]]

        id: Mapped[int]

        @property
        def begun_at(self) -> datetime | None:
            """Since when there is something to hear."""

        def retell(self) -> None:
            """Say anew where it stands, from everything heard of it."""

        def _snapshot(self, **said: Any) -> Any:
            """A row of what was said, not added to anything yet."""

    _told = None  # type: tuple[object, tracking.Story] | None

    @property
    def story(self) -> tracking.Story:
        """Everything heard of it, told once; a page asks for it a dozen times."""
        times = [self.heard_at, *(snapshot.heard_at for snapshot in self.snapshots)]
        as_of = max((at for at in times if at), default=None)
        heard = as_of, tuple(snapshot.digest for snapshot in self.snapshots)
        if self._told is None or self._told[0] != heard:
            told = tracking.tell((snapshot.value for snapshot in self.snapshots), as_of)
            self._told = heard, told
        return self._told[1]

    def listen(self, at: datetime) -> None:
        """Be silent from `at` (world time) on, and say when to ask if it stays so."""
        times = [self.begun_at, *(snapshot.heard_at for snapshot in self.snapshots)]
        news_at = max((time for time in times if time), default=at)
        self.poll_at = quiet.asked_next(self.standing, news_at, at, self.id)

    def hear(self, snapshot: Snapshot, via: Via, at: datetime) -> bool:
        """Take in one thing Shippo says of it; True when where it stands has changed."""
        return self.hear_all([snapshot], via, at)

    def hear_all(self, told: Iterable[Snapshot], via: Via, at: datetime) -> bool:
        """Take in whatever Shippo says of it; True when where it stands has changed.

        `at` is world time. What was heard before changes nothing but the time of hearing, unless
        it was from the far future then. Where a job had to ask for what has changed, that is noted.
        """
        self.heard_at, self.heard_via = at, via
        known, before = {old.digest for old in self.snapshots}, (self.standing, self.cause)
        for mark, said in {tracking.digest(snapshot): snapshot for snapshot in told}.items():
            if mark not in known:
                row = self._snapshot(digest=mark, via=via, heard_at=at, body=said.to_json())
                self.snapshots.append(row)
        self.retell()
        moved = (self.standing, self.cause) != before
        if len(self.snapshots) > len(known):
            self.snapshots[-1].repaired = moved and via is Via.POLL
        return moved

    def _restate(self, story: tracking.Story) -> None:
        """Keep what the story says in columns, for lists."""
        self.status = story.now.status if story.now else None
        self.substatus = story.now.substatus if story.now else None
        self.cause = story.cause
        self.eta = story.eta
        self.delivered_at, self.returned_at = story.delivered_at, story.returned_at
