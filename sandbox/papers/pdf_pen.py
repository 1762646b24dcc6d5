"""A pen that writes PDF: text that can be searched, bars that are no picture."""

import io
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from sandbox.papers.codes import QUIET, bars, squares
from sandbox.papers.faces import NAMES
from sandbox.papers.pen import Box, Style

DOT = 72 / 203  # bars are whole dots of the coarsest printer
SQUARE = 1.44
PALE = 0.9
rl_config.useA85 = 0  # pages are compressed, and not then spelled out in letters


class PdfPen:
    """One document; `turn` ends a page, `paper` the whole."""

    ending = "pdf"

    def __init__(self, title: str, width: float, height: float) -> None:
        self._paper = io.BytesIO()
        self.width, self.height = width, height
        self._canvas: Any = Canvas(self._paper, pagesize=(width, height), invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Sandbox")

    def text(self, words: str, x: float, y: float, style: Style) -> None:
        canvas = self._canvas
        canvas.setFillGray(1.0 if style.white else 0.0)
        canvas.setFont(NAMES[style.bold], style.size)
        draw = {
            "left": canvas.drawString,
            "centre": canvas.drawCentredString,
            "right": canvas.drawRightString,
        }[style.align]
        draw(x, self.height - y, words)

    def fill(self, box: Box, grey: float = 0.0) -> None:
        self._canvas.setFillGray(grey)
        y = self.height - box.bottom
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
        canvas.saveState()
        canvas.setFillGray(PALE)
        size = box.width / 5
        for part in (1, 2, 3):
            canvas.saveState()
            canvas.translate(box.x + box.width / 2, self.height - box.y - box.height * part / 4)
            canvas.rotate(30)
            canvas.setFont(NAMES[True], size)
            canvas.drawCentredString(0, 0, "SAMPLE")
            canvas.restoreState()
        canvas.restoreState()

    def turn(self) -> None:
        self._canvas.showPage()

    def paper(self) -> bytes:
        self._canvas.save()
        return self._paper.getvalue()

    def _black(self, boxes: list[Box]) -> None:
        """Hundreds of boxes at once, in PDF's own words: said singly they take far longer."""
        said = " ".join(
            f"{box.x:.3f} {self.height - box.bottom:.3f} {box.width:.3f} {box.height:.3f} re"
            for box in boxes
        )
        self._canvas.addLiteral(f"q 0 g {said} f Q")
