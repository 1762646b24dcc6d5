"""What others say of our setup: Shippo of our webhooks and the time, the mail server of itself.

Asked when somebody presses a button, and kept, so that no page waits for anybody.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

from shop.db import session
from shop.gateways.errors import GatewayError
from shop.models import ShopSetting
from shop.outside import gateways, mode


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A webhook as Shippo has it."""

    event: str
    url: str
    active: bool
    test: bool | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came back and when, in machine time; `trouble` and `post` are what went wrong."""

    at: datetime
    hooks: tuple[Hook, ...] = ()
    skew_s: float | None = None
    trouble: str = ""
    post: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        hooks = tuple(Hook(**hook) for hook in raw["hooks"])
        return cls(**{**raw, "at": datetime.fromisoformat(raw["at"]), "hooks": hooks})


def last() -> Asked | None:
    """What was answered the last time, in the mode we are in."""
    row = session.get(ShopSetting, _name())
    return Asked.from_json(row.value) if row else None


def ask() -> Asked:
    """Ask Shippo and the mail server now, and keep what they say. Commits, and asks idle."""
    session.commit()
    hooks, skew_s, trouble = _shippo()
    found = Asked(
        at=datetime.now(UTC), hooks=hooks, skew_s=skew_s, trouble=trouble, post=_mail_server()
    )
    session.merge(ShopSetting(name=_name(), value=found.to_json()))
    session.commit()
    return found


def _shippo() -> tuple[tuple[Hook, ...], float | None, str]:
    begun = datetime.now(UTC)
    try:
        hooks, there = gateways.shippo.look()
    except GatewayError as error:
        return (), None, str(error)
    middle = begun + (datetime.now(UTC) - begun) / 2
    told = tuple(Hook(event=h.event, url=h.url, active=h.active, test=h.test) for h in hooks)
    return told, (there - middle).total_seconds() if there else None, ""


def _mail_server() -> str:
    try:
        gateways.mail.greet()
    except GatewayError as error:
        return str(error)
    return ""


def _name() -> str:
    return f"setup_{mode()}"
