"""The words and measures of the trade: no database, no network."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Self

MINOR_UNITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0}
"""Currencies whose smallest unit is not a hundredth (ISO 4217)."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in whole minor units (cents) of one currency."""

    minor: int
    currency: str = "USD"

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Self:
        """Read a decimal amount, as providers write it, rounding half up to a minor unit."""
        exponent = MINOR_UNITS.get(currency, 2)
        scaled = Decimal(amount).scaleb(exponent)
        return cls(int(scaled.quantize(Decimal(1), ROUND_HALF_UP)), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-MINOR_UNITS.get(self.currency, 2))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor


class Role(StrEnum):
    CUSTOMER = "customer"
    VIEWER = "viewer"
    PACKER = "packer"
    ADMIN = "admin"


class Permission(StrEnum):
    SEE_DESK = "see_desk"
    SEE_LABELS = "see_labels"
    BUY_LABELS = "buy_labels"
    WORK_CASES = "work_cases"
    MANAGE_SETTINGS = "manage_settings"
    APPROVE_SPENDING = "approve_spending"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(),
    Role.VIEWER: frozenset({Permission.SEE_DESK}),
    Role.PACKER: frozenset(Permission) - {Permission.MANAGE_SETTINGS, Permission.APPROVE_SPENDING},
    Role.ADMIN: frozenset(Permission),
}


class Mode(StrEnum):
    """Whether a thing was made with a test key or a live one; the two never mix."""

    TEST = "test"
    LIVE = "live"


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


class Hold(StrEnum):
    """Why a wish to buy a label is not sent yet: it would spend more than was agreed."""

    APPROVAL = "approval"
    CAP = "cap"


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


class ParcelState(StrEnum):
    """What *we* have done with a parcel; where it *is* stands in Standing."""

    NEEDS_RATE = "needs_rate"
    NEEDS_LABEL = "needs_label"
    BUYING = "buying"
    UNKNOWN = "unknown"
    LABELLED = "labelled"
    CANCELLED = "cancelled"


class Via(StrEnum):
    """How we came to hear something."""

    ANSWER = "answer"
    WEBHOOK = "webhook"
    POLL = "poll"
    LIST = "list"
    PERSON = "person"


class Act(StrEnum):
    """What staff do that is written down with their name."""

    CHECK = "check"
    ADOPT = "adopt"
    RELEASE = "release"
    PRINT = "print"
    VOID = "void"
    REFUND = "refund"
    KEEP = "keep"
    NOTE = "note"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


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


class RefundStatus(StrEnum):
    QUEUED = "QUEUED"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    OTHER = "OTHER"


class TrackingStatus(StrEnum):
    UNKNOWN = "UNKNOWN"
    PRE_TRANSIT = "PRE_TRANSIT"
    TRANSIT = "TRANSIT"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    FAILURE = "FAILURE"
    OTHER = "OTHER"

    @property
    def rank(self) -> int:
        return list(TrackingStatus).index(self)


class Standing(StrEnum):
    """Where a parcel is, in one word for lists and headlines."""

    NO_LABEL = "no_label"
    LABEL_READY = "label_ready"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    ATTENTION = "attention"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in {Standing.DELIVERED, Standing.RETURNED, Standing.CANCELLED}


class Cause(StrEnum):
    """Why a parcel needs a person."""

    DELIVERY_FAILED = "delivery_failed"
    LOST = "lost"
    DAMAGED = "damaged"
    ADDRESS_ISSUE = "address_issue"
    ATTEMPTED = "attempted"
    HELD = "held"
    PICKUP = "pickup"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    OTHER = "other"


class Milestone(StrEnum):
    LABEL_READY = "label_ready"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    EXCEPTION = "exception"


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNSURE = "unsure"


class EventState(StrEnum):
    """What became of a webhook we were sent."""

    NEW = "new"
    DONE = "done"
    UNMATCHED = "unmatched"
    WRONG_MODE = "wrong_mode"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"


