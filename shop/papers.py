"""Label files put together for one printer: pages into one PDF, ZPL into one text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot

from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

PDF, PNG, ZPL = "application/pdf", "image/png", "application/zpl"
PAGES = frozenset({PDF, PNG})
"""What can stand in one PDF; the words of a label printer cannot."""

ENDINGS = {PDF: "pdf", PNG: "png", ZPL: "zpl"}
INCH = 72.0
VOID, BOLD = "VOID – do not print", "Helvetica-Bold"
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


def void(kind: str, body: bytes) -> Sheaf:
    """A label's file with VOID across it; one that cannot be read comes back as it is, and said."""
    if kind == ZPL:
        return Sheaf(ZPL, body.replace(b"^XZ", b"^FO90,450^A0N,300,300^FDVOID^FS^XZ"))
    whole = pages([(kind, body)])
    if whole.unreadable:
        return Sheaf(kind, body, whole.unreadable)
    marked, written = PdfWriter(clone_from=io.BytesIO(whole.body)), io.BytesIO()
    for page in marked.pages:
        page.merge_page(_across(float(page.mediabox.width), float(page.mediabox.height)))
    marked.write(written)
    return Sheaf(PDF, written.getvalue())


def _across(wide: float, high: float) -> PageObject:
    """A page of that size, in points, that says VOID from corner to corner."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(wide, high))
    canvas.translate(wide / 2, high / 2)
    canvas.rotate(degrees(atan2(high, wide)))
    size = hypot(wide, high) / stringWidth(VOID, BOLD, 1) * 0.8
    canvas.setFont(BOLD, size)
    canvas.setFillColorRGB(0.8, 0, 0)
    canvas.drawCentredString(0, -size / 3, VOID)
    canvas.save()
    return PdfReader(drawn).pages[0]


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
