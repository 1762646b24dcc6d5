"""A label: the shop's choices, the wish to buy it, and what Shippo says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shop.values.money import Money
from shop.values.parcels import Address, Package


class LabelWhen(StrEnum):
    """The shop's choice: when a label is bought."""

    ON_ORDER = "on_order"
    BY_HAND = "by_hand"


class LabelFormat(StrEnum):
    """The shop's choice: what kind of file labels are asked for as."""

    PDF_4X6 = "pdf_4x6"
    PDF_A4 = "pdf_a4"
    PDF_LETTER = "pdf_letter"
    PNG = "png"
    ZPL = "zpl"


class IntentState(StrEnum):
    """The life of one wish to buy one label (docs/reliability.md)."""

    READY = "ready"
    SENDING = "sending"
    UNKNOWN = "unknown"
    PENDING = "pending"
    NEEDS_REVIEW = "needs_review"
    PURCHASED = "purchased"
    FAILED = "failed"
    RELEASED = "released"
    VOIDED = "voided"

    @property
    def open(self) -> bool:
        return self not in {IntentState.FAILED, IntentState.RELEASED, IntentState.VOIDED}

    @property
    def awaited(self) -> bool:
        """Whether it was sent, and a label may still come of it."""
        return self in {
            IntentState.SENDING,
            IntentState.UNKNOWN,
            IntentState.PENDING,
            IntentState.NEEDS_REVIEW,
        }


class Hold(StrEnum):
    """Why a wish to buy a label is not sent yet: it would spend more than was agreed."""

    APPROVAL = "approval"
    CAP = "cap"


@dataclass(frozen=True, kw_only=True)
class Instalabel:
    """What is bought by a single call: a parcel, by a service of an account. It has no rate."""

    to: Address
    package: Package
    account: str
    service: str


class TransactionStatus(StrEnum):
    WAITING = "WAITING"
    QUEUED = "QUEUED"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    REFUNDED = "REFUNDED"
    REFUNDPENDING = "REFUNDPENDING"
    REFUNDREJECTED = "REFUNDREJECTED"
    OTHER = "OTHER"

    @property
    def undecided(self) -> bool:
        return self in {TransactionStatus.WAITING, TransactionStatus.QUEUED}

    @property
    def voided(self) -> bool:
        """Whether its money was asked back, whatever came of it."""
        return self in {
            TransactionStatus.REFUNDPENDING,
            TransactionStatus.REFUNDED,
            TransactionStatus.REFUNDREJECTED,
        }


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """A label at Shippo, in whatever state it is. Its price is told where no rate was known."""

    id: str
    status: TransactionStatus
    rate: str | None
    metadata: str
    tracking_number: str | None = None
    tracking_url: str | None = None
    label_url: str | None = None
    messages: list[str] = field(default_factory=list)
    raw_status: str = ""
    created: datetime | None = None
    price: Money | None = None

    @property
    def complete(self) -> bool:
        return self.status is TransactionStatus.SUCCESS and bool(self.tracking_number)
