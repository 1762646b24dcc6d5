"""The carriers' own boxes and envelopes: what they are called, and how large they are."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Template:
    carrier: str
    token: str
    name: str
    length: str
    width: str
    height: str
    distance_unit: str
    variable: bool  # the box has no size of its own
    flat: Decimal | None  # dollars, whatever it weighs and wherever it goes


def _template(row: dict[str, str]) -> Template:
    return Template(
        carrier=row["carrier"],
        token=row["token"],
        name=row["name"],
        length=row["length"],
        width=row["width"],
        height=row["height"],
        distance_unit=row["distance_unit"],
        variable=row["variable"] == "yes",
        flat=Decimal(row["flat"]) if row["flat"] else None,
    )


with Path(__file__).with_name("templates.csv").open(encoding="utf-8", newline="") as table:
    TEMPLATES = {row["token"]: _template(row) for row in csv.DictReader(table)}
