"""Which box the goods go in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shop.values import Package

ROOM = 1.2
"""Goods never fill a box to the last corner: this much more than their volume is needed."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """So many of one thing, in millimetres and grams each."""

    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int
    quantity: int = 1

    @property
    def sides(self) -> list[int]:
        return sorted((self.length_mm, self.width_mm, self.height_mm), reverse=True)


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box on our shelf: inner millimetres, and what it weighs with its padding."""

    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int

    @property
    def sides(self) -> list[int]:
        return [self.length_mm, self.width_mm, self.height_mm]

    @property
    def volume(self) -> int:
        return self.length_mm * self.width_mm * self.height_mm


BOXES = (
    Box(name="Box S", length_mm=230, width_mm=160, height_mm=110, tare_g=120),
    Box(name="Box M", length_mm=300, width_mm=250, height_mm=200, tare_g=220),
    Box(name="Box L", length_mm=380, width_mm=300, height_mm=230, tare_g=340),
    Box(name="Box XL", length_mm=450, width_mm=350, height_mm=300, tare_g=480),
    Box(name="Box XXL", length_mm=610, width_mm=460, height_mm=410, tare_g=800),
    Box(name="Box 3XL", length_mm=900, width_mm=600, height_mm=600, tare_g=1600),
)
"""Smallest first."""


def pack(items: Iterable[Item]) -> Package:
    """The smallest box that takes everything; the largest one when none does."""
    goods = list(items)
    box = next((box for box in BOXES if _fits(goods, box)), BOXES[-1])
    return Package(
        box=box.name,
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
        weight_g=box.tare_g + sum(item.weight_g * item.quantity for item in goods),
    )


def _fits(goods: list[Item], box: Box) -> bool:
    volume = sum(item.length_mm * item.width_mm * item.height_mm * item.quantity for item in goods)
    each = all(
        side <= room for item in goods for side, room in zip(item.sides, box.sides, strict=True)
    )
    return each and volume * ROOM <= box.volume
