"""The price engine: weight, size, distance and speed in, the same price out each time."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.carriers.services import CARRIERS, IN_DOLLARS, SERVICES, Service, currency
from sandbox.carriers.zones import zone
from sandbox.store import Doc

POUNDS = {"g": 0.00220462, "kg": 2.20462, "lb": 1.0, "oz": 0.0625}
INCHES = {"in": 1.0, "cm": 0.393701, "mm": 0.0393701, "ft": 12.0, "m": 39.3701, "yd": 36.0}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Quote:
    service: Service
    amount: Decimal
    currency: str
    amount_local: Decimal
    currency_local: str
    days: int
    zone: int


def quotes(sender: Doc, recipient: Doc, parcels: list[Doc]) -> list[Quote]:
    """Every service that runs between these places and carries these parcels."""
    lane = (
        sender["country"] if sender["country"] == recipient["country"] else f"{sender['country']}>"
    )
    distance = zone(sender, recipient)
    return [
        _quote(
            service,
            distance,
            parcels,
            (currency(sender["country"]), currency(recipient["country"])),
        )
        for service in SERVICES
        if service.lane == lane and carries(service.carrier, parcels)
    ]


def carries(carrier: str, parcels: list[Doc]) -> bool:
    known = CARRIERS[carrier]
    return (known.many_parcels or len(parcels) == 1) and all(
        _pounds(parcel) <= known.max_lb for parcel in parcels
    )


def billable(carrier: str, parcel: Doc) -> int:
    """Whole pounds: what it weighs, or what its size is worth, whichever is more."""
    size = INCHES[parcel["distance_unit"]]
    volume = math.prod(float(parcel[side]) * size for side in ("length", "width", "height"))
    return max(1, math.ceil(max(_pounds(parcel), volume / CARRIERS[carrier].divisor) - 1e-6))


def converted(amount: Decimal, money: str, other: str) -> Decimal:
    if money == other:
        return amount
    dollars = amount * Decimal(IN_DOLLARS.get(money, "1"))
    return (dollars / Decimal(IN_DOLLARS.get(other, "1"))).quantize(CENT, ROUND_HALF_UP)


def attributes(found: list[Quote]) -> list[list[str]]:
    """Cheapest and fastest of the whole shipment, and the one that is best at both together."""
    if not found:
        return []
    marks: dict[str, Quote] = {
        "BESTVALUE": min(found, key=lambda quote: (quote.amount * (quote.days + 2), quote.amount)),
        "CHEAPEST": min(found, key=lambda quote: (quote.amount, quote.days)),
        "FASTEST": min(
            found, key=lambda quote: (quote.days, quote.service.arrives_by or "24", quote.amount)
        ),
    }
    return [[mark for mark, quote in marks.items() if quote is each] for each in found]


def _quote(service: Service, distance: int, parcels: list[Doc], money: tuple[str, str]) -> Quote:
    amount = sum((_price(service, distance, parcel) for parcel in parcels), Decimal(0))
    near, far = service.days
    days = near + round((far - near) * (distance - 1) / 7)
    return Quote(service, amount, money[0], converted(amount, *money), money[1], days, distance)


def _price(service: Service, distance: int, parcel: Doc) -> Decimal:
    stretch = 1 + service.reach * (distance - 1)
    pounds = billable(service.carrier, parcel)
    return ((service.base + service.per_lb * (pounds - 1)) * stretch).quantize(CENT, ROUND_HALF_UP)


def _pounds(parcel: Doc) -> float:
    return float(parcel["weight"]) * POUNDS[parcel["mass_unit"]]
