"""What extras cost: a signature at the door, and cover for the goods."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.carriers.countries import CENT, converted, currency

Extra = dict[str, Any]

# In dollars, by carrier and kind. A kind that is not here is not offered.
SIGNATURES = {
    "usps": {"STANDARD": "3.70", "ADULT": "9.35", "CERTIFIED": "4.85"},
    "ups": {"STANDARD": "6.05", "ADULT": "7.55"},
    "fedex": {"STANDARD": "5.90", "ADULT": "7.30", "INDIRECT": "5.10"},
    "dhl_express": {"STANDARD": "5.50", "ADULT": "6.80"},
    "deutsche_post": {"CARRIER_CONFIRMATION": "2.60"},
}
USUAL = {"STANDARD": "2.50", "ADULT": "3.50"}

SHIPPOS_OWN = {"within": Decimal("0.0125"), "abroad": Decimal("0.015")}  # of the value
CARRIERS_OWN = Decimal("0.011")
PROVIDERS = {"UPS": "ups", "FEDEX": "fedex", "ONTRAC": "ontrac"}


@dataclass(frozen=True)
class Surcharge:
    amount: Decimal
    insurance: Decimal | None  # the part of it that is Shippo's own insurance


def surcharge(carrier: str, places: tuple[str, str], extras: Iterable[Extra]) -> Surcharge:
    """For a shipment between these countries, with its own extras and those of its parcels."""
    money, total, covered = currency(places[0]), Decimal(0), None
    for extra in extras:
        total += _signature(carrier, extra, money)
        cover = _cover(extra, places, money)
        total += cover
        if cover and not _provider(extra):
            covered = (covered or Decimal(0)) + cover
    return Surcharge(total, covered)


def refusal(carrier: str, name: str, extra: Extra) -> str:
    """Why this carrier does not do that; empty when it does."""
    kind, provider = extra.get("signature_confirmation"), _provider(extra)
    if kind and kind not in SIGNATURES.get(carrier, USUAL):
        return f"Signature confirmation {kind} is not supported by {name}."
    if provider and PROVIDERS.get(provider) != carrier:
        return f"Insurance by {provider} is not supported by {name}."
    return ""


def _signature(carrier: str, extra: Extra, money: str) -> Decimal:
    fees = SIGNATURES.get(carrier, USUAL)
    return converted(
        Decimal(fees.get(extra.get("signature_confirmation") or "", "0")), "USD", money
    )


def _cover(extra: Extra, places: tuple[str, str], money: str) -> Decimal:
    insured = extra.get("insurance") or {}
    value = converted(
        Decimal(str(insured.get("amount") or 0)), insured.get("currency") or "USD", money
    )
    part = SHIPPOS_OWN["within" if places[0] == places[1] else "abroad"]
    return (value * (CARRIERS_OWN if _provider(extra) else part)).quantize(CENT, ROUND_HALF_UP)


def _provider(extra: Extra) -> str:
    return str((extra.get("insurance") or {}).get("provider") or "")
