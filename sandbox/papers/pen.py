"""What every pen can do, whether it writes PDF, pixels or a printer's own language."""

from typing import Literal, NamedTuple, Protocol

from sandbox.papers import faces


class Box(NamedTuple):
    """A place on the sheet in points, from its left top corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inside(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def top(self, height: float) -> "Box":
        return self._replace(height=height)

    def below(self, height: float) -> "Box":
        return self._replace(y=self.y + height, height=self.height - height)

    def left(self, width: float) -> "Box":
        return self._replace(width=width)

    def beyond(self, width: float) -> "Box":
        return self._replace(x=self.x + width, width=self.width - width)


class Style(NamedTuple):
    size: float
    bold: bool = False
    align: Literal["left", "centre", "right"] = "left"
    white: bool = False


class Pen(Protocol):
    def text(self, words: str, x: float, y: float, style: Style) -> None:
        """One line on the baseline y, starting, centred or ending at x."""

    def fill(self, box: Box, grey: float = 0.0) -> None:
        """A black box, a white one (1.0), or what lies between."""

    def bars(self, number: str, box: Box) -> None:
        """The number as Code 128, as wide as whole dots allow, its quiet zones within the box."""

    def squares(self, number: str, x: float, y: float) -> float:
        """The number as a small QR code; the answer is how wide it is."""

    def watermark(self, box: Box) -> None:
        """SAMPLE, across everything and under everything."""


def marks(box: Box) -> tuple[float, list[tuple[float, float]]]:
    """How large SAMPLE is written, and where its three middles are."""
    parts = (0.2, 0.5, 0.8)
    across, down = box.x + box.width / 2, box.y + box.height / 2
    if box.width > box.height:
        return box.height / 4, [(box.x + box.width * part, down) for part in parts]
    return min(64.0, box.width / 5), [(across, box.y + box.height * part) for part in parts]


def frame(pen: Pen, box: Box, thick: float = 1.0) -> None:
    pen.fill(box.top(thick))
    pen.fill(Box(box.x, box.bottom - thick, box.width, thick))
    pen.fill(box.left(thick))
    pen.fill(Box(box.right - thick, box.y, thick, box.height))


def line(pen: Pen, words: str, box: Box, style: Style) -> None:
    """One line at the top of the box, cut where the box ends."""
    said = faces.cut(faces.spell(words), style.size, box.width, style.bold)
    at = {"left": box.x, "centre": box.x + box.width / 2, "right": box.right}[style.align]
    pen.text(said, at, box.y + style.size * 0.8, style)


def headline(pen: Pen, words: str, box: Box, style: Style) -> None:
    """One line as large as the style says or as the box allows, in the middle of its height."""
    said = faces.spell(words)
    largest = min(style.size, box.height * 1.15)  # capitals are three quarters of the size
    size = faces.shrunk(said, (largest, 5.0), box.width * 0.99, style.bold)
    at = box._replace(y=box.y + (box.height - size) / 2 + size * 0.06, height=size)
    line(pen, said, at, style._replace(size=size))


def block(pen: Pen, lines: list[str], box: Box, style: Style) -> float:
    """Lines one under the other, as large as fits, long ones in two; the answer is the height."""
    size, rows = _fitting([words for each in lines if (words := faces.spell(each))], box, style)
    for number, words in enumerate(rows):
        at = Box(box.x, box.y + number * size * LEADING, box.width, size)
        line(pen, words, at, style._replace(size=size))
    return len(rows) * size * LEADING


def _fitting(lines: list[str], box: Box, style: Style) -> tuple[float, list[str]]:
    """Smaller before broken, broken before smaller still, cut when nothing else helps."""
    size = style.size
    while size > SMALLEST:
        whole = size > style.size * 0.7
        rows = lines if whole else _broken(lines, size, box.width, style.bold)
        wide = max((faces.width(row, size, style.bold) for row in rows), default=0.0)
        if wide <= box.width and len(rows) * size * LEADING <= box.height:
            return size, rows
        size -= 0.5
    return SMALLEST, lines


def _broken(lines: list[str], size: float, room: float, bold: bool) -> list[str]:
    return [row for words in lines for row in faces.wrapped(words, size, room, bold)]


SMALLEST = 5.0
LEADING = 1.18
