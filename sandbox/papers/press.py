"""Labels on their sheets: one file for one label, or one for a hundred."""

from collections.abc import Iterable

from sandbox.papers.label import Label
from sandbox.papers.layout import draw
from sandbox.papers.pdf_pen import PdfPen
from sandbox.papers.pen import Box, Pen
from sandbox.papers.png_pen import PngPen
from sandbox.papers.receipt import receipt
from sandbox.papers.sheets import SHEETS, USUAL, Sheet, sheet
from sandbox.papers.zpl_pen import ZplPen

WIDTH, HEIGHT = SHEETS[USUAL].width, SHEETS[USUAL].height
DASH = 4.0


def printed(label: Label, file_type: str | None) -> bytes:
    chosen = sheet(file_type)
    pen = _pen(chosen, f"Label {label.number}")
    _lay(pen, label, chosen)
    return pen.paper()


def together(labels: Iterable[Label], file_type: str | None) -> bytes:
    """A page for each. What is no PDF cannot be put together and comes on the usual sheet."""
    chosen = sheet(file_type)
    chosen = chosen if chosen.ending == "pdf" else SHEETS[USUAL]
    pen = PdfPen("Labels", chosen)
    for label in labels:
        _lay(pen, label, chosen)
        pen.next_page()
    return pen.paper()


def _pen(chosen: Sheet, title: str) -> PdfPen | PngPen | ZplPen:
    if chosen.ending == "png":
        return PngPen(chosen)
    return ZplPen(chosen) if chosen.ending == "zpl" else PdfPen(title, chosen)


def _lay(pen: Pen, label: Label, chosen: Sheet) -> None:
    """Alone on its sheet a label fills it; else it is four by six, and a receipt lies beneath."""
    if chosen.alone:
        draw(pen, label, chosen.box)
        return
    beside = (chosen.width - WIDTH) / 2
    above = min(beside, (chosen.height - HEIGHT) * 0.1)
    place = Box(beside, above, WIDTH, HEIGHT)
    draw(pen, label, place)
    _cut_line(pen, Box(0, place.bottom, chosen.width, 0.6))
    room = Box(0, place.bottom, chosen.width, chosen.height - place.bottom)
    receipt(pen, label, room.inside(max(10.0, above)))


def _cut_line(pen: Pen, at: Box) -> None:
    for step in range(int(at.width / DASH / 2) + 1):
        pen.fill(Box(at.x + step * DASH * 2, at.y, min(DASH, at.width), at.height), grey=0.45)
