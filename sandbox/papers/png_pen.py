"""A pen that writes pixels, as a thermal printer of 300 dots per inch has them."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from sandbox.papers.codes import QUIET, bars, squares
from sandbox.papers.faces import FILES
from sandbox.papers.pen import Box, Style, marks
from sandbox.papers.sheets import Sheet

DPI = 300
SCALE = DPI / 72
SQUARE = 6
PALE = 230
ANCHORS = {"left": "ls", "centre": "ms", "right": "rs"}


@lru_cache(maxsize=64)
def _face(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FILES[bold], size, layout_engine=ImageFont.Layout.BASIC)


class PngPen:
    def __init__(self, sheet: Sheet) -> None:
        self._turned, box = sheet.turned, sheet.box
        self._image = Image.new("L", (round(box.width * SCALE), round(box.height * SCALE)), 255)
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
        wide = max(1, round(box.right * SCALE) - left)
        high = max(1, round(box.bottom * SCALE) - top)
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
        size, places = marks(box)
        mark = _mark(round(size * SCALE, 1))
        for x, y in places:
            left, top = x * SCALE - mark.width / 2, y * SCALE - mark.height / 2
            self._image.paste(PALE, (round(left), round(top)), mark)

    def paper(self) -> bytes:
        file, image = io.BytesIO(), self._image
        if self._turned:
            image = image.transpose(Image.Transpose.ROTATE_90)
        image.save(file, "PNG", dpi=(DPI, DPI), compress_level=1)
        return file.getvalue()

    def _rectangle(self, left: int, top: int, wide: int, high: int, grey: int = 0) -> None:
        self._draw.rectangle((left, top, left + wide - 1, top + high - 1), fill=grey)


@lru_cache(maxsize=4)
def _mark(size: float) -> Image.Image:
    """The word, slanted, as a mask."""
    face = _face(size, True)
    mask = Image.new("L", (round(face.getlength("SAMPLE")), round(size)), 0)
    middle = (mask.width / 2, mask.height / 2)
    ImageDraw.Draw(mask).text(middle, "SAMPLE", fill=255, font=face, anchor="mm")
    return mask.rotate(30, Image.Resampling.BILINEAR, expand=True)
