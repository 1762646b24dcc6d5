"""The customs declaration on a label: the green slip of the post offices, in black."""

from sandbox.papers.customs import Declaration, Item
from sandbox.papers.pen import Box, Pen, Style, line

ROW = 8.4
SMALL = Style(6)
STRONG = Style(6, bold=True)
WIDE = (0.46, 0.13, 0.17, 0.15, 0.09)
TITLES = ("Quantity and contents", "Weight", "Value", "HS code", "From")
NARROW = 200.0


def height(customs: Declaration, width: float) -> float:
    """How much of the label it wants."""
    shown, more = _shown(customs, width)
    rows = len(shown) * (2 if width < NARROW else 1) + bool(more)
    return (rows + 4) * ROW + 7


def declared(pen: Pen, customs: Declaration, box: Box, date: str) -> None:
    """Title, as many items as there is room for, the total, and who signed."""
    line(pen, "CUSTOMS DECLARATION CN 22", box, STRONG)
    line(pen, customs.contents.upper(), box, STRONG._replace(align="right"))
    at = _row(pen, box.below(ROW), TITLES, STRONG)
    shown, more = _shown(customs, box.width)
    for item in shown:
        at = _item(pen, at, item)
    if more:
        line(pen, f"and {more} more, see the invoice", at, SMALL)
    end = box.below(box.height - 2 * ROW)
    line(pen, f"Total value {customs.total:.2f} {customs.currency}", end, STRONG)
    line(pen, f"Signed: {customs.signer}, {date}", end.below(ROW), SMALL)


def _shown(customs: Declaration, width: float) -> tuple[tuple[Item, ...], int]:
    """The items there is room for, and how many others there are."""
    items, most = customs.items, 2 if width < NARROW else 3
    shown = items if len(items) <= most else items[: most - 1]
    return shown, len(items) - len(shown)


def _item(pen: Pen, box: Box, item: Item) -> Box:
    goods = f"{item.quantity} × {item.description}"
    value = f"{item.value:.2f} {item.currency}"
    facts = (item.weight, value, item.code, item.origin)
    if box.width < NARROW:
        line(pen, goods, box, SMALL)
        return _row(pen, box.below(ROW), ("", *facts), SMALL)
    return _row(pen, box, (goods, *facts), SMALL)


def _row(pen: Pen, box: Box, cells: tuple[str, ...], style: Style) -> Box:
    """On a narrow label what it is has a line of its own, and the figures share the next."""
    parts = (0.04, 0.2, 0.34, 0.3, 0.12) if box.width < NARROW else WIDE
    at = box
    for part, words in zip(parts, cells, strict=True):
        room = at.left(box.width * part - 2)
        if room.width > style.size:
            line(pen, words, room, style)
        at = at.beyond(box.width * part)
    return box.below(ROW)
