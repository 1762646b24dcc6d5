"""What the merchant has chosen on the settings page."""

from __future__ import annotations

from shop.db import session
from shop.models import ShopSetting
from shop.values import LabelWhen


def label_when() -> LabelWhen:
    """When labels are bought: as the order is placed, unless the merchant said otherwise."""
    row = session.get(ShopSetting, "label_when")
    return LabelWhen(row.value["choice"]) if row else LabelWhen.ON_ORDER


def set_label_when(choice: LabelWhen) -> None:
    row = session.get(ShopSetting, "label_when")
    if row is None:
        session.add(ShopSetting(name="label_when", value={"choice": choice.value}))
    else:
        row.value = {"choice": choice.value}
