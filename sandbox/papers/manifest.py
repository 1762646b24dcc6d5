"""The form a driver scans once for everything that is handed over: a SCAN form, a manifest."""

from collections import Counter
from collections.abc import Sequence

from sandbox.carriers.checks import mod10
from sandbox.papers import parties
from sandbox.papers.label import Label
from sandbox.papers.sheaf import Column, Sheaf
from sandbox.store import Doc

SERVICES = (Column("Service", 0.75), Column("Pieces", 0.25, "right"))
LABELS = (
    Column("Tracking number", 0.3),
    Column("Service", 0.27),
    Column("To", 0.31),
    Column("Weight", 0.12, "right"),
)


def manifest_number(manifest: Doc) -> str:
    """Of 22 digits, as the post office numbers its forms; the same each time."""
    body = f"9275{int(manifest['object_id'], 16) % 10**17:017d}"
    return body + mod10(body)


def form(manifest: Doc, sender: Doc, labels: Sequence[Label], day: str) -> bytes:
    carrier = labels[0].carrier if labels else ""
    kind = "SCAN form" if carrier == "USPS" else "Manifest"
    number = manifest_number(manifest)
    sheaf = Sheaf(f"{kind} {number}", sender["country"], stamped=True)
    facts = (("Carrier", carrier), ("Shipped", day), ("Pieces", str(len(labels))))
    sheaf.head(f"{carrier} {kind}".strip(), facts)
    sheaf.parties(("Shipped from", parties.lines(sender, abroad=False)))
    sheaf.barcode(number, 64)
    counted = Counter(label.service for label in labels)
    rows = [(name, str(pieces)) for name, pieces in sorted(counted.items())]
    sheaf.table(SERVICES, [*rows, ("Total", str(len(labels)))])
    sheaf.signatures("Received by", "Date and time", "Signature of the sender")
    sheaf.table(LABELS, [_row(label) for label in labels])
    return sheaf.paper()


def _row(label: Label) -> tuple[str, ...]:
    return (label.grouped, label.service, f"{label.recipient[0]}, {label.routing}", label.weight)