class QuoteSource(StrEnum):
    """Where prices came from: carriers, the merchant's fixed ones, or our table in their stead."""

    LIVE = "live"
    FIXED = "fixed"
    FALLBACK = "fallback"


class LeftOut(StrEnum):
    """Why a carrier's rate is not offered."""

    DEARER = "dearer"
    CURRENCY = "currency"
    UNREACHED = "unreached"


class Verdict(StrEnum):
    """What was decided when a parcel's rate had to be asked for again."""

    SAME = "same"
    ABSORBED = "absorbed"
    SWAPPED = "swapped"
    ASKED = "asked"
    CHOSEN = "chosen"

    @property
    def taken(self) -> bool:
        return self is not Verdict.ASKED


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address, with the person who answers the door."""

    name: str
    street1: str
    city: str
    state: str
    zip: str
    country: str
    street2: str = ""
    company: str = ""
    phone: str = ""
    email: str = ""

    @property
    def lines(self) -> list[str]:
        """The address as it stands on an envelope."""
        town = f"{self.city}, {self.state} {self.zip}" if self.country == "US" else ""
        street = ", ".join(filter(None, [self.street1, self.street2]))
        return [
            line
            for line in (self.name, self.company, street, town or f"{self.zip} {self.city}")
            if line
        ]

    def to_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A packed box: millimetres and grams, packing included."""

    box: str
    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One carrier's offer for a parcel, as Shippo quoted it."""

    id: str
    carrier: str
    carrier_name: str
    service: str
    service_name: str
    price: Money
    days: int | None
    arrives_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """One of a carrier's services: Shippo's word for it, and its name."""

    token: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CarrierAccount:
    """An account at Shippo that labels can be bought on, and the services it sells."""

    id: str
    carrier: str
    carrier_name: str
    services: tuple[Service, ...]


@dataclass(frozen=True, kw_only=True)
class Instalabel:
    """What is bought by a single call: a parcel, by a service of an account. It has no rate."""

    to: Address
    package: Package
    account: str
    service: str


@dataclass(frozen=True, kw_only=True)
class RateAnswer:
    """Everything one rate request brought back: offers, and what each refusing carrier said."""

    shipment: str
    rates: list[Rate]
    messages: list[str]


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


@dataclass(frozen=True, kw_only=True)
class ToldRefund:
    """A refund at Shippo, and of which label."""

    id: str
    transaction: str
    status: RefundStatus


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One line of a parcel's history, with the carrier's clock and Shippo's."""

    status: TrackingStatus
    substatus: str | None = None
    action_required: bool = False
    at: datetime | None = None
    ingested: datetime | None = None
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    details: str = ""

    @property
    def place(self) -> str:
        return ", ".join(filter(None, [self.city, self.state or self.country]))

    @property
    def likeness(self) -> tuple[str, ...]:
        """What makes two scans the same event, whatever id or date they come with."""
        return (self.status, self.substatus or "", self.place, self.details)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": _iso(self.at), "ingested": _iso(self.ingested)}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        words = {
            "status": TrackingStatus(raw["status"]),
            "at": _when(raw["at"]),
            "ingested": _when(raw["ingested"]),
        }
        return cls(**{**raw, **words})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything Shippo knew of a parcel at one moment: its status and its whole history."""

    carrier: str
    number: str
    transaction: str | None = None
    status: Scan | None = None
    history: tuple[Scan, ...] = ()
    eta: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "carrier": self.carrier,
            "number": self.number,
            "transaction": self.transaction,
            "status": self.status.to_json() if self.status else None,
            "history": [scan.to_json() for scan in self.history],
            "eta": _iso(self.eta),
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        return cls(
            carrier=raw["carrier"],
            number=raw["number"],
            transaction=raw["transaction"],
            status=Scan.from_json(raw["status"]) if raw["status"] else None,
            history=tuple(Scan.from_json(scan) for scan in raw["history"]),
            eta=_when(raw["eta"]),
        )


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The days between which we say a parcel arrives."""

    first: date
    last: date
