"""Who printed which label, and when: to print again is free, and packers want to know."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from shop.db import session
from shop.models import Account, AuditEntry
from shop.values import Act

PREFIX = "label:"


def mark(transaction_id: str, who: Account) -> None:
    """Write down that somebody printed this label."""
    subject = f"{PREFIX}{transaction_id}"
    session.add(AuditEntry(account_id=who.id, act=Act.PRINT, subject=subject))


def of(transaction_ids: Iterable[str | None]) -> dict[str, list[AuditEntry]]:
    """The prints of some labels, oldest first, by transaction, in one question."""
    wanted = [f"{PREFIX}{known}" for known in transaction_ids if known]
    if not wanted:
        return {}
    found = sa.select(AuditEntry).where(AuditEntry.subject.in_(wanted), AuditEntry.act == Act.PRINT)
    told: dict[str, list[AuditEntry]] = {}
    for entry in session.scalars(
        found.options(joinedload(AuditEntry.account)).order_by(AuditEntry.id)
    ):
        told.setdefault(entry.subject.removeprefix(PREFIX), []).append(entry)
    return told
