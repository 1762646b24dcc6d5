"""What a carrier writes beside a scan: odd, mixed and in its own language, as in phrases.csv."""

import csv
from pathlib import Path

from sandbox.carriers.statuses import SUBSTATUSES

Key = tuple[str, str, str]

WORDS: dict[Key, list[str]] = {}
with Path(__file__).with_name("phrases.csv").open(encoding="utf-8", newline="") as table:
    for row in csv.DictReader(table):
        WORDS.setdefault((row["carrier"], row["code"], row["place"]), []).append(row["words"])


def phrases(carrier: str, code: str, place: str) -> list[str]:
    """All that this carrier may write; the first is what it usually writes."""
    special = WORDS.get((carrier, code, place)) or WORDS.get((carrier, code, ""))
    return special or [SUBSTATUSES[code]["text"]]
