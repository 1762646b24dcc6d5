"""What was decided when a rate had to be asked for again, and whether its source answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Model, Words
from shop.models.orders import Quote, QuoteRun
from shop.models.people import Account
from shop.values import Money, Verdict


class RateDecision(Model):
    """One decision about a parcel's rate: what was agreed, what it is now. Only ever added."""

    __tablename__ = "rate_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("quote_run.id"))
    at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    cause: Mapped[str] = mapped_column(sa.String(300), default="")
    verdict: Mapped[Verdict] = mapped_column(Words(Verdict))
    was_title: Mapped[str] = mapped_column(sa.String(200), default="")
    was_service: Mapped[str] = mapped_column(sa.String(80), default="")
    was_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    quote_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quote.id"))
    now_minor: Mapped[int | None]
    policy: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    run: Mapped[QuoteRun] = relationship()
    quote: Mapped[Quote | None] = relationship()
    account: Mapped[Account | None] = relationship()

    @property
    def was(self) -> Money:
        return Money(self.was_minor, self.currency)

    @property
    def now(self) -> Money | None:
        return None if self.now_minor is None else Money(self.now_minor, self.currency)


class Circuit(Model):
    """Whether a service outside answers: open after failures in a row, tried anew when due."""

    __tablename__ = "circuit"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
