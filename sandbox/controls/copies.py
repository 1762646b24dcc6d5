"""Copies of what a few calls have made: the same documents, with ids, number and times anew."""

import bisect
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.clock import seconds, stamp

COLUMNS = "kind, id, test, created, rate, number, status, tracking, metadata, carrier, body"
WIDTH = COLUMNS.count(",") + 1
GAP, NOTHING = "\x1f", "\x00"  # between two columns, and in one that is empty
HEX = r"\b[0-9a-f]{32}\b"
MOMENT = r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ID, NUMBER, TIME, MARK = range(4)
BIT_S = 0.001  # what is cut off a moment when it is written
AHEAD_S = 3600.0

Step = tuple[int, float]  # how many scans in, and how many seconds later


@dataclass(frozen=True)
class Copy:
    """What sets one copy apart."""

    number: str
    mark: str
    birth: float  # when it was bought, in the world's time
    pace: float  # seconds from one scan to the next


@dataclass(frozen=True)
class Draft:
    """One parcel's documents as text, in pieces between which something changes."""

    carrier: str
    service: str
    stage: int  # how often it was scanned
    pieces: list[str]
    holes: list[tuple[int, Any]]  # what belongs behind each piece
    ids: int

    def copied(self, copy: Copy, chance: Random) -> list[tuple[Any, ...]]:
        """Rows of the store, but for the moment they were kept."""
        own = [f"{chance.getrandbits(128):032x}" for _ in range(self.ids)]
        times: dict[Step, str] = {}
        text = [self.pieces[0]]
        for (what, which), piece in zip(self.holes, self.pieces[1:], strict=True):
            if what == TIME:
                said = times.get(which) or times.setdefault(which, _moment(copy, which))
            else:
                said = own[which] if what == ID else copy.number if what == NUMBER else copy.mark
            text += (said, piece)
        columns = [None if each == NOTHING else each for each in "".join(text).split(GAP)]
        return [tuple(columns[at : at + WIDTH]) for at in range(0, len(columns), WIDTH)]


@dataclass(frozen=True)
class Written:
    """What the calls for one parcel wrote, and when each of them began."""

    carrier: str
    service: str
    number: str
    mark: str
    steps: list[float]
    rows: Sequence[Sequence[Any]]

    @property
    def text(self) -> str:
        columns = [NOTHING if each is None else str(each) for row in self.rows for each in row]
        return GAP.join(columns)


def drafts(written: Sequence[Written]) -> list[Draft]:
    """An id that several parcels share is nobody's own, such as that of a carrier account."""
    met = Counter(found for each in written for found in set(re.findall(HEX, each.text)))
    shared = {found for found, times in met.items() if times > 1}
    return [_draft(each, shared) for each in written]


def _draft(written: Written, shared: set[str]) -> Draft:
    pieces, own = [""], dict[str, int]()
    holes: list[tuple[int, Any]] = []
    fixed = (re.escape(written.number), re.escape(written.mark))
    for place, part in enumerate(re.split(f"({'|'.join((HEX, MOMENT, *fixed))})", written.text)):
        if place % 2 == 0 or part in shared:
            pieces[-1] += part
            continue
        if part == written.number:
            holes.append((NUMBER, None))
        elif part == written.mark:
            holes.append((MARK, None))
        elif part[4] == "-":
            holes.append((TIME, _step(written.steps, seconds(part))))
        else:
            holes.append((ID, own.setdefault(part, len(own))))
        pieces.append("")
    stage = len(written.steps) - 1
    return Draft(written.carrier, written.service, stage, pieces, holes, len(own))


def _step(steps: list[float], moment: float) -> Step:
    """A moment belongs to the call it was written in; one that lies far ahead to the first."""
    step = 0 if moment > steps[-1] + AHEAD_S else bisect.bisect_right(steps, moment + BIT_S) - 1
    return max(0, step), moment - steps[max(0, step)]


def _moment(copy: Copy, step: Step) -> str:
    return stamp(copy.birth + step[0] * copy.pace + step[1])
