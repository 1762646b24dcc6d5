"""The customs declaration on a label: the green slip of the post offices, in black."""

from sandbox.papers.customs import Declaration, Item
from sandbox.papers.pen import Box, Pen, Style, line

ROW = 8.2
SMALL = Style(6)
STRONG = Style(6, bold=True)
# Where each column begins, as parts of the width: quantity and goods, weight, value, code, origin
COLUMNS = (0.0, 0.5, 0.64, 0.79, 0.93)


def declared(pen: Pen, customs: Declaration, box: Box, date: str) -> None:
    """Title, as many items as there is room for, the total, and who signed."""
    line(pen, "CUSTOMS DECLARATION CN 22", box, STRONG)
    line(pen, customs.contents.upper(), box, STRONG._replace(align="right"))
    _row(pen, box.below(ROW), ("Quantity, contents", "Weight", "Value", "HS code", "From"), STRONG)
    room = int(box.height / ROW) - 4
    items = customs.items
    shown = items if len(items) <= room else items[: room - 1]
    at = box.below(2 * ROW)
    for item in shown:
        _row(pen, at, _cells(item), SMALL)
        at = at.below(ROW)
    if len(shown) < len(items):
        line(pen, f"and {len(items) - len(shown)} more, see the invoice", at, SMALL)
    end = box.below(box.height - 2 * ROW)
    line(pen, f"Total value {customs.total:.2f} {customs.currency}", end, STRONG)
    line(pen, "Signed and dated by the sender:", end.below(ROW).left(end.width * 0.5), SMALL)
    line(pen, f"{customs.signer}, {date}", end.below(ROW).beyond(end.width * 0.5), SMALL)


def _cells(item: Item) -> tuple[str, ...]:
    value = f"{item.value:.2f} {item.currency}"
    return (f"{item.quantity} × {item.description}", item.weight, value, item.code, item.origin)


def _row(pen: Pen, box: Box, cells: tuple[str, ...], style: Style) -> None:
    ends = (*COLUMNS[1:], 1.0)
    for start, end, words in zip(COLUMNS, ends, cells, strict=True):
        room = box.beyond(start * box.width).left((end - start) * box.width - 2)
        line(pen, words, room, style)
