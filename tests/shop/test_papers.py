"""Labels put together: every page there, in order, at its size, and still readable by a scanner."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from shop import papers
from shop.papers import PDF, PNG


def sheet(words: str, *sizes: tuple[float, float]) -> bytes:
    """A PDF with a page for each size, the first a label of 4 × 6 inches when none is given."""
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=(288, 432))
    for size in sizes or ((288, 432),):
        canvas.setPageSize(size)
        canvas.drawString(20, 20, words)
        canvas.showPage()
    canvas.save()
    return drawn.getvalue()


def picture(mode: str = "L", size: tuple[int, int] = (812, 1218), **info: object) -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, size, 0 if mode in {"1", "L"} else None).save(drawn, "PNG", **info)
    return drawn.getvalue()


def read(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def sizes(body: bytes) -> list[tuple[int, int]]:
    return [(round(p.mediabox.width), round(p.mediabox.height)) for p in read(body).pages]


def test_pages_stand_in_the_order_given_each_at_its_own_size():
    whole = papers.pages(
        [
            (PDF, sheet("one")),
            (PNG, picture(dpi=(203, 203))),
            (PDF, sheet("three", (595, 842), (612, 792))),
        ]
    )
    assert whole.content_type == PDF
    assert whole.unreadable == ()
    assert sizes(whole.body) == [(288, 432), (288, 432), (595, 842), (612, 792)]
    words = [page.extract_text().strip() for page in read(whole.body).pages]
    assert words == ["one", "", "three", "three"]


def test_a_picture_that_does_not_say_how_large_it_is_is_four_inches_wide():
    assert sizes(papers.pages([(PNG, picture(size=(800, 1200)))]).body) == [(288, 432)]
    assert sizes(papers.pages([(PNG, picture(size=(1200, 800)))]).body) == [(432, 288)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_are_put_on_a_page(mode: str):
    assert sizes(papers.pages([(PNG, picture(mode))]).body) == [(288, 432)]


def test_a_barcode_in_a_picture_is_read_again_from_the_page():
    code = zxingcpp.create_barcode("9205590164917312751089", zxingcpp.BarcodeFormat.Code128)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=2))
    label = Image.new("L", (812, 1218), 255)
    label.paste(drawn.convert("L"), (60, 400))
    kept = io.BytesIO()
    label.save(kept, "PNG", dpi=(203, 203))
    whole = papers.pages([(PNG, kept.getvalue())])
    with pypdfium2.PdfDocument(whole.body) as document:
        seen = document[0].render(scale=203 / 72).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(seen)] == ["9205590164917312751089"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (PDF, b"%PDF-1.7"),
        (PDF, b"%PDF-1.7 nothing but words"),
        (PDF, b""),
        (PDF, sheet("cut")[:400]),
        (PNG, b"\x89PNG\r\n\x1a\n"),
        (PNG, picture()[:60]),
        (PNG, b"GIF89a"),
        (PNG, picture(size=(8000, 8000))),
    ],
)
def test_one_that_cannot_be_read_is_told_and_leaves_no_trace_among_the_others(kind, body):
    whole = papers.pages([(PDF, sheet("one")), (kind, body), (PDF, sheet("two"))])
    assert whole.unreadable == (1,)
    assert [page.extract_text().strip() for page in read(whole.body).pages] == ["one", "two"]


def test_a_locked_pdf_is_told_too():
    locked, kept = PdfWriter(clone_from=io.BytesIO(sheet("one"))), io.BytesIO()
    locked.encrypt("a password nobody has")
    locked.write(kept)
    whole = papers.pages([(PDF, kept.getvalue())])
    assert (whole.body, whole.unreadable) == (b"", (0,))


def test_zpl_follows_zpl():
    whole = papers.codes([b"^XA^FDone^FS^XZ\n", b"\n^XA^FDtwo^FS^XZ"])
    assert whole.body == b"^XA^FDone^FS^XZ\n^XA^FDtwo^FS^XZ\n"
    assert whole.content_type == papers.ZPL
