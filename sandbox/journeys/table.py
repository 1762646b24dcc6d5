"""The journeys of parcels as they stand in parcels.txt, read once."""

from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.carriers.statuses import SUBSTATUSES

NOTHING = "-"
AGAIN, CUSTOMS, REST = "again", "customs", "rest"
PLACES = frozenset({"from", "hub", "customs", "to", "away", NOTHING})


@dataclass(frozen=True)
class Row:
    hour: float
    code: str
    place: str
    words: str = ""
    eta: float | None = None  # hours after the first promise
    unstamped: bool = False
    seen: float = 0.0  # hours between the scan and its report
    tells: tuple[str, ...] | None = None  # None: its own snapshot


@dataclass(frozen=True)
class Journey:
    name: str
    does: str
    mischief: str | None
    rows: tuple[Row, ...]


def _journey(text: str, known: dict[str, Journey]) -> Journey:
    head, *lines = [line for line in text.splitlines() if line.strip()]
    name, _, manner = head.partition("]")
    words = manner.split()
    shared = known[words[-1]].rows if "as" in words else ()
    mischief = words[0] if words and words[0] != "as" else None
    rows = tuple(_row(line) for line in lines if line[0].isdigit())
    does = " ".join(line for line in lines if not line[0].isdigit())
    return Journey(name, does, mischief, shared + rows)


def _row(line: str) -> Row:
    columns, _, words = line.partition("|")
    hour, code, *rest = columns.split()
    place = rest.pop(0) if rest and rest[0] in PLACES else NOTHING
    if code not in (AGAIN, CUSTOMS, NOTHING) and code not in SUBSTATUSES:
        raise ValueError(line)
    row = Row(float(hour), code, place, words.strip())
    for option in rest:
        row = _with(row, option)
    return row


def _with(row: Row, option: str) -> Row:
    if option == "unstamped":
        return replace(row, unstamped=True)
    if option.startswith("eta+"):
        return replace(row, eta=float(option.removeprefix("eta+")))
    if option.startswith("seen-"):
        return replace(row, seen=float(option.removeprefix("seen-")))
    if option.startswith("tells="):
        told = option.removeprefix("tells=")
        return replace(row, tells=() if told == NOTHING else tuple(told.split(",")))
    raise ValueError(option)


def _read(text: str) -> dict[str, Journey]:
    known: dict[str, Journey] = {}
    told = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for section in ("\n" + told).split("\n[")[1:]:
        journey = _journey(section, known)
        known[journey.name] = journey
    return known


JOURNEYS = _read(Path(__file__).with_name("parcels.txt").read_text(encoding="utf-8"))
