"""Delivery at the merchant's fixed prices: offered without asking a carrier, one label call later.

Instalabel, in Shippo's words: the label is bought by a single call, and what it costs is told
then. `cost` is what it costs as a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from shop.carriers import spoken
from shop.rates import TO_BOXES, Offer, promise
from shop.values import Address, Money
from shop.zones import only_by_post


@dataclass(frozen=True, kw_only=True)
class FixedOption:
    """One way of delivery: what the shopper reads and pays, and how its label is bought.

    `days` are business days in transit, as a rule.
    """

    name: str
    price: Money
    days: int
    account: str
    carrier: str
    carrier_name: str
    service: str
    service_name: str
    cost: Money

    @property
    def bought_as(self) -> str:
        return spoken(self.carrier_name, self.service_name)

    def to_json(self) -> dict[str, Any]:
        plain = {**vars(self), "price_minor": self.price.minor, "cost_minor": self.cost.minor}
        del plain["price"], plain["cost"]
        return {**plain, "currency": self.price.currency}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        told = dict(raw)
        currency = told.pop("currency")
        price = Money(told.pop("price_minor"), currency)
        cost = Money(told.pop("cost_minor"), currency)
        return cls(price=price, cost=cost, **told)


def reaching(options: Sequence[FixedOption], currency: str, to: Address) -> tuple[FixedOption, ...]:
    """Those that can be offered to this address, for goods in this currency."""
    boxed = only_by_post(to)
    return tuple(
        one
        for one in options
        if one.price.currency == currency and (one.carrier in TO_BOXES or not boxed)
    )


def offers(options: Sequence[FixedOption], at: datetime) -> list[Offer]:
    """What the shopper is offered, in the order the merchant gave. `at` is world time."""
    return [_offer(one, at) for one in options]


def _offer(option: FixedOption, at: datetime) -> Offer:
    return Offer(
        rate_id=None,
        carrier_account=option.account,
        name=option.name,
        carrier=option.carrier,
        carrier_name=option.carrier_name,
        service=option.service,
        service_name=option.service_name,
        price=option.price,
        cost=option.cost,
        promise=promise(at, option.days, exact=False),
    )
