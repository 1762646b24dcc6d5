"""The packing slip of an order: what should be in the box, for whoever packs and opens it."""

from sandbox.papers import parties
from sandbox.papers.label import day
from sandbox.papers.sheaf import Column, Sheaf
from sandbox.store import Doc

COLUMNS = (
    Column("Item", 0.47),
    Column("SKU", 0.17),
    Column("Quantity", 0.1, "right"),
    Column("Weight", 0.12, "right"),
    Column("Total", 0.14, "right"),
)


def packing_slip(order: Doc) -> bytes:
    recipient, sender = order["to_address"], order.get("from_address") or {}
    number = str(order.get("order_number") or order["object_id"][:12].upper())
    sheaf = Sheaf(f"Packing slip {number}", sender.get("country") or recipient["country"])
    sheaf.head(
        "Packing slip",
        (
            ("Order", number),
            ("Placed", day(str(order.get("placed_at") or ""))),
            ("Ships by", str(order.get("shipping_method") or "")),
        ),
    )
    abroad = bool(sender) and sender["country"] != recipient["country"]
    columns = [("Ship to", parties.lines(recipient, abroad=abroad))]
    if sender:
        columns.append(("From", parties.lines(sender, abroad=abroad)))
    sheaf.parties(*columns)
    items = order.get("line_items") or []
    sheaf.table(COLUMNS, [_row(item, order) for item in items])
    pieces = sum(int(item.get("quantity") or 0) for item in items)
    sheaf.totals([("Pieces", str(pieces)), *_sums(order)])
    sheaf.note("Notes", str(order.get("notes") or ""))
    return sheaf.paper()


def _row(item: Doc, order: Doc) -> tuple[str, ...]:
    named = [str(item.get(name) or "") for name in ("title", "variant_title")]
    money = item.get("currency") or order.get("currency")
    return (
        " · ".join(part for part in named if part),
        str(item.get("sku") or ""),
        str(item.get("quantity") or ""),
        with_unit(item.get("weight"), item.get("weight_unit")),
        with_unit(item.get("total_price"), money),
    )


def _sums(order: Doc) -> list[tuple[str, str]]:
    money = order.get("currency")
    return [
        ("Weight", with_unit(order.get("weight"), order.get("weight_unit"))),
        ("Subtotal", with_unit(order.get("subtotal_price"), money)),
        (
            "Shipping",
            with_unit(order.get("shipping_cost"), order.get("shipping_cost_currency") or money),
        ),
        ("Tax", with_unit(order.get("total_tax"), money)),
        ("Total", with_unit(order.get("total_price"), money)),
    ]


def with_unit(figure: object, unit: object) -> str:
    return f"{figure} {unit or ''}".strip() if figure else ""
