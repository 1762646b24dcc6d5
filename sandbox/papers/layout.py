"""How a label lies on its sheet: blocks one beneath the other, drawn by whichever pen."""

from collections.abc import Callable

from sandbox.papers import declared, faces
from sandbox.papers.label import Label
from sandbox.papers.pen import Box, Pen, Style, block, frame, headline, line

Block = Callable[[Pen, Label, Box], None]

EDGE = 7.0
RULE = 1.2
NARROW = 200.0
SAMPLE = "SAMPLE - DO NOT MAIL - NOT VALID FOR SHIPPING"


def draw(pen: Pen, label: Label, sheet: Box) -> None:
    """The whole label; what the other blocks leave belongs to the recipient."""
    box = sheet.inside(EDGE)
    pen.watermark(box)
    tops = [(_head, 52.0), (_banner, 21.0), _from(box.width)]
    ends = [(_barcode, 94.0 if label.customs else 112.0), (_foot, 26.0)]
    if label.customs:
        ends.insert(0, (_customs, declared.height(label.customs, box.width)))
    for part, height in tops:
        part(pen, label, box.top(height))
        box = box.below(height)
        pen.fill(box.top(RULE))
    rest = box.height - sum(height for _, height in ends)
    _recipient(pen, label, box.top(rest).inside(4))
    box = box.below(rest)
    for part, height in ends:
        pen.fill(box.top(RULE))
        part(pen, label, box.top(height).below(RULE))
        box = box.below(height)
    frame(pen, sheet.inside(EDGE), 1.5)


def _head(pen: Pen, label: Label, box: Box) -> None:
    """The service as one large sign, the carrier, and what was paid when."""
    mark = box.left(min(64.0, box.width * 0.32))
    headline(pen, label.mark, mark.inside(3), Style(46, bold=True, align="centre"))
    pen.fill(Box(mark.right, box.y, RULE, box.height))
    right = box.beyond(mark.width + 4).inside(4)
    headline(pen, label.carrier.upper(), right.top(18), Style(18, bold=True))
    facts = f"{label.weight} · {label.size}"
    for number, words in enumerate((f"POSTAGE PAID · {label.date}", facts)):
        headline(pen, words, right.below(22 + number * 11).top(9), Style(7.5))


def _banner(pen: Pen, label: Label, box: Box) -> None:
    pen.fill(box)
    words = f"{label.carrier} {label.service}".upper()
    headline(pen, words, box.inside(4), Style(13.5, bold=True, align="centre", white=True))


def _from(width: float) -> tuple[Block, float]:
    return (_sender_above, 112.0) if width < NARROW else (_sender_beside, 66.0)


def _sender_beside(pen: Pen, label: Label, box: Box) -> None:
    part = box.width * 0.58
    block(pen, label.sender, box.left(part).inside(4), Style(8))
    _routing(pen, label, box.beyond(part).inside(4))


def _sender_above(pen: Pen, label: Label, box: Box) -> None:
    block(pen, label.sender, box.top(60).inside(4), Style(8))
    _routing(pen, label, box.below(60).inside(4))


def _routing(pen: Pen, label: Label, box: Box) -> None:
    """The box that sorters look for, and which piece of how many this is."""
    line(pen, f"ZONE {label.zone}" if label.zone else "", box, Style(7, bold=True))
    line(pen, label.piece, box, Style(8.5, bold=True, align="right"))
    code = box.below(11)
    frame(pen, code, 1.5)
    headline(pen, label.routing, code.inside(4), Style(27, bold=True, align="centre"))


def _recipient(pen: Pen, label: Label, box: Box) -> None:
    line(pen, "SHIP TO:", box, Style(7, bold=True))
    wide = pen.squares(label.number, box.x + 4, box.y + 14) + 14
    below = 12.0 if label.wishes else 0.0
    room = box.below(12).beyond(wide)
    block(pen, label.recipient, room.top(room.height - below), Style(16, bold=True))
    wishes = Box(box.x, box.bottom - 9, box.width, 9)
    line(pen, " · ".join(label.wishes), wishes, Style(8.5, bold=True, align="right"))


def _customs(pen: Pen, label: Label, box: Box) -> None:
    if label.customs:
        declared.declared(pen, label.customs, box.inside(3), label.date)


def _barcode(pen: Pen, label: Label, box: Box) -> None:
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


def _foot(pen: Pen, label: Label, box: Box) -> None:
    said = " · ".join(f"REF {n}: {words}" for n, words in enumerate(label.references, 1))
    inner = box.inside(3)
    line(pen, said, inner.below(1), Style(6.5))
    size = faces.shrunk(SAMPLE, (7.5, 4.5), inner.width * 0.99, bold=True)
    line(pen, SAMPLE, inner.below(11), Style(size, bold=True, align="centre"))
