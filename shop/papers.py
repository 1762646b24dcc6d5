"""Label files put together for one printer: pages into one PDF, ZPL into one text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PDF, PNG, ZPL = "application/pdf", "image/png", "application/zpl"
PAGES = frozenset({PDF, PNG})
"""What can stand in one PDF; the words of a label printer cannot."""

ENDINGS = {PDF: "pdf", PNG: "png", ZPL: "zpl"}
INCH = 72.0
NARROW_IN = 4.0
"""How wide a picture is that does not say: labels are 4 × 6 inches."""

MOST_PIXELS = 40_000_000
UNREADABLE = (
    PyPdfError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What the readers raise on what is no PDF or picture after all."""


@dataclass(frozen=True)
class Sheaf:
    """Files put together, and the places (from 0) of those that could not be read."""

    content_type: str
    body: bytes
    unreadable: tuple[int, ...] = ()


def pages(files: Sequence[tuple[str, bytes]]) -> Sheaf:
    """PDFs and pictures, (kind, bytes), as one PDF in their order, each page at its own size."""
    whole, unreadable = PdfWriter(), []
    for place, (kind, body) in enumerate(files):
        try:
            whole.append(_sound(_page(body) if kind == PNG else body), import_outline=False)
        except UNREADABLE:
            unreadable.append(place)
    written = io.BytesIO()
    if len(unreadable) < len(files):
        whole.write(written)
    return Sheaf(PDF, written.getvalue(), tuple(unreadable))


def codes(bodies: Sequence[bytes]) -> Sheaf:
    """ZPL after ZPL: a label printer prints one label after the other."""
    return Sheaf(ZPL, b"\n".join(body.strip() for body in bodies) + b"\n")


def _sound(body: bytes) -> PdfReader:
    """A PDF copied by itself: one that breaks half-way must leave nothing in the whole."""
    alone, copied = PdfWriter(), io.BytesIO()
    alone.append(io.BytesIO(body), import_outline=False)
    if not alone.pages:
        raise ValueError("a PDF without pages")
    alone.write(copied)
    return PdfReader(copied)


def _page(body: bytes) -> bytes:
    """A picture on a page of its size, its dots as they were: a scanner reads them again."""
    with Image.open(io.BytesIO(body), formats=["PNG"]) as picture:
        wide, high = picture.size
        if wide * high > MOST_PIXELS:
            raise ValueError("a picture too large for a label")
        across, down = picture.info.get("dpi") or [min(wide, high) / NARROW_IN] * 2
        # Whole dots an inch, for a PNG tells metres: else no dot of it falls on one of the printer.
        size = (wide / round(across) * INCH, high / round(down) * INCH)
        drawn = io.BytesIO()
        canvas = Canvas(drawn, pagesize=size)
        canvas.drawImage(ImageReader(picture), 0, 0, *size, mask="auto")
        canvas.save()
    return drawn.getvalue()
