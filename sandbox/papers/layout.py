"""How the parts of a label lie on its sheet, drawn by whichever pen."""

from collections.abc import Callable
from functools import partial

from sandbox.papers import declared
from sandbox.papers.blocks import (
    RULE,
    banner,
    barcode,
    customs,
    foot,
    head,
    recipient,
    routing,
    sender,
)
from sandbox.papers.label import Label
from sandbox.papers.pen import Box, Pen, frame

Part = tuple[float, Callable[[Pen, Label, Box], None]]

EDGE = 7.0
REST = 0.0  # the height of the part that gets what the others leave


def draw(pen: Pen, label: Label, sheet: Box) -> None:
    """Parts one beneath the other on a standing sheet; on one that lies, in three columns."""
    box = sheet.inside(EDGE)
    pen.watermark(box)
    arrange = _lying if box.width > box.height else _standing
    arrange(pen, label, box)
    frame(pen, box, 1.5)


def _standing(pen: Pen, label: Label, box: Box) -> None:
    column = (
        (52.0, head),
        (21.0, banner),
        (66.0, _sender_and_routing),
        (REST, recipient),
        *_declaration(label, box.width),
        (94.0 if label.customs else 112.0, barcode),
        (26.0, foot),
    )
    _stack(pen, label, box, column)


def _lying(pen: Pen, label: Label, box: Box) -> None:
    wide = (148.0, 182.0, box.width - 330.0)
    columns: tuple[tuple[Part, ...], ...] = (
        ((50.0, head), (REST, sender), (46.0, routing)),
        ((19.0, banner), (REST, recipient), *_declaration(label, wide[1])),
        ((REST, barcode), (26.0, foot)),
    )
    for width, column in zip(wide, columns, strict=True):
        _stack(pen, label, box.left(width), column)
        box = box.beyond(width)
        pen.fill(box.left(RULE))


def _stack(pen: Pen, label: Label, box: Box, column: tuple[Part, ...]) -> None:
    rest = box.height - sum(height for height, _ in column)
    for height, part in column:
        own = box.top(height or rest)
        part(pen, label, own.below(RULE))
        pen.fill(own.top(RULE))
        box = box.below(own.height)


def _sender_and_routing(pen: Pen, label: Label, box: Box) -> None:
    half = box.width * 0.58
    sender(pen, label, box.left(half))
    routing(pen, label, box.beyond(half))


def _declaration(label: Label, width: float) -> tuple[Part, ...]:
    if label.customs is None:
        return ()
    return ((declared.height(label.customs, width), partial(customs, label.customs)),)
