"""A pen that writes pixels, as a thermal printer of 300 dots per inch has them."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from sandbox.papers.codes import QUIET, bars, squares
from sandbox.papers.faces import FILES
from sandbox.papers.pen import Box, Style

DPI = 300
SCALE = DPI / 72
SQUARE = 6
PALE = 230
ANCHORS = {"left": "ls", "centre": "ms", "right": "rs"}


@lru_cache(maxsize=64)
def _face(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FILES[bold], size, layout_engine=ImageFont.Layout.BASIC)


class PngPen:
    ending = "png"

    def __init__(self, width: float, height: float) -> None:
        self._image = Image.new("L", (round(width * SCALE), round(height * SCALE)), 255)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, words: str, x: float, y: float, style: Style) -> None:
        self._draw.text(
            (x * SCALE, y * SCALE),
            words,
            fill=255 if style.white else 0,
            font=_face(round(style.size * SCALE, 1), style.bold),
            anchor=ANCHORS[style.align],
        )

    def fill(self, box: Box, grey: float = 0.0) -> None:
        left, top = round(box.x * SCALE), round(box.y * SCALE)
        wide, high = max(1, round(box.width * SCALE)), max(1, round(box.height * SCALE))
        self._rectangle(left, top, wide, high, round(255 * grey))

    def bars(self, number: str, box: Box) -> None:
        widths = bars(number)
        module = max(1, int(box.width * SCALE / (sum(widths) + 2 * QUIET)))
        x = round((box.x + box.width / 2) * SCALE - sum(widths) * module / 2)
        top, high = round(box.y * SCALE), round(box.height * SCALE)
        for place, wide in enumerate(widths):
            if place % 2 == 0:
                self._rectangle(x, top, wide * module, high)
            x += wide * module

    def squares(self, number: str, x: float, y: float) -> float:
        matrix = squares(number)
        left, top = round(x * SCALE), round(y * SCALE)
        for across, down, length in matrix.runs:
            self._rectangle(left + across * SQUARE, top + down * SQUARE, length * SQUARE, SQUARE)
        return matrix.size * SQUARE / SCALE

    def watermark(self, box: Box) -> None:
        mark = _mark(round(box.width * SCALE))
        left = round(box.x * SCALE)
        for part in (1, 2, 3):
            middle = round((box.y + box.height * part / 4) * SCALE)
            self._image.paste(PALE, (left, middle - mark.height // 2), mark)

    def paper(self) -> bytes:
        file = io.BytesIO()
        self._image.save(file, "PNG", dpi=(DPI, DPI), compress_level=1)
        return file.getvalue()

    def _rectangle(self, left: int, top: int, wide: int, high: int, grey: int = 0) -> None:
        self._draw.rectangle((left, top, left + wide - 1, top + high - 1), fill=grey)


@lru_cache(maxsize=4)
def _mark(wide: int) -> Image.Image:
    """The word, slanted, as a mask of this width."""
    mask = Image.new("L", (wide, wide // 2), 0)
    middle = (wide / 2, wide / 4)
    ImageDraw.Draw(mask).text(middle, "SAMPLE", fill=255, font=_face(wide / 5, True), anchor="mm")
    return mask.rotate(30, Image.Resampling.BILINEAR, expand=True).crop(
        _centre(mask.rotate(30, expand=True).size, wide)
    )


def _centre(size: tuple[int, int], wide: int) -> tuple[int, int, int, int]:
    left = (size[0] - wide) // 2
    return left, 0, left + wide, size[1]
