"""A label as a printer would take it: four by six inches, with a barcode that scans."""

import io
from typing import Any

from reportlab.graphics.barcode import code128
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from sandbox.carriers.services import CARRIERS
from sandbox.store import Doc

WIDTH, HEIGHT = 4 * inch, 6 * inch
EDGE = 0.2 * inch


def draw(transaction: Doc, shipment: Doc, rate: Doc) -> bytes:
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setTitle(f"Label {transaction['tracking_number']}")
    canvas.setAuthor("Sandbox")
    _watermark(canvas)
    _head(canvas, CARRIERS[transaction["_carrier"]].name, rate["servicelevel"]["name"])
    _address(canvas, "FROM", shipment["address_from"], top=HEIGHT - 1.15 * inch, size=8)
    _address(canvas, "SHIP TO", shipment["address_to"], top=HEIGHT - 2.25 * inch, size=12)
    _parcel(canvas, shipment["parcels"][0], transaction)
    _barcode(canvas, transaction["tracking_number"])
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _watermark(canvas: Any) -> None:
    canvas.saveState()
    canvas.setFillGray(0.88)
    canvas.setFont("Helvetica-Bold", 54)
    canvas.translate(WIDTH / 2, HEIGHT * 0.48)
    canvas.rotate(52)
    canvas.drawCentredString(0, 0, "SAMPLE")
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawCentredString(0, -22, "DO NOT MAIL")
    canvas.restoreState()


def _head(canvas: Any, carrier: str, service: str) -> None:
    canvas.setLineWidth(1.5)
    canvas.rect(EDGE / 2, EDGE / 2, WIDTH - EDGE, HEIGHT - EDGE)
    canvas.setFont("Helvetica-Bold", 22)
    canvas.drawString(EDGE, HEIGHT - 0.48 * inch, carrier.upper())
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(EDGE, HEIGHT - 0.78 * inch, _latin(service.upper()))
    _rule(canvas, HEIGHT - 0.92 * inch)


def _address(canvas: Any, title: str, address: Doc, *, top: float, size: int) -> None:
    canvas.setFont("Helvetica", 7)
    canvas.drawString(EDGE, top, title)
    face, left = "Helvetica-Bold" if size > 10 else "Helvetica", EDGE + 0.15 * inch
    place = f"{address['city']} {address['state']} {address['zip']}".strip()
    lines = [address[line] for line in ("name", "company", "street1", "street2")] + [
        place,
        address["country"],
    ]
    for number, line in enumerate(line for line in lines if line):
        room = WIDTH - EDGE - left
        wide = canvas.stringWidth(_latin(line), face, size)
        canvas.setFont(face, min(size, size * room / wide))
        canvas.drawString(left, top - (number + 1) * size * 1.25, _latin(line))


def _parcel(canvas: Any, parcel: Doc, transaction: Doc) -> None:
    _rule(canvas, 2.35 * inch)
    canvas.setFont("Helvetica", 8)
    size = " × ".join(parcel[side] for side in ("length", "width", "height"))
    told = f"{parcel['weight']} {parcel['mass_unit']}   {size} {parcel['distance_unit']}"
    canvas.drawString(EDGE, 2.17 * inch, _latin(told))
    canvas.drawRightString(WIDTH - EDGE, 2.17 * inch, transaction["object_created"][:10])
    canvas.drawString(EDGE, 2.03 * inch, _latin(transaction["metadata"])[:60])
    _rule(canvas, 1.92 * inch)


def _barcode(canvas: Any, number: str) -> None:
    """As wide as the label allows, with the quiet zone a reader needs."""
    room = WIDTH - 2 * EDGE
    plain = code128.Code128(number, barWidth=1, barHeight=0.95 * inch, quiet=True)
    code = code128.Code128(number, barWidth=room / plain.width, barHeight=0.95 * inch, quiet=True)
    code.drawOn(canvas, (WIDTH - code.width) / 2, 0.68 * inch)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawCentredString(WIDTH / 2, 0.45 * inch, grouped(number))
    canvas.setFont("Helvetica", 7)
    canvas.drawCentredString(WIDTH / 2, 0.24 * inch, "SAMPLE - NOT VALID FOR SHIPPING")


def grouped(number: str) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _rule(canvas: Any, height: float) -> None:
    canvas.setLineWidth(1)
    canvas.line(EDGE / 2, height, WIDTH - EDGE / 2, height)


def _latin(text: str) -> str:
    """The built-in faces know Latin-1; anything else becomes a question mark, not a crash."""
    return text.encode("latin-1", "replace").decode("latin-1")
