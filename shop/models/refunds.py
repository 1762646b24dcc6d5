"""Labels whose money was asked back, and everything that was known of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Model, Words
from shop.models.people import Account
from shop.models.shipping import Parcel, TrackSnapshot
from shop.values import Mode, Money, RefundState

ONE = tuple(
    state.value for state in RefundState if state not in {RefundState.REJECTED, RefundState.FAILED}
)


class Refund(Model):
    """One wish to void one label. The database allows one a transaction, open or granted.

    `label` keeps what the parcel knew of its label, for the desk and for taking it back.
    """

    __tablename__ = "refund"
    __table_args__ = (
        sa.Index(
            "uq_refund_one_transaction",
            "transaction_id",
            unique=True,
            postgresql_where=sa.text(f"state IN {ONE}"),
            sqlite_where=sa.text(f"state IN {ONE}"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[str] = mapped_column(sa.String(64), index=True)
    parcel_id: Mapped[int | None] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    intent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("label_intent.id"))
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    state: Mapped[RefundState] = mapped_column(Words(RefundState), default=RefundState.WANTED)
    refund_id: Mapped[str | None] = mapped_column(sa.String(64))
    fence: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    sent_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    filed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    label: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tracking_number: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    amount_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3), default="USD")

    parcel: Mapped[Parcel | None] = relationship(back_populates="refunds")
    account: Mapped[Account | None] = relationship()
    snapshots: Mapped[list[TrackSnapshot]] = relationship(
        order_by="TrackSnapshot.id", overlaps="snapshots"
    )

    @property
    def amount(self) -> Money | None:
        """What comes back, where it is known."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def estimated(self) -> bool:
        """Whether that is what such a label costs as a rule: its price was not told before."""
        return bool(self.label.get("estimated"))

    @property
    def taken(self) -> bool:
        """Whether the parcel has lost this label to it, and not been given it back."""
        return self.parcel_id is not None and self.filed_at is not None and self.kept_at is None

    @property
    def used(self) -> bool:
        """Whether the label went to a carrier all the same, or the carrier says so."""
        return self.taken and (self.state is RefundState.REJECTED or self.used_at is not None)

    @property
    def asks(self) -> bool:
        """Whether somebody should look at it, and nobody has said that they did."""
        return self.used and self.seen_at is None
