"""A parcel before it travels: where to, in which box, and what we have done with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address, with the person who answers the door."""

    name: str
    street1: str
    city: str
    state: str
    zip: str
    country: str
    street2: str = ""
    company: str = ""
    phone: str = ""
    email: str = ""

    @property
    def lines(self) -> list[str]:
        """The address as it stands on an envelope."""
        town = f"{self.city}, {self.state} {self.zip}" if self.country == "US" else ""
        street = ", ".join(filter(None, [self.street1, self.street2]))
        return [
            line
            for line in (self.name, self.company, street, town or f"{self.zip} {self.city}")
            if line
        ]

    def to_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Package:
    """A packed box: millimetres and grams, packing included."""

    box: str
    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int


class ParcelState(StrEnum):
    """What *we* have done with a parcel; where it *is* stands in Standing."""

    NEEDS_RATE = "needs_rate"
    NEEDS_LABEL = "needs_label"
    BUYING = "buying"
    UNKNOWN = "unknown"
    LABELLED = "labelled"
    CANCELLED = "cancelled"


class Handling(StrEnum):
    """What staff say that they have done with a labelled parcel, in this order."""

    PACKED = "packed"
    HANDED = "handed"
