"""What we tell customers: one row for every decision to say something, or not to."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Model, Words
from shop.models.orders import token
from shop.models.shipping import Parcel
from shop.values import Channel, Mark, MessageState, Milestone

RECEIPTS = {
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.UNDELIVERED,
    "failed": MessageState.FAILED,
}
"""Twilio's words for what became of a text; those before `sent` tell us nothing new."""

VOIDED = "void-"
"""How the cause begins of what was said of a label that has been voided since."""

TERMINAL = {MessageState.DELIVERED, MessageState.UNDELIVERED, MessageState.FAILED}


class Message(Model):
    """One thing said to one person by one channel, exactly once, or the reason it was not."""

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("parcel_id", "milestone", "cause", "channel", "recipient"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    milestone: Mapped[Milestone] = mapped_column(Words(Milestone))
    cause: Mapped[str] = mapped_column(sa.String(32), default="")
    channel: Mapped[Channel] = mapped_column(Words(Channel))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    state: Mapped[MessageState] = mapped_column(Words(MessageState), index=True)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    provider_id: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    receipt: Mapped[str] = mapped_column(sa.String(32), default="")
    tries: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    sent_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)

    parcel: Mapped[Parcel] = relationship()

    @property
    def mark(self) -> Mark:
        """What it is about."""
        return Mark(self.milestone, self.cause)

    @property
    def voided_by(self) -> int | None:
        """The refund that has taken the label it is about, if one has."""
        if not self.cause.startswith(VOIDED):
            return None
        return int(self.cause.removeprefix(VOIDED).partition(":")[0])

    def void(self, refund_id: int) -> None:
        """Speak for the label that this refund takes: of another the customer hears anew."""
        self.cause = f"{VOIDED}{refund_id}:{self.cause}".rstrip(":")
        if self.state is MessageState.QUEUED:
            self.state, self.due_at = MessageState.SUPPRESSED, None
            self.reason = "The label was voided before this was sent."

    def unvoid(self) -> None:
        """Speak for the label the parcel has: it was taken back into use."""
        self.cause = self.cause.partition(":")[2]

    def settle(self, word: str, code: str = "") -> bool:
        """Take in a receipt from Twilio; a later word never undoes a final one."""
        self.receipt = self.receipt if self.state in TERMINAL else word[:32]
        state = RECEIPTS.get(word)
        if state is None or self.state in TERMINAL:
            return False
        self.state = state
        self.due_at = None
        self.reason = f"Twilio error {code}"[:300] if code else ""
        return True
