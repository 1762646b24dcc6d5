"""A label's money asked back: our wish, and what Shippo says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefundState(StrEnum):
    """The life of one wish to void one label (docs/reliability.md)."""

    WANTED = "wanted"
    SENDING = "sending"
    UNKNOWN = "unknown"
    FILED = "filed"
    GRANTED = "granted"
    REJECTED = "rejected"
    FAILED = "failed"

    @property
    def asked(self) -> bool:
        """Whether Shippo was not heard to have it yet."""
        return self in {RefundState.WANTED, RefundState.SENDING, RefundState.UNKNOWN}

    @property
    def settled(self) -> bool:
        return self in {RefundState.GRANTED, RefundState.REJECTED}


class RefundStatus(StrEnum):
    QUEUED = "QUEUED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    OTHER = "OTHER"


@dataclass(frozen=True, kw_only=True)
class ToldRefund:
    """A refund at Shippo, and of which label."""

    id: str
    transaction: str
    status: RefundStatus
