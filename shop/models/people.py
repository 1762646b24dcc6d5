"""People and their sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Model, Words
from shop.values import PERMISSIONS, Permission, Role

hasher = PasswordHasher()


class Account(Model):
    """Somebody who can sign in: a customer, or staff by their role."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[Role] = mapped_column(Words(Role), default=Role.CUSTOMER)
    demo: Mapped[bool] = mapped_column(default=False)
    mail_updates: Mapped[bool | None]
    text_updates: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))

    is_authenticated = True
    is_anonymous = False
    is_active = True

    def get_id(self) -> str:
        """Flask-Login's name for a person."""
        return str(self.id)

    def can(self, permission: Permission | str) -> bool:
        return Permission(permission) in PERMISSIONS[self.role]

    def set_password(self, password: str) -> None:
        self.password_hash = hasher.hash(password)

    def knows(self, password: str) -> bool:
        """Whether this is their password."""
        return matches(self.password_hash, password)


def matches(password_hash: str, password: str) -> bool:
    """Check a password in argon2's own time; a wrong one and a broken hash are both False."""
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, ValueError):
        return False


class WebSession(Model):
    """One browser's visit. The cookie holds a random id, this row its hash and what we know."""

    __tablename__ = "web_session"

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)
