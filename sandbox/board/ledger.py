"""The ledger: every label that was paid for, what they cost together, and which were sold twice."""

import json
from collections import Counter, defaultdict
from decimal import Decimal

from flask import render_template

from sandbox.board import parcels, slices
from sandbox.board.slices import Test
from sandbox.store import Doc
from sandbox.world import here

# Refused ones were not sold. Written so that no index is taken but that of the newest.
PAID = "+status IN ('QUEUED', 'SUCCESS', 'REFUNDPENDING', 'REFUNDED', 'REFUNDREJECTED')"
SOLD: Test = (PAID, ())
LATEST = 1000
COSTS = ("status", "rate", "parcel", "_carrier", "_amount", "_currency")
WHAT_IT_COST = f"""
SELECT status, json_extract(body, {", ".join(f"'$.{name}'" for name in COSTS)}) AS costs
FROM doc WHERE kind = 'transaction' ORDER BY seq DESC LIMIT ?
"""  # noqa: S608
"""Of the latest labels no more than their sums need: to read a thousand whole takes long."""

MARKS = {
    "QUEUED": ("clock", "", "Being bought"),
    "SUCCESS": ("check", "good", "Bought"),
    "REFUNDPENDING": ("undo", "warn", "Refund asked for"),
    "REFUNDED": ("undo", "", "Refunded"),
    "REFUNDREJECTED": ("cross", "bad", "Refund refused"),
}


def index() -> str:
    found = slices.documents("transaction", SOLD)
    latest = here().store.rows(WHAT_IT_COST, LATEST)
    paid = [
        dict(zip(COSTS, json.loads(label["costs"]), strict=True))
        for label in latest
        if label["status"] in MARKS
    ]
    return render_template(
        "ledger.html",
        lines=_lines(found.docs),
        found=found,
        totals=_totals(paid),
        twice=sum(sold - 1 for sold in Counter(map(_bought, paid)).values()),
        partly=len(latest) == LATEST,
        latest=LATEST,
    )


def price(label: Doc) -> str:
    return f"{label['_amount']} {label.get('_currency', '')}".strip()


def _lines(labels: list[Doc]) -> list[Doc]:
    sold = {rate: _sales(rate) for rate in {label["rate"] for label in labels}}
    return [
        {
            "at": label["object_created"],
            "number": label["tracking_number"],
            "token": label["_carrier"],
            "carrier": parcels.carrier_name(label["_carrier"]),
            "reference": label["metadata"],
            "price": price(label),
            "mark": mark(label),
            "rate": label["rate"],
            "times": sold[label["rate"]][_bought(label)],
        }
        for label in labels
    ]


def mark(label: Doc) -> Doc:
    icon, tone, words = MARKS.get(label["status"], ("cross", "bad", "Not sold"))
    return {"icon": icon, "tone": tone, "words": words}


def _sales(rate: str) -> Counter[tuple[str, str]]:
    """How often each parcel of a shipment was sold by this rate."""
    found = here().store.find("transaction", rate=rate, span=(LATEST, 0))
    return Counter(_bought(label) for label in found if label["status"] in MARKS)


def _bought(label: Doc) -> tuple[str, str]:
    return label["rate"], label["parcel"]


def _totals(paid: list[Doc]) -> list[Doc]:
    """By carrier and currency; what was refunded is not counted as cost."""
    costs: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for label in paid:
        back = label["status"] == "REFUNDED"
        cost = Decimal(0) if back else Decimal(label["_amount"])
        costs[label["_carrier"], label["_currency"] or ""].append(cost)
    return [
        {
            "carrier": parcels.carrier_name(carrier),
            "currency": currency,
            "labels": len(some),
            "cost": f"{sum(some):,.2f}",
        }
        for (carrier, currency), some in sorted(costs.items())
    ]
