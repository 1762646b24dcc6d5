"""Bar codes as black and white: Code 128 in bars, QR in squares."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET = 10  # white modules that a reader needs on either side
MASK = 3  # readers take any of the eight; weighing them all would take as long as the label


@lru_cache(maxsize=64)
def bars(number: str) -> tuple[int, ...]:
    """Widths in modules of bar, space, bar … bar."""
    code = Code128(number, quiet=False)
    code.validate()
    code.encode()
    code.decompose()
    return tuple(ord(sign.lower()) - ord("a") + 1 for sign in code.decomposed)


class Matrix(NamedTuple):
    size: int  # modules in a row
    runs: tuple[tuple[int, int, int], ...]  # black from the left, from the top, so many


@lru_cache(maxsize=64)
def squares(number: str) -> Matrix:
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(number)
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    rows = code.modules
    return Matrix(len(rows), tuple(run for y, row in enumerate(rows) for run in _runs(row, y)))


def _runs(row: Sequence[int], y: int) -> Iterator[tuple[int, int, int]]:
    x = 0
    for black, some in groupby(row):
        length = len(list(some))
        if black:
            yield x, y, length
        x += length
