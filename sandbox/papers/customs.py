"""What the customs declaration of a parcel says, wherever its parts are kept."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.store import Doc
from sandbox.world import World

CONTENTS = {
    "DOCUMENTS": "Documents",
    "GIFT": "Gift",
    "SAMPLE": "Commercial sample",
    "MERCHANDISE": "Merchandise",
    "HUMANITARIAN_DONATION": "Humanitarian donation",
    "RETURN_MERCHANDISE": "Returned goods",
    "OTHER": "Other",
}


@dataclass(frozen=True)
class Item:
    description: str
    quantity: int
    weight: str
    value: Decimal  # of the whole line
    currency: str
    origin: str
    code: str  # HS code or tariff number

    @property
    def unit_value(self) -> Decimal:
        return (self.value / max(1, self.quantity)).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Declaration:
    contents: str
    signer: str
    told: Doc  # the declaration itself, for what only an invoice wants to know
    items: tuple[Item, ...]

    @property
    def currency(self) -> str:
        return self.items[0].currency if self.items else "USD"

    @property
    def total(self) -> Decimal:
        return sum((item.value for item in self.items), Decimal("0.00"))


def declaration(world: World, shipment: Doc) -> Declaration | None:
    """That of a shipment: given whole, or by its id; and its items likewise."""
    told = _found(world, "customs_declaration", shipment.get("customs_declaration"))
    if told is None:
        return None
    items = [_found(world, "customs_item", each) for each in told.get("items") or []]
    return Declaration(
        contents=CONTENTS.get(str(told.get("contents_type")), "Other"),
        signer=str(told.get("certify_signer") or ""),
        told=told,
        items=tuple(_item(each) for each in items if each),
    )


def _found(world: World, kind: str, given: Any) -> Doc | None:
    if isinstance(given, str):
        return world.store.get(kind, given)
    return given if isinstance(given, dict) else None


def _item(told: Doc) -> Item:
    return Item(
        description=str(told.get("description") or ""),
        quantity=int(figure(told.get("quantity")) or 1),
        weight=f"{told.get('net_weight') or '0'} {told.get('mass_unit') or 'kg'}",
        value=figure(told.get("value_amount")),
        currency=str(told.get("value_currency") or "USD"),
        origin=str(told.get("origin_country") or ""),
        code=str(told.get("hs_code") or told.get("tariff_number") or ""),
    )


def figure(given: Any) -> Decimal:
    """A number that came as text; what is none counts as nothing."""
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        return Decimal("0.00")
    return value if value.is_finite() else Decimal("0.00")
