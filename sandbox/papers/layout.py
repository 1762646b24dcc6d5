"""How a label lies on its sheet: blocks one beneath the other, drawn by whichever pen."""

from sandbox.papers import faces
from sandbox.papers.declared import declared
from sandbox.papers.label import Label
from sandbox.papers.pen import Box, Pen, Style, block, frame, headline, line

EDGE = 7.0
RULE = 1.2
NARROW = 200.0
SAMPLE = "SAMPLE - DO NOT MAIL - NOT VALID FOR SHIPPING"


def draw(pen: Pen, label: Label, sheet: Box) -> None:
    """The whole label; what the other blocks leave belongs to the recipient."""
    box = sheet.inside(EDGE)
    pen.watermark(box)
    narrow = box.width < NARROW
    tops = [(_head, 50), (_banner, 21), (_sender_narrow, 112) if narrow else (_sender, 64)]
    ends = [(_barcode, 96 if label.customs else 108), (_foot, 26)]
    if label.customs:
        ends.insert(0, (_customs, 92 if narrow else 74))
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
    """The service as one large sign, and who was paid for it."""
    mark = box.left(min(62.0, box.width * 0.34))
    headline(pen, label.mark, mark.inside(3), Style(44, bold=True, align="centre"))
    pen.fill(Box(mark.right, box.y, RULE, box.height))
    right = box.beyond(mark.width + 5).inside(4)
    headline(pen, label.carrier.upper(), right.top(17), Style(17, bold=True))
    said = [f"POSTAGE PAID  {label.date}", f"{label.weight.upper()}  {label.size}"]
    for number, words in enumerate(said):
        line(pen, words, right.below(20 + number * 10), Style(7))


def _banner(pen: Pen, label: Label, box: Box) -> None:
    pen.fill(box)
    words = f"{label.carrier} {label.service}".upper()
    style = Style(13, bold=True, align="centre", white=True)
    headline(pen, words, box.inside(4), style)


def _sender(pen: Pen, label: Label, box: Box) -> None:
    side = box.beyond(box.width * 0.58)
    block(pen, label.sender, box.left(box.width * 0.58).inside(4), Style(7.5))
    _routing(pen, label, side.inside(4))


def _sender_narrow(pen: Pen, label: Label, box: Box) -> None:
    block(pen, label.sender, box.top(60).inside(4), Style(7.5))
    _routing(pen, label, box.below(60).inside(4))


def _routing(pen: Pen, label: Label, box: Box) -> None:
    """The box that sorters look for, and which piece of how many this is."""
    facts = [f"ZONE {label.zone}"] if label.zone else []
    line(pen, "  ".join([*facts, *label.wishes]), box, Style(7, bold=True))
    if label.piece:
        line(pen, label.piece, box, Style(8, bold=True, align="right"))
    code = box.below(11)
    frame(pen, code, 1.5)
    headline(pen, label.routing, code.inside(4), Style(26, bold=True, align="centre"))


def _recipient(pen: Pen, label: Label, box: Box) -> None:
    line(pen, "SHIP TO:", box, Style(7, bold=True))
    room = box.below(12)
    wide = pen.squares(label.number, box.x + 4, room.y) + 12
    block(pen, label.recipient, room.beyond(wide), Style(13, bold=True))


def _customs(pen: Pen, label: Label, box: Box) -> None:
    if label.customs:
        declared(pen, label.customs, box.inside(3), label.date)


def _barcode(pen: Pen, label: Label, box: Box) -> None:
    """Thick rules above and beneath, white between: here a machine reads."""
    pen.fill(box, grey=1.0)
    pen.fill(box.top(2.2))
    caption = f"{label.carrier.upper()} TRACKING #"
    middle = box.below(6)._replace(x=box.x + 4, width=box.width - 8)
    line(pen, caption, middle, Style(8, bold=True, align="centre"))
    pen.bars(label.number, middle.below(13).top(box.height - 42))
    under = Box(middle.x, box.bottom - 19, middle.width, 13)
    headline(pen, label.grouped, under, Style(12, bold=True, align="centre"))


def _foot(pen: Pen, label: Label, box: Box) -> None:
    said = "   ".join(f"REF {n}: {words}" for n, words in enumerate(label.references, 1))
    inner = box.inside(3)
    line(pen, said, inner.below(1), Style(6.5))
    size = faces.shrunk(SAMPLE, (7.5, 4.5), inner.width, bold=True)
    line(pen, SAMPLE, inner.below(11), Style(size, bold=True, align="centre"))
