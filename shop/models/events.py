"""What machines told us, what the clock has done, and what the shop has chosen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from shop.db import Model, Words
from shop.models.people import Account
from shop.values import Act, EventState


class WebhookEvent(Model):
    """One thing a webhook said, kept to the byte; said again, it is counted here."""

    __tablename__ = "webhook_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    event: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary))
    proof: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[EventState] = mapped_column(Words(EventState), default=EventState.NEW)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    subject: Mapped[str] = mapped_column(sa.String(120), default="", server_default="", index=True)
    parcel_id: Mapped[int | None] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    seen: Mapped[int] = mapped_column(default=1)
    tries: Mapped[int] = mapped_column(default=0)
    first_seen_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC), index=True)
    last_seen_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class AuditEntry(Model):
    """Something staff did that they may be asked about. Rows are only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    act: Mapped[Act] = mapped_column(Words(Act))
    subject: Mapped[str] = mapped_column(sa.String(80), index=True)
    note: Mapped[str] = mapped_column(sa.String(500), default="")

    account: Mapped[Account] = relationship()


class Slot(Model):
    """A turn of a periodic task, taken by one clock process however many there are."""

    __tablename__ = "slot"

    task: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    slot: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


class ShopSetting(Model):
    """Something the merchant chose on the settings page."""

    __tablename__ = "shop_setting"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[dict[str, Any]]
