"""What delivery costs and how long it takes, and what is decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.values.money import Money


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
class RateAnswer:
    """Everything one rate request brought back: offers, and what each refusing carrier said."""

    shipment: str
    rates: list[Rate]
    messages: list[str]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The days between which we say a parcel arrives."""

    first: date
    last: date
