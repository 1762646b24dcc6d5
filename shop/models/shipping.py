"""Parcels, the labels bought for them, and what was heard of them since."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from shop.db import Model, Words
from shop.models.heard import Heard, HeardSnapshot
from shop.models.orders import Order, token
from shop.models.rates import RateDecision
from shop.values import (
    Hold,
    IntentState,
    Mode,
    Money,
    Package,
    ParcelState,
    RefundState,
    Standing,
    TransactionStatus,
    Via,
)

if TYPE_CHECKING:
    from shop.models.refunds import Refund

OPEN = tuple(state.value for state in IntentState if state.open)
REFERENCE = "qs1"
UNMOVED = (Standing.NO_LABEL, Standing.LABEL_READY)
"""Where what was cancelled stands, as far as anybody knows."""


def _utcnow() -> datetime:
    return datetime.now(UTC)


class Parcel(Heard, Model):
    """One box on its way to a customer: what one rate pays for, and the unit of truth."""

    __tablename__ = "parcel"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    state: Mapped[ParcelState] = mapped_column(Words(ParcelState), index=True)
    why: Mapped[str] = mapped_column(sa.String(500), default="")
    package: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=_utcnow)

    rate_id: Mapped[str | None] = mapped_column(sa.String(64))
    rate_until: Mapped[datetime | None]
    carrier_account: Mapped[str | None] = mapped_column(sa.String(64))
    requote_at: Mapped[datetime | None] = mapped_column(index=True)
    requotes: Mapped[int] = mapped_column(default=0)
    service: Mapped[str] = mapped_column(sa.String(80), default="")
    carrier: Mapped[str] = mapped_column(sa.String(40), default="")
    carrier_name: Mapped[str] = mapped_column(sa.String(80), default="")
    service_name: Mapped[str] = mapped_column(sa.String(120), default="")
    cost_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3), default="USD")
    price_due_at: Mapped[datetime | None] = mapped_column(index=True)

    transaction_id: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    tracking_number: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    tracking_url: Mapped[str | None] = mapped_column(sa.String(500))
    labelled_at: Mapped[datetime | None]
    labelled_via: Mapped[Via | None] = mapped_column(Words(Via))

    standing: Mapped[Standing] = mapped_column(
        Words(Standing), default=Standing.NO_LABEL, index=True
    )
    watch_at: Mapped[datetime | None] = mapped_column(index=True)

    packed_at: Mapped[datetime | None]
    packed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    handed_at: Mapped[datetime | None]
    handed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    order: Mapped[Order] = relationship(back_populates="parcels")
    intents: Mapped[list[LabelIntent]] = relationship(
        back_populates="parcel", order_by="LabelIntent.id"
    )
    snapshots: Mapped[list[TrackSnapshot]] = relationship(
        back_populates="parcel",
        order_by="TrackSnapshot.id",
        primaryjoin="and_(TrackSnapshot.parcel_id == Parcel.id, TrackSnapshot.refund_id.is_(None))",
    )
    refunds: Mapped[list[Refund]] = relationship(back_populates="parcel", order_by="Refund.id")
    decisions: Mapped[list[RateDecision]] = relationship(order_by="RateDecision.id")

    @property
    def box(self) -> Package:
        return Package(**self.package)

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)

    @property
    def buyable(self) -> bool:
        """Whether it has what a label is bought by: a carrier's rate, or an account."""
        return bool(self.rate_id or self.carrier_account)

    @property
    def estimated(self) -> bool:
        """Whether its cost is what such a label costs as a rule, and not what this one did."""
        if not self.carrier_account:
            return False
        return self.transaction_id is None or self.price_due_at is not None

    @property
    def holds_until(self) -> datetime:
        """Until when its rate can be bought, in world time."""
        return self.rate_until or self.order.quote.run.expires_at

    @property
    def intent(self) -> LabelIntent | None:
        """The newest wish to buy its label."""
        return self.intents[-1] if self.intents else None

    @property
    def refund(self) -> Refund | None:
        """The wish to void the label it has, if there is one that was not refused outright."""
        mine = (r for r in self.refunds if r.transaction_id == self.transaction_id)
        return next((r for r in mine if r.state is not RefundState.FAILED), None)

    def wait_for(self, state: ParcelState, why: str = "") -> None:
        """Wait for a rate or a label, and why; of a cancelled order nothing is waited for."""
        self.state = ParcelState.CANCELLED if self.order.cancelled_at else state
        self.why = why[:500]

    def lose_label(self) -> None:
        """Stand as it did before its label: the label, and what was heard of it, is history."""
        self.wait_for(ParcelState.NEEDS_LABEL)
        self.transaction_id = self.tracking_number = self.tracking_url = None
        self.labelled_at = self.labelled_via = self.heard_at = self.heard_via = None
        self.poll_at = self.price_due_at = None
        self.packed_at = self.packed_by = self.handed_at = self.handed_by = None
        self.retell()

    def retell(self) -> None:
        """Say anew where it stands, from everything heard of the label it has."""
        story = self.story
        before, self.standing = self.standing, Standing.NO_LABEL
        if self.tracking_number:
            self.standing = story.standing
        if before is Standing.CANCELLED and self.standing in UNMOVED:
            self.standing = Standing.CANCELLED
        self._restate(story)

    @property
    def begun_at(self) -> datetime | None:
        return self.labelled_at

    def _snapshot(self, **said: Any) -> TrackSnapshot:
        return TrackSnapshot(**said)


