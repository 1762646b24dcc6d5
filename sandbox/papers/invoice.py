"""The commercial invoice of a parcel that crosses a border, from its customs declaration."""

from decimal import Decimal

from sandbox.papers import parties
from sandbox.papers.customs import Declaration, Item, figure
from sandbox.papers.label import Label, sides
from sandbox.papers.sheaf import Column, Sheaf
from sandbox.papers.slip import with_unit
from sandbox.store import Doc

COLUMNS = (
    Column("Qty", 0.07, "right"),
    Column("Description of goods", 0.35),
    Column("HS code", 0.13),
    Column("Origin", 0.08),
    Column("Net weight", 0.12, "right"),
    Column("Unit value", 0.11, "right"),
    Column("Value", 0.14, "right"),
)
CHARGES = (
    ("Shipping", "total_shipping"),
    ("Taxes", "total_taxes"),
    ("Duties", "total_duties"),
    ("Other fees", "other_fees"),
)
STATEMENT = "I declare that all the information in this invoice is true and correct."


def commercial_invoice(label: Label, shipment: Doc, customs: Declaration) -> bytes:
    told = customs.told
    number = str(told.get("invoice") or f"CI-{label.number[-10:]}")
    there = sides(shipment)[0]["country"]
    sheaf = Sheaf(f"Commercial invoice {number}", there, stamped=True)
    sheaf.head("Commercial invoice", _facts(label, customs, number))
    sheaf.parties(*_parties(shipment, told))
    sheaf.table(COLUMNS, [_row(item) for item in customs.items])
    sheaf.totals(_sums(customs))
    sheaf.note("Export statement", _export(told))
    sheaf.note("Notes", _text(told, "notes"))
    sheaf.note("Declaration", " ".join((STATEMENT, _text(told, "disclaimer"))))
    sheaf.signatures(f"Signed by {customs.signer}", f"Date {label.date}")
    return sheaf.paper()


def _facts(label: Label, customs: Declaration, number: str) -> list[tuple[str, str]]:
    told = customs.told
    return [
        ("Invoice", number),
        ("Date", label.date),
        ("Tracking number", label.grouped),
        ("Carrier", label.title),
        ("Reason for export", customs.contents),
        ("Terms of sale", _text(told, "incoterm")),
        ("Currency", customs.currency),
        ("Exporter's ref.", _text(told, "exporter_reference")),
        ("Importer's ref.", _text(told, "importer_reference")),
    ]


def _parties(shipment: Doc, told: Doc) -> list[tuple[str, list[str]]]:
    known = told.get("exporter_identification") or {}
    tax = known.get("tax_id") or {}
    numbers = [
        with_unit("EORI", known.get("eori_number")) if known.get("eori_number") else "",
        with_unit(tax.get("type") or "Tax id", tax["number"]) if tax.get("number") else "",
    ]
    exporter, consignee = sides(shipment)
    named = [
        ("Exporter", parties.lines(exporter, abroad=True) + numbers),
        ("Consignee", parties.lines(consignee, abroad=True)),
    ]
    importer = told.get("address_importer")
    if isinstance(importer, dict):
        named.append(("Importer", parties.lines(importer, abroad=True)))
    return named


def _row(item: Item) -> tuple[str, ...]:
    return (
        str(item.quantity),
        item.description,
        item.code,
        item.origin,
        item.weight,
        f"{item.unit_value:.2f}",
        f"{item.value:.2f} {item.currency}",
    )


def _sums(customs: Declaration) -> list[tuple[str, str]]:
    charges = customs.told.get("invoiced_charges") or {}
    money = str(charges.get("currency") or customs.currency)
    said = [(name, figure(charges.get(key) or 0)) for name, key in CHARGES]
    whole = sum((value for _, value in said), customs.total)
    return [
        ("Value of goods", f"{customs.total:.2f} {customs.currency}"),
        *((name, f"{value:.2f} {money}" if value != Decimal(0) else "") for name, value in said),
        ("Total", f"{whole:.2f} {customs.currency}"),
    ]


def _export(told: Doc) -> str:
    named = (("EEL/PFC", "eel_pfc"), ("AES ITN", "aes_itn"), ("B13A", "b13a_number"))
    return ", ".join(f"{name} {_text(told, key)}" for name, key in named if told.get(key))


def _text(told: Doc, name: str) -> str:
    return str(told.get(name) or "")
