"""Parcels of somebody else's that staff follow: a customer's return, a supplier's delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Model, Words
from shop.models.heard import Heard, HeardSnapshot
from shop.models.people import Account
from shop.values import Mode, Standing


class FollowedParcel(Heard, Model):
    """A carrier's number that was not bought here. Its times are world time, but `asked_at`.

    `registered_at` is when Shippo took it that we want to be told, `asked_at` (machine time) when
    it was asked last, and `why` what came in between.
    """

    __tablename__ = "followed_parcel"
    __table_args__ = (sa.UniqueConstraint("carrier", "tracking_number", "mode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    carrier: Mapped[str] = mapped_column(sa.String(40))
    tracking_number: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(120))
    reference: Mapped[str] = mapped_column(sa.String(40), default="")
    followed_at: Mapped[datetime]
    followed_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    stopped_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    registered_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(sa.String(300), default="")
    standing: Mapped[Standing] = mapped_column(Words(Standing), default=Standing.LABEL_READY)

    account: Mapped[Account] = relationship()
    snapshots: Mapped[list[FollowedSnapshot]] = relationship(
        back_populates="parcel", order_by="FollowedSnapshot.id", cascade="all, delete-orphan"
    )

    @property
    def begun_at(self) -> datetime | None:
        return self.followed_at

    def retell(self) -> None:
        """Say anew where it stands, from everything heard of it."""
        self.standing = self.story.standing
        self._restate(self.story)

    def listen(self, at: datetime) -> None:
        """As any parcel; what is followed no more is not asked after."""
        super().listen(at)
        if self.stopped_at is not None:
            self.poll_at = None

    def _snapshot(self, **said: Any) -> FollowedSnapshot:
        return FollowedSnapshot(**said)


class FollowedSnapshot(HeardSnapshot, Model):
    """One thing Shippo said of it."""

    __tablename__ = "followed_snapshot"
    __table_args__ = (sa.UniqueConstraint("followed_id", "digest"),)

    followed_id: Mapped[int] = mapped_column(sa.ForeignKey("followed_parcel.id"), index=True)

    parcel: Mapped[FollowedParcel] = relationship(back_populates="snapshots")
