"""Parcels in trouble, and what staff did about it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.db import Model, Words
from shop.models.people import Account
from shop.models.shipping import Parcel
from shop.values import Cause


class Case(Model):
    """One parcel in one kind of trouble, until somebody or better news closes it."""

    __tablename__ = "case"
    __table_args__ = (
        sa.Index(
            "uq_case_open_parcel_cause",
            "parcel_id",
            "cause",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcel.id"), index=True)
    cause: Mapped[Cause] = mapped_column(Words(Cause))
    evidence: Mapped[str] = mapped_column(sa.String(500), default="")
    opened_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC), index=True)
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(sa.String(300), default="")

    parcel: Mapped[Parcel] = relationship()
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="case", order_by="Contact.id.desc()"
    )

    @property
    def open(self) -> bool:
        return self.closed_at is None


class Contact(Model):
    """A word with the carrier about a case: who, when, how, and what was said."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    how: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))

    case: Mapped[Case] = relationship(back_populates="contacts")
    account: Mapped[Account] = relationship()
