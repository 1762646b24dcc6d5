"""What to do when a price has drifted since it was agreed: the merchant's policy, applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, Self, TypeVar

from shop.values import Money, Promise, Verdict

A_DOLLAR = Money(1_00)


class Offered(Protocol):
    """An offer as far as the policy cares."""

    @property
    def service(self) -> str: ...

    @property
    def price(self) -> Money: ...

    @property
    def promise(self) -> Promise: ...


Some = TypeVar("Some", bound=Offered)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How far a label may cost more than was agreed before somebody is asked.

    An increase is absorbed up to `absorb` and up to `percent` of the price agreed, both. `swap`
    allows another service that is as quick and costs no more than was agreed.
    """

    absorb: Money = A_DOLLAR
    percent: int = 5
    swap: bool = True

    def absorbs(self, was: Money, now: Money) -> bool:
        more = (now - was).minor
        least = self.absorb.currency == now.currency and more <= self.absorb.minor
        return least and more * 100 <= self.percent * was.minor

    def to_json(self) -> dict[str, Any]:
        return {
            "absorb_minor": self.absorb.minor,
            "currency": self.absorb.currency,
            "percent": self.percent,
            "swap": self.swap,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        absorb = Money(raw["absorb_minor"], raw["currency"])
        return cls(absorb=absorb, percent=raw["percent"], swap=raw["swap"])


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What was agreed: a service, or none yet named; its price; and the day promised by.

    `quick` is the day the same service would arrive if it left next: what counts when the day
    promised cannot be kept by anybody any more.
    """

    service: str | None
    price: Money
    by: date
    quick: date


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[Some]):
    """The verdict, and the offer to take; none when a person has to choose."""

    verdict: Verdict
    offer: Some | None = None


def decide(policy: Policy, agreed: Agreed, offers: Sequence[Some]) -> Decision[Some]:
    """What the policy makes of today's offers. One in another currency is never taken."""
    found = [offer for offer in offers if offer.price.currency == agreed.price.currency]
    same = _same(agreed, found)
    if same is not None and same.price.minor <= agreed.price.minor:
        return Decision(verdict=Verdict.SAME, offer=same)
    if same is not None and policy.absorbs(agreed.price, same.price):
        return Decision(verdict=Verdict.ABSORBED, offer=same)
    other = _cheapest(_as_quick(agreed, found))
    if policy.swap and other is not None and other.price.minor <= agreed.price.minor:
        return Decision(verdict=Verdict.SWAPPED, offer=other)
    return Decision(verdict=Verdict.ASKED)


def _same(agreed: Agreed, offers: Sequence[Some]) -> Some | None:
    """The service agreed; where none was named, the cheapest that keeps the day."""
    if agreed.service is None:
        return _cheapest(_as_quick(agreed, offers))
    return next((offer for offer in offers if offer.service == agreed.service), None)


def _as_quick(agreed: Agreed, offers: Sequence[Some]) -> list[Some]:
    """Those that keep the day promised; when none can, those as quick as what was agreed."""
    keeping = [offer for offer in offers if offer.promise.last <= agreed.by]
    return keeping or [offer for offer in offers if offer.promise.last <= agreed.quick]


def _cheapest(offers: Sequence[Some]) -> Some | None:
    return min(offers, key=lambda offer: offer.price.minor, default=None)
