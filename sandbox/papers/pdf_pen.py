"""A pen that writes PDF: text that can be searched, bars that are no picture."""

import io
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from sandbox.papers.codes import QUIET, bars, squares
from sandbox.papers.faces import NAMES
from sandbox.papers.pen import Box, Style, marks
from sandbox.papers.sheets import Sheet

DOT = 72 / 203  # bars are whole dots of the coarsest printer
SQUARE = 1.44
PALE = 0.9
rl_config.useA85 = 0  # pages are compressed, and not then spelled out in letters


class PdfPen:
    """One document; `turn` ends a page, `paper` the whole."""

    def __init__(self, title: str, sheet: Sheet) -> None:
        self._paper, self._sheet = io.BytesIO(), sheet
        self._high = sheet.box.height
        size = (sheet.width, sheet.height)
        self._canvas: Any = Canvas(self._paper, pagesize=size, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Sandbox")
        self._turned()

    def text(self, words: str, x: float, y: float, style: Style) -> None:
        canvas = self._canvas
        canvas.setFillGray(1.0 if style.white else 0.0)
        canvas.setFont(NAMES[style.bold], style.size)
        draw = {
            "left": canvas.drawString,
            "centre": canvas.drawCentredString,
            "right": canvas.drawRightString,
        }[style.align]
        draw(x, self._high - y, words)

    def fill(self, box: Box, grey: float = 0.0) -> None:
        self._canvas.setFillGray(grey)
        y = self._high - box.bottom
        self._canvas.rect(box.x, y, box.width, box.height, stroke=0, fill=1)

    def bars(self, number: str, box: Box) -> None:
        widths = bars(number)
        module = box.width / (sum(widths) + 2 * QUIET)
        module = module // DOT * DOT if module > 2 * DOT else module
        x = box.x + (box.width - sum(widths) * module) / 2
        black = []
        for place, wide in enumerate(widths):
            if place % 2 == 0:
                black.append(Box(x, box.y, wide * module, box.height))
            x += wide * module
        self._black(black)

    def squares(self, number: str, x: float, y: float) -> float:
        matrix = squares(number)
        self._black(
            [
                Box(x + left * SQUARE, y + top * SQUARE, length * SQUARE, SQUARE)
                for left, top, length in matrix.runs
            ]
        )
        return matrix.size * SQUARE

    def watermark(self, box: Box) -> None:
        canvas = self._canvas
        size, places = marks(box)
        for x, y in places:
            canvas.saveState()
            canvas.setFillGray(PALE)
            canvas.translate(x, self._high - y)
            canvas.rotate(30)
            canvas.setFont(NAMES[True], size)
            canvas.drawCentredString(0, -size / 3, "SAMPLE")
            canvas.restoreState()

    def next_page(self) -> None:
        self._canvas.showPage()
        self._turned()

    def paper(self) -> bytes:
        self._canvas.save()
        return self._paper.getvalue()

    def _turned(self) -> None:
        if self._sheet.turned:
            self._canvas.translate(self._sheet.width, 0)
            self._canvas.rotate(90)

    def _black(self, boxes: list[Box]) -> None:
        """Hundreds of boxes at once, in PDF's own words: said singly they take far longer."""
        said = " ".join(
            f"{box.x:.3f} {self._high - box.bottom:.3f} {box.width:.3f} {box.height:.3f} re"
            for box in boxes
        )
        self._canvas.addLiteral(f"q 0 g {said} f Q")
