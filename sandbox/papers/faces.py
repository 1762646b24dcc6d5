"""The two faces that papers are set in: what they can spell, how wide it runs, what fits."""

import copy
import unicodedata
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

FONTS = Path(__file__).with_name("fonts")
FILES = {False: FONTS / "Inter-Regular.ttf", True: FONTS / "Inter-Bold.ttf"}
NAMES = {False: "Inter", True: "Inter-Bold"}
UNKNOWN = "□"
UNSEEN = ("Cf", "Mn", "Me")  # joiners, accents without a letter, emoji variants
MORE = "…"


class _Face(TTFontFace):  # type: ignore[misc]
    """Cuts subsets from a copy of itself: several papers may be drawn at once."""

    def makeSubset(self, subset: Any) -> Any:
        return TTFontFace.makeSubset(copy.copy(self), subset)


def _font(bold: bool) -> Any:
    font = TTFont(NAMES[bold], str(FILES[bold]))
    font.face = _Face(str(FILES[bold]))
    pdfmetrics.registerFont(font)
    return font


FACES = {bold: _font(bold) for bold in (False, True)}
KNOWN = frozenset(FACES[False].face.charToGlyph)


def spell(words: str) -> str:
    """What these faces can write of it; what they cannot shows as an empty box."""
    whole = unicodedata.normalize("NFC", words)
    return " ".join("".join(_sign(each) for each in whole).split())


def _sign(sign: str) -> str:
    if ord(sign) in KNOWN:
        return sign
    kind = unicodedata.category(sign)
    if kind in UNSEEN:
        return ""
    if kind[0] in "ZC":
        return " "
    plain = unicodedata.normalize("NFKD", sign)
    return plain if all(ord(each) in KNOWN for each in plain) else UNKNOWN


def width(words: str, size: float, bold: bool = False) -> float:
    return float(FACES[bold].stringWidth(words, size))


def cut(words: str, size: float, room: float, bold: bool = False) -> str:
    """As much of it as there is room for, and a sign that there was more."""
    if width(words, size, bold) <= room:
        return words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width(words[:middle].rstrip() + MORE, size, bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return words[:low].rstrip() + MORE


def shrunk(words: str, sizes: tuple[float, float], room: float, bold: bool = False) -> float:
    """The size, from the largest to the smallest wanted, at which it fits on one line."""
    largest, smallest = sizes
    wide = width(words, largest, bold)
    return largest if wide <= room else max(smallest, largest * room / wide)


def wrapped(words: str, size: float, room: float, bold: bool = False) -> list[str]:
    """Two lines at most, neither wider than the room."""
    if width(words, size, bold) <= room:
        return [words]
    first, *left = words.split(" ")
    while left and width(f"{first} {left[0]}", size, bold) <= room:
        first = f"{first} {left.pop(0)}"
    rest = [cut(" ".join(left), size, room, bold)] if left else []
    return [cut(first, size, room, bold), *rest]
