"""Papers as a printer and a scanner see them: pixels, bar codes, where the words stand."""

import io
from typing import Any

import pypdfium2
import requests
import zxingcpp
from PIL import Image

PRINTER = 203 / 72  # the coarsest printer labels are made for
OFFICE = 150 / 72


def fetched(url: str) -> bytes:
    answer = requests.get(url, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.content


def pictures(paper: bytes, scale: float = PRINTER) -> list[Image.Image]:
    """Every page in pixels, or the one picture it is."""
    if paper.startswith(b"%PDF"):
        with _opened(paper) as document:
            return [page.render(scale=scale).to_pil().convert("L") for page in document]
    return [Image.open(io.BytesIO(paper)).convert("L")]


def scanned(picture: Image.Image, kind: str = "Code 128") -> list[str]:
    """What a scanner reads off it."""
    return [code.text for code in zxingcpp.read_barcodes(picture) if str(code.format) == kind]


def words(paper: bytes) -> str:
    with _opened(paper) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def sizes(paper: bytes) -> list[tuple[float, float]]:
    with _opened(paper) as document:
        return [page.get_size() for page in document]


def extent(paper: bytes) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of all that is written on the first page."""
    with _opened(paper) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(place) for place in range(page.count_chars())]
    seen = [box for box in boxes if box[0] < box[2]]
    left, bottom, right, top = zip(*seen, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _opened(paper: bytes) -> Any:
    return pypdfium2.PdfDocument(paper)