class LabelIntent(Model):
    """One wish to buy one label. The database allows one open wish a parcel.

    Without a rate it is bought by a single call, and its amount may be known only afterwards.
    """

    __tablename__ = "label_intent"
    __table_args__ = (
        sa.Index(
            "uq_label_intent_open_parcel",
            "parcel_id",
            unique=True,
            postgresql_where=sa.text(f"state IN {OPEN}"),
            sqlite_where=sa.text(f"state IN {OPEN}"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    rate_id: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    rate_until: Mapped[datetime | None]
    amount_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    state: Mapped[IntentState] = mapped_column(Words(IntentState), default=IntentState.READY)
    attempt: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    deadline_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    hold: Mapped[Hold | None] = mapped_column(Words(Hold))
    approved_at: Mapped[datetime | None]
    transaction_id: Mapped[str | None] = mapped_column(sa.String(64))
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=_utcnow)
    due_at: Mapped[datetime | None] = mapped_column(index=True)

    parcel: Mapped[Parcel] = relationship(back_populates="intents")
    attempts: Mapped[list[LabelAttempt]] = relationship(order_by="LabelAttempt.id")

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def estimated(self) -> bool:
        """Whether its amount is what such a label costs as a rule: no price was told yet."""
        if self.rate_id is not None:
            return False
        if self.state is IntentState.VOIDED:
            mine = (refund for refund in self.parcel.refunds if refund.intent_id == self.id)
            return any(refund.estimated for refund in mine)
        return self.state is not IntentState.PURCHASED or self.parcel.price_due_at is not None

    @property
    def reference(self) -> str:
        """What we write on the purchase so that we know it again: this wish, this attempt."""
        return f"{REFERENCE}:{self.token}:{self.attempt}"


class LabelAttempt(Model):
    """One POST to Shippo and what came of it. Rows are only ever added."""

    __tablename__ = "label_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    intent_id: Mapped[int] = mapped_column(sa.ForeignKey("label_intent.id"), index=True)
    attempt: Mapped[int]
    fence: Mapped[int]
    verdict: Mapped[str] = mapped_column(sa.String(32))
    detail: Mapped[str] = mapped_column(sa.String(500), default="")
    at: Mapped[datetime] = mapped_column(default=_utcnow)


class ProviderTransaction(Model):
    """A transaction Shippo told us of, ours or not, by whatever way we heard."""

    __tablename__ = "provider_transaction"

    object_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    rate_id: Mapped[str | None] = mapped_column(sa.String(64))
    metadata_text: Mapped[str] = mapped_column("metadata", sa.String(200), default="")
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    status: Mapped[TransactionStatus] = mapped_column(Words(TransactionStatus))
    tracking_number: Mapped[str | None] = mapped_column(sa.String(64))
    intent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("label_intent.id"), index=True)
    seen_via: Mapped[Via] = mapped_column(Words(Via))
    surplus: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime | None] = mapped_column(index=True)
    seen_at: Mapped[datetime] = mapped_column(default=_utcnow)


class LabelFile(Model):
    """The label to print: fetched once, kept here, shown to staff only."""

    __tablename__ = "label_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    transaction_id: Mapped[str] = mapped_column(sa.String(64), unique=True)
    content_type: Mapped[str] = mapped_column(sa.String(60), default="")
    body: Mapped[bytes | None] = deferred(mapped_column(sa.LargeBinary))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    tries: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class TrackSnapshot(HeardSnapshot, Model):
    """One thing Shippo said of a parcel, or of its label that `refund_id` has voided."""

    __tablename__ = "track_snapshot"
    __table_args__ = (sa.UniqueConstraint("parcel_id", "digest"),)

    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refund.id"), index=True)

    parcel: Mapped[Parcel] = relationship(back_populates="snapshots")
