"""An office paper: a head, columns and a table that goes over as many pages as it needs."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from sandbox.papers import faces
from sandbox.papers.pdf_pen import PdfPen
from sandbox.papers.pen import Box, Style, block, line
from sandbox.papers.sheets import SHEETS

EDGE = 42.0
FOOT = 30.0
ROW = 11.0
LETTER_COUNTRIES = ("US", "CA", "MX")
SAMPLE = "SAMPLE - made by a sandbox, worth nothing"
PLAIN = Style(8.5)
STRONG = Style(8.5, bold=True)
SMALL = Style(7, bold=True)


class Column(NamedTuple):
    title: str
    part: float  # of the width of the paper
    align: Literal["left", "right"] = "left"


class Sheaf:
    """Written from the top down; what does not fit any more goes to the next page."""

    def __init__(self, title: str, country: str, *, stamped: bool = False) -> None:
        size = SHEETS["PDF" if country in LETTER_COUNTRIES else "PDF_A4"]
        self.pen = PdfPen(title, size)
        self._sheet = size.box.inside(EDGE)
        self._title, self._stamped = title, stamped
        self._number, self._y = 0, 0.0
        self._page()

    @property
    def left(self) -> Box:
        """What is still free of this page."""
        return self._sheet.below(self._y).top(self._sheet.height - self._y - FOOT)

    def head(self, kind: str, facts: Sequence[tuple[str, str]]) -> None:
        """What this is, large, and what identifies it on the right."""
        line(self.pen, kind, self.left, Style(21, bold=True))
        at = self.left.beyond(self.left.width * 0.55)
        for name, value in facts:
            if value:
                room = at.beyond(96)
                size = faces.shrunk(faces.spell(value), (8.5, 6.0), room.width * 0.99, bold=True)
                line(self.pen, name, at.left(92), PLAIN)
                line(self.pen, value, room, STRONG._replace(size=size))
                at = at.below(ROW + 1.5)
        self._y = max(self._y + 34, at.y - self._sheet.y + 12)

    def parties(self, *columns: tuple[str, list[str]]) -> None:
        """Addresses beside one another under their titles."""
        self.rule(0.8)
        part = self.left.width / len(columns)
        deepest = 0.0
        for number, (title, lines) in enumerate(columns):
            box = self.left.beyond(number * part).left(part - 12)
            line(self.pen, title.upper(), box, SMALL)
            deepest = max(deepest, block(self.pen, lines, box.below(12).top(110), Style(10)))
        self._y += 12 + deepest + 10

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        self._titles(columns)
        for row in rows:
            told = [self._cell(column, words) for column, words in zip(columns, row, strict=True)]
            high = max(len(lines) for lines in told) * ROW + 5
            if high > self.left.height:
                self._turn()
                self._titles(columns)
            self._rows(columns, told)
            self._y += high
            self.pen.fill(self.left.top(0.3), grey=0.6)
            self._y += 4
        self._y += 4

    def totals(self, rows: Iterable[tuple[str, str]]) -> None:
        """Sums on the right; the last is what all come to."""
        said = [(name, value) for name, value in rows if value]
        self._room(len(said) * (ROW + 2) + 6)
        for number, (name, value) in enumerate(said, 1):
            style = STRONG if number == len(said) else PLAIN
            box = self.left.beyond(self.left.width * 0.6)
            line(self.pen, name, box.left(box.width * 0.6), style)
            line(self.pen, value, box.left(box.width - 3), style._replace(align="right"))
            self._y += ROW + 2
        self._y += 8

    def note(self, title: str, words: str) -> None:
        """A paragraph under a small title, or nothing when there is nothing to say."""
        lines = paragraph(words, self.left.width) if words.strip() else []
        if not lines:
            return
        self._room(12 + ROW)
        line(self.pen, title.upper(), self.left, SMALL)
        self._y += 12
        for each in lines:
            self._room(ROW)
            line(self.pen, each, self.left, PLAIN)
            self._y += ROW
        self._y += 8

    def signatures(self, *titles: str) -> None:
        self._room(48)
        part = self.left.width / len(titles)
        for number, title in enumerate(titles):
            box = self.left.beyond(number * part).left(part - 18).below(30)
            self.pen.fill(box.top(0.6))
            line(self.pen, title, box.below(4), Style(7.5))
        self._y += 48

    def barcode(self, number: str, high: float) -> None:
        """Across the paper, with the number beneath."""
        self._room(high + 22)
        self.pen.fill(self.left.top(high), grey=1.0)
        self.pen.bars(number, self.left.top(high))
        self._y += high + 4
        line(self.pen, number, self.left, Style(10, bold=True, align="centre"))
        self._y += 18

    def rule(self, thick: float) -> None:
        self.pen.fill(self.left.top(thick))
        self._y += 8

    def paper(self) -> bytes:
        self._foot()
        return self.pen.paper()

    def _cell(self, column: Column, words: str) -> list[str]:
        room = self._sheet.width * column.part - 6
        return faces.wrapped(faces.spell(words), PLAIN.size, room)

    def _titles(self, columns: Sequence[Column]) -> None:
        self._room(3 * ROW)
        self.pen.fill(self.left.top(15), grey=0.9)
        self._y += 4
        self._rows(columns, [[column.title] for column in columns], SMALL)
        self._y += 15

    def _rows(
        self, columns: Sequence[Column], told: Sequence[list[str]], style: Style = PLAIN
    ) -> None:
        at = self.left
        for column, lines in zip(columns, told, strict=True):
            room = at.left(self._sheet.width * column.part).inside(0)
            for number, words in enumerate(lines):
                box = room.beyond(3).left(room.width - 6).below(number * ROW)
                line(self.pen, words, box, style._replace(align=column.align))
            at = at.beyond(room.width)

    def _room(self, high: float) -> None:
        if high > self.left.height:
            self._turn()

    def _turn(self) -> None:
        self._foot()
        self.pen.next_page()
        self._page()

    def _page(self) -> None:
        self._number, self._y = self._number + 1, 0.0
        if self._stamped:
            self.pen.watermark(self._sheet)

    def _foot(self) -> None:
        foot = Box(self._sheet.x, self._sheet.bottom - 12, self._sheet.width, 12)
        self.pen.fill(foot.top(0.4), grey=0.5)
        said = f"{self._title} · page {self._number}"
        line(self.pen, said, foot.below(5).left(foot.width * 0.6), Style(7))
        line(self.pen, SAMPLE, foot.below(5), Style(7, align="right"))


def paragraph(words: str, room: float) -> list[str]:
    """As many lines as it takes."""
    lines: list[str] = []
    for word in faces.spell(words).split(" "):
        if lines and faces.width(f"{lines[-1]} {word}", PLAIN.size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(faces.cut(word, PLAIN.size, room))
    return lines
