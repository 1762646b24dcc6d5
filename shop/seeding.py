"""The goods on the shelves of a new shop, and the people of a demo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shop.db import session
from shop.models import Account, Product
from shop.values import Role

GOODS = Path(__file__).parent / "seed" / "products.json"
PASSWORD = "quayside-demo"  # noqa: S105 - demo accounts are refused outside demo mode
PEOPLE = (
    ("admin@quayside.test", "Ada Admin", Role.ADMIN),
    ("packer@quayside.test", "Pat Packer", Role.PACKER),
    ("viewer@quayside.test", "Vera Viewer", Role.VIEWER),
    ("alice@quayside.test", "Alice Archer", Role.CUSTOMER),
    ("bob@quayside.test", "Bob Brook", Role.CUSTOMER),
)


def stock_shelves() -> int:
    """Put every product on its shelf that is not there yet; return how many were."""
    there = set(session.scalars(sa.select(Product.slug)))
    added = [raw for raw in json.loads(GOODS.read_text()) if raw["slug"] not in there]
    for position, raw in enumerate(added, start=len(there)):
        session.add(_product(raw, position))
    return len(added)


def invite_demo_people() -> int:
    """The demo's five accounts, all with the password quayside-demo."""
    there = set(session.scalars(sa.select(Account.email)))
    added = [person for person in PEOPLE if person[0] not in there]
    for email, name, role in added:
        account = Account(email=email, name=name, role=role, demo=True)
        account.set_password(PASSWORD)
        session.add(account)
    return len(added)


def _product(raw: dict[str, Any], position: int) -> Product:
    given = {name: value for name, value in raw.items() if name != "price_cents"}
    return Product(**given, price_minor=raw["price_cents"], currency="USD", position=position)
