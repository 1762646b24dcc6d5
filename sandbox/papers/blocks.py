"""The parts of a label, each in its box."""

from sandbox.papers import declared, faces
from sandbox.papers.customs import Declaration
from sandbox.papers.label import Label
from sandbox.papers.pen import Box, Pen, Style, block, frame, headline, line

RULE = 1.2
SAMPLE = "SAMPLE - DO NOT MAIL - NOT VALID FOR SHIPPING"


def head(pen: Pen, label: Label, box: Box) -> None:
    """The service as one large sign, the carrier, and what was paid when."""
    mark = box.left(min(64.0, box.width * 0.34))
    headline(pen, label.mark, mark.inside(3), Style(46, bold=True, align="centre"))
    pen.fill(Box(mark.right, box.y, RULE, box.height))
    right = box.beyond(mark.width + 4).inside(4)
    headline(pen, label.carrier.upper(), right.top(18), Style(18, bold=True))
    facts = f"{label.weight} · {label.size}"
    for number, words in enumerate((f"POSTAGE PAID · {label.date}", facts)):
        headline(pen, words, right.below(22 + number * 11).top(9), Style(7.5))


def banner(pen: Pen, label: Label, box: Box) -> None:
    pen.fill(box)
    headline(
        pen, label.title.upper(), box.inside(4), Style(13.5, bold=True, align="centre", white=True)
    )


def sender(pen: Pen, label: Label, box: Box) -> None:
    block(pen, label.sender, box.inside(4), Style(8))


def routing(pen: Pen, label: Label, box: Box) -> None:
    """The box that sorters look for, and which piece of how many this is."""
    box = box.inside(4)
    line(pen, f"ZONE {label.zone}" if label.zone else "", box, Style(7, bold=True))
    line(pen, label.piece, box, Style(8.5, bold=True, align="right"))
    code = box.below(11)
    frame(pen, code, 1.5)
    headline(pen, label.routing, code.inside(4), Style(27, bold=True, align="centre"))


def recipient(pen: Pen, label: Label, box: Box) -> None:
    box = box.inside(4)
    line(pen, "SHIP TO:", box, Style(7, bold=True))
    wide = pen.squares(label.number, box.x + 2, box.y + 13) + 12
    below = 12.0 if label.wishes else 0.0
    room = box.beyond(max(wide, 42.0))
    block(pen, label.recipient, room.top(room.height - below), Style(16, bold=True))
    wishes = Box(box.x, box.bottom - 9, box.width, 9)
    line(pen, " · ".join(label.wishes), wishes, Style(8.5, bold=True, align="right"))


def customs(declaration: Declaration, pen: Pen, label: Label, box: Box) -> None:
    declared.declared(pen, declaration, box.inside(3), label.date)


def barcode(pen: Pen, label: Label, box: Box) -> None:
    """Thick rules above and beneath, white between: here a machine reads."""
    pen.fill(box, grey=1.0)
    pen.fill(box.top(2.2))
    middle = box.below(6)._replace(x=box.x + 4, width=box.width - 8)
    caption = f"{label.carrier.upper()} TRACKING #"
    line(pen, caption, middle, Style(8, bold=True, align="centre"))
    pen.bars(label.number, middle.below(13).top(box.height - 42))
    under = Box(middle.x, box.bottom - 20, middle.width, 14)
    headline(pen, label.grouped, under, Style(12.5, bold=True, align="centre"))
    pen.fill(Box(box.x, box.bottom - 2.2, box.width, 2.2))


def foot(pen: Pen, label: Label, box: Box) -> None:
    said = " · ".join(f"REF {n}: {words}" for n, words in enumerate(label.references, 1))
    inner = box.inside(3)
    line(pen, said, inner.below(1), Style(6.5))
    size = faces.shrunk(SAMPLE, (7.5, 4.5), inner.width * 0.99, bold=True)
    line(pen, SAMPLE, inner.below(11), Style(size, bold=True, align="centre"))
