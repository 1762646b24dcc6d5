"""What the shopper pays for delivery and when it arrives: our rules over carriers' offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shop.values import Address, Money, Package, Promise, Rate

HOME = ZoneInfo("America/Los_Angeles")
CUTOFF_HOUR = 14
FREE_FROM = Money(120_00)
NO_ESTIMATE_DAYS = 5
STANDARD_DAYS = 4
NEAR = timedelta(hours=4)
"""So close to the cutoff the shopper is told of it."""
FAR_STATES = frozenset({"AK", "HI", "PR", "GU", "VI", "AS", "MP", "AA", "AE", "AP"})
SHIPS_TO = ("US",)

SENDER = Address(
    name="Quayside",
    company="Quayside",
    street1="1200 Dock St",
    city="Tacoma",
    state="WA",
    zip="98402",
    country="US",
    phone="+12535550100",
    email="hello@quayside.test",
)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A delivery option for the shopper. `cost` is what the label costs us, when known."""

    rate_id: str | None
    carrier: str
    carrier_name: str
    service: str
    service_name: str
    price: Money
    cost: Money | None
    promise: Promise
    was: Money | None = None
    arrives_by: str | None = None
    badge: str = ""


def offers(rates: Sequence[Rate], goods: Money, to: Address, now: datetime) -> list[Offer]:
    """Carriers' rates as the shopper sees them: no doubles, cheapest first, freed, badged.

    A rate in another currency than the goods is left out: the two must never be added.
    """
    cheapest: dict[str, Rate] = {}
    for rate in sorted(rates, key=lambda rate: rate.price.minor):
        if rate.price.currency == goods.currency:
            cheapest.setdefault(rate.service, rate)
    found = [
        Offer(
            rate_id=rate.id,
            carrier=rate.carrier,
            carrier_name=rate.carrier_name,
            service=rate.service,
            service_name=rate.service_name,
            price=rate.price,
            cost=rate.price,
            promise=promise(now, rate.days, exact=bool(rate.arrives_by)),
            arrives_by=rate.arrives_by,
        )
        for rate in cheapest.values()
    ]
    return _badged(_freed(found, goods, to))


def fallback(package: Package, goods: Money, to: Address, now: datetime) -> list[Offer]:
    """Our own fixed rates, for when no carrier can be asked. No label is priced by them."""
    standard, express = _fallback_prices(package.weight_g)
    found = [
        _fixed("standard", "Standard delivery", standard, usual(now)),
        _fixed("express", "Express delivery", express, promise(now, 2, exact=False)),
    ]
    return _badged(_freed(found, goods, to))


def free_delivery(goods: Money, to: Address | None) -> bool:
    """Standard delivery is free from FREE_FROM, after discounts, within the 48 states."""
    return goods.minor >= FREE_FROM.minor and (to is None or to.state not in FAR_STATES)


def promise(now: datetime, days: int | None, *, exact: bool) -> Promise:
    """The days between which a parcel handed over next arrives. `now` is world time."""
    first = business_days_after(ship_day(now), NO_ESTIMATE_DAYS if days is None else days)
    slack = 0 if exact or days == 1 else 1
    return Promise(first=first, last=business_days_after(first, slack))


def usual(now: datetime) -> Promise:
    """When standard delivery arrives as a rule, where no address is known yet."""
    return promise(now, STANDARD_DAYS, exact=False)


def time_left(now: datetime) -> timedelta | None:
    """How long until today's parcels leave; None when today's have left or none do."""
    local = now.astimezone(HOME)
    if ship_day(now) != local.date():
        return None
    return local.replace(hour=CUTOFF_HOUR, minute=0, second=0, microsecond=0) - local


def ship_day(now: datetime) -> date:
    """The day a parcel leaves Tacoma when it is ordered now: today until 2 pm, Monday to Friday."""
    local = now.astimezone(HOME)
    day = local.date()
    if local.hour >= CUTOFF_HOUR:
        day += timedelta(days=1)
    return business_days_after(day, 0)


def business_days_after(day: date, count: int) -> date:
    """`count` business days later; the day itself, or the Monday after, for zero."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day


def _fixed(service: str, name: str, price: Money, arrives: Promise) -> Offer:
    return Offer(
        rate_id=None,
        carrier="",
        carrier_name="",
        service=service,
        service_name=name,
        price=price,
        cost=None,
        promise=arrives,
    )


def _fallback_prices(weight_g: int) -> tuple[Money, Money]:
    if weight_g <= 1_000:
        return Money(7_90), Money(19_90)
    if weight_g <= 5_000:
        return Money(11_90), Money(28_90)
    return Money(19_90), Money(49_90)


def _freed(found: list[Offer], goods: Money, to: Address) -> list[Offer]:
    if not found or not free_delivery(goods, to):
        return found
    cheapest = min(found, key=lambda offer: offer.price.minor)
    free = replace(cheapest, price=Money(0, goods.currency), was=cheapest.price)
    return [free if offer is cheapest else offer for offer in found]


def _badged(found: list[Offer]) -> list[Offer]:
    """One badge a row: the lowest price on the list, and the earliest day when one row has it."""
    if len(found) < 2:
        return found
    cheapest = min(found, key=lambda offer: offer.price.minor)
    earliest = min(offer.promise.last for offer in found)
    soonest = [offer for offer in found if offer.promise.last == earliest]
    fastest = min(soonest, key=lambda offer: offer.price.minor)
    badges = {id(fastest): "fastest", id(cheapest): "cheapest"}
    return [replace(offer, badge=badges.get(id(offer), "")) for offer in found]
