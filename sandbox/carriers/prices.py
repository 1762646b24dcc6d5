"""The price engine: weight, size, distance, speed and extras in, the same price out each time."""

import math
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from sandbox.carriers.countries import CENT, converted, currency
from sandbox.carriers.services import CARRIERS, SERVICES, Service
from sandbox.carriers.surcharges import surcharge
from sandbox.carriers.templates import TEMPLATES, Template
from sandbox.carriers.zones import zone
from sandbox.store import Doc

POUNDS = {"g": 0.00220462, "kg": 2.20462, "lb": 1.0, "oz": 0.0625}
INCHES = {"in": 1.0, "cm": 0.393701, "mm": 0.0393701, "ft": 12.0, "m": 39.3701, "yd": 36.0}
FLAT_RATE_SERVICE = "usps_priority"


@dataclass(frozen=True)
class Quote:
    service: Service
    amount: Decimal
    currency: str
    amount_local: Decimal
    currency_local: str
    days: int
    zone: int
    insurance: Decimal | None = None  # part of the amount


def quotes(
    sender: Doc, recipient: Doc, parcels: list[Doc], extra: Doc | None = None
) -> list[Quote]:
    """Every service that runs between these places and carries these parcels."""
    places = (sender["country"], recipient["country"])
    lane = lane_of(*places)
    distance = zone(sender, recipient)
    extras = [extra or {}, *(parcel.get("extra") or {} for parcel in parcels)]
    return [
        _quote(service, distance, parcels, (places, extras))
        for service in SERVICES
        if service.lane == lane and carries(service.carrier, parcels) and _fits(service, parcels)
    ]


def lane_of(sender: str, recipient: str) -> str:
    return sender if sender == recipient else f"{sender}>"


def carries(carrier: str, parcels: list[Doc]) -> bool:
    """Whether so many parcels of such a weight, in such boxes, are this carrier's business."""
    known = CARRIERS[carrier]
    return len(parcels) <= known.most_parcels and all(
        _pounds(parcel) <= known.max_lb and _own(carrier, parcel) for parcel in parcels
    )


def billable(carrier: str, parcel: Doc) -> int:
    """Whole pounds: what it weighs, or what its size is worth, whichever is more."""
    size = INCHES[parcel["distance_unit"]]
    volume = math.prod(float(parcel[side]) * size for side in ("length", "width", "height"))
    return max(1, math.ceil(max(_pounds(parcel), volume / CARRIERS[carrier].divisor) - 1e-6))


def marked_up(quote: Quote, factor: Decimal) -> Quote:
    """The same service on another account, at that account's price."""
    if factor == 1:
        return quote
    amount = (quote.amount * factor).quantize(CENT, ROUND_HALF_UP)
    local = converted(amount, quote.currency, quote.currency_local)
    return replace(quote, amount=amount, amount_local=local)


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


def _quote(
    service: Service,
    distance: int,
    parcels: list[Doc],
    terms: tuple[tuple[str, str], list[Doc]],
) -> Quote:
    places, extras = terms
    more = surcharge(service.carrier, places, extras)
    amount = more.amount + sum(
        (_price(service, distance, parcel) for parcel in parcels), Decimal(0)
    )
    near, far = service.days
    money, other = currency(places[0]), currency(places[1])
    return Quote(
        service=service,
        amount=amount,
        currency=money,
        amount_local=converted(amount, money, other),
        currency_local=other,
        days=near + round((far - near) * (distance - 1) / 7),
        zone=distance,
        insurance=more.insurance,
    )


def _price(service: Service, distance: int, parcel: Doc) -> Decimal:
    box = _box(parcel)
    if box is not None and box.flat is not None and service.token == FLAT_RATE_SERVICE:
        return box.flat
    stretch = 1 + service.reach * (distance - 1)
    pounds = billable(service.carrier, parcel)
    return ((service.base + service.per_lb * (pounds - 1)) * stretch).quantize(CENT, ROUND_HALF_UP)


def _fits(service: Service, parcels: list[Doc]) -> bool:
    """Within the country a flat rate box goes by the flat rate service alone."""
    flat = any(box.flat is not None for box in map(_box, parcels) if box is not None)
    return not flat or service.lane.endswith(">") or service.token == FLAT_RATE_SERVICE


def _own(carrier: str, parcel: Doc) -> bool:
    box = _box(parcel)
    return box is None or box.carrier == carrier


def _box(parcel: Doc) -> Template | None:
    return TEMPLATES.get(parcel.get("template") or "")


def _pounds(parcel: Doc) -> float:
    return float(parcel["weight"]) * POUNDS[parcel["mass_unit"]]
