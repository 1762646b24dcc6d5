"""What the shopper pays for delivery and when it arrives: our rules over carriers' offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from shop.calendars import HOME as HOME
from shop.calendars import business_days_after, business_days_between
from shop.values import Address, LeftOut, Money, Package, Promise, Rate
from shop.zones import FAR_STATES, Zone, only_by_post, zone

CUTOFF_HOUR = 14
FREE_FROM = Money(120_00)
NO_ESTIMATE_DAYS = 5
STANDARD_DAYS = 4
NEAR = timedelta(hours=4)
"""So close to the cutoff the shopper is told of it."""
SHIPS_TO = ("US",)

TO_BOXES = frozenset({"usps"})
"""Carriers that bring parcels to post office boxes and to the forces."""

# Our own prices in cents: up to so many grams, standard and express. Nobody flies to the forces.
OWN_PRICES = {
    Zone.NEAR: ((1_000, 7_90, 19_90), (5_000, 11_90, 28_90), (None, 19_90, 49_90)),
    Zone.FAR: ((1_000, 9_90, 26_90), (5_000, 16_90, 42_90), (None, 29_90, 74_90)),
    Zone.BEYOND: ((1_000, 14_90, 39_90), (5_000, 29_90, 69_90), (None, 59_90, 119_90)),
    Zone.FORCES: ((1_000, 9_90, None), (5_000, 16_90, None), (None, 29_90, None)),
}
OWN_DAYS = {Zone.NEAR: (3, 2), Zone.FAR: (5, 2), Zone.BEYOND: (8, 3), Zone.FORCES: (15, 15)}

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
    """A delivery option for the shopper. `cost` is what the label costs us, when known.

    The merchant's own has a name and a carrier account instead of a carrier's rate.
    """

    rate_id: str | None
    carrier: str
    carrier_name: str
    service: str
    service_name: str
    price: Money
    cost: Money | None
    promise: Promise
    carrier_account: str | None = None
    name: str = ""
    was: Money | None = None
    arrives_by: str | None = None
    badge: str = ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One rate as a carrier quoted it, and why it is not offered, when it is not."""

    rate: Rate
    left_out: LeftOut | None = None

    def to_json(self) -> dict[str, Any]:
        rate = self.rate
        return {
            "rate": rate.id,
            "carrier": rate.carrier,
            "carrier_name": rate.carrier_name,
            "service": rate.service,
            "service_name": rate.service_name,
            "minor": rate.price.minor,
            "currency": rate.price.currency,
            "days": rate.days,
            "left_out": self.left_out.value if self.left_out else None,
        }


def sifted(rates: Sequence[Rate], currency: str, to: Address) -> list[Heard]:
    """Every rate heard, cheapest first, with the reason beside each that is not offered.

    One in another currency than the goods is left out: the two must never be added.
    """
    heard, services = [], set()
    boxed = only_by_post(to)
    for rate in sorted(rates, key=lambda rate: rate.price.minor):
        why = None
        if rate.price.currency != currency:
            why = LeftOut.CURRENCY
        elif boxed and rate.carrier not in TO_BOXES:
            why = LeftOut.UNREACHED
        elif rate.service in services:
            why = LeftOut.DEARER
        else:
            services.add(rate.service)
        heard.append(Heard(rate=rate, left_out=why))
    return heard


def plain_offers(heard: Sequence[Heard], now: datetime) -> list[Offer]:
    """What is offered of what was heard, at the carriers' own prices."""
    return [_offer(one.rate, now) for one in heard if one.left_out is None]


def offers(rates: Sequence[Rate], goods: Money, to: Address, now: datetime) -> list[Offer]:
    """Carriers' rates as the shopper sees them: sifted, cheapest first, freed, badged."""
    return for_shopper(plain_offers(sifted(rates, goods.currency, to), now), goods, to)


def for_shopper(found: list[Offer], goods: Money, to: Address) -> list[Offer]:
    """Offers at what the shopper pays, one badge a row."""
    return _badged(_freed(found, goods, to))


def fallback(package: Package, goods: Money, to: Address, now: datetime) -> list[Offer]:
    """Our own fixed rates by weight and zone, for when no carrier can be asked.

    No label is priced by them. Where only the post delivers nothing is promised fast.
    """
    where = zone(to)
    standard, express = _own_prices(where, package.weight_g)
    usually, fast = OWN_DAYS[where]
    arrives = promise(now, usually, exact=False)
    found = [_fixed("standard", "Standard delivery", standard, arrives)]
    if express is not None and not only_by_post(to):
        arrives = promise(now, fast, exact=False)
        found.append(_fixed("express", "Express delivery", express, arrives))
    return for_shopper(found, goods, to)


def free_delivery(goods: Money, to: Address | None) -> bool:
    """Standard delivery is free from FREE_FROM, after discounts, within the 48 states."""
    return goods.minor >= FREE_FROM.minor and (to is None or to.state not in FAR_STATES)


def promise(now: datetime, days: int | None, *, exact: bool) -> Promise:
    """The days between which a parcel handed over next arrives. `now` is world time."""
    first = business_days_after(ship_day(now), NO_ESTIMATE_DAYS if days is None else days)
    slack = 0 if exact or days == 1 else 1
    return Promise(first=first, last=business_days_after(first, slack))


def usual(now: datetime, days: int = STANDARD_DAYS) -> Promise:
    """When standard delivery arrives as a rule, where no address is known yet."""
    return promise(now, days, exact=False)


def as_quick(made_at: datetime, last: date, now: datetime) -> date:
    """The day it would arrive that was to arrive on `last` when asked then, if it left next."""
    return business_days_after(ship_day(now), business_days_between(ship_day(made_at), last))


def time_left(now: datetime) -> timedelta | None:
    """How long until today's parcels leave; None when today's have left or none do."""
    local = now.astimezone(HOME)
    if ship_day(now) != local.date():
        return None
    return local.replace(hour=CUTOFF_HOUR, minute=0, second=0, microsecond=0) - local


def ship_day(now: datetime) -> date:
    """The day a parcel leaves Tacoma when it is ordered now: today until 2 pm, on business days."""
    local = now.astimezone(HOME)
    day = local.date()
    if local.hour >= CUTOFF_HOUR:
        day += timedelta(days=1)
    return business_days_after(day, 0)


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


def _offer(rate: Rate, now: datetime) -> Offer:
    return Offer(
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


def _own_prices(where: Zone, weight_g: int) -> tuple[Money, Money | None]:
    _, standard, express = next(
        row for row in OWN_PRICES[where] if row[0] is None or weight_g <= row[0]
    )
    return Money(standard), None if express is None else Money(express)


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
