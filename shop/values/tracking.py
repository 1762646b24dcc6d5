"""Where a parcel is: carriers' words for it, and ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


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
    DISPOSED = "disposed"
    DAMAGED = "damaged"
    ADDRESS_ISSUE = "address_issue"
    ATTEMPTED = "attempted"
    HELD = "held"
    PICKUP = "pickup"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    OTHER = "other"
    CUSTOMS = "customs"
    NOT_DELIVERED = "not_delivered"
    STALLED = "stalled"
    NEVER_SCANNED = "never_scanned"
    LATE = "late"

    @property
    def silent(self) -> bool:
        """Whether it is nobody's word but that there is none: what shop/stalls.py finds."""
        return self in SILENT


SILENT = frozenset(
    {Cause.CUSTOMS, Cause.NOT_DELIVERED, Cause.STALLED, Cause.NEVER_SCANNED, Cause.LATE}
)


class Delay(StrEnum):
    """Why a carrier came to name another day, as far as its scans tell."""

    WEATHER = "weather"
    CUSTOMS = "customs"
    DAMAGED = "damaged"
    ADDRESS = "address"
    ATTEMPTED = "attempted"
    RESCHEDULED = "rescheduled"
    HELD = "held"
    DELAYED = "delayed"
    SILENCE = "silence"
    UNSAID = "unsaid"


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
        return {**vars(self), "at": _iso(self.at), "ingested": _iso(self.ingested)}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        words = {
            "status": TrackingStatus(raw["status"]),
            "at": _when(raw["at"]),
            "ingested": _when(raw["ingested"]),
        }
        return cls(**{**raw, **words})


@dataclass(frozen=True, kw_only=True)
class Eta:
    """A day of arrival a carrier named, and when Shippo knew of it, where that was told."""

    at: datetime
    named_at: datetime | None


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
