"""What the merchant has chosen on the settings page."""

from __future__ import annotations

from shop.db import session
from shop.drift import Policy
from shop.models import ShopSetting
from shop.values import LabelFormat, LabelWhen


def label_when() -> LabelWhen:
    """When labels are bought: as the order is placed, unless the merchant said otherwise."""
    return LabelWhen(_chosen("label_when") or LabelWhen.ON_ORDER)


def set_label_when(choice: LabelWhen) -> None:
    _choose("label_when", choice.value)


def label_format() -> LabelFormat:
    """What kind of file labels are asked for as: PDF of 4 × 6 in, unless said otherwise."""
    return LabelFormat(_chosen("label_format") or LabelFormat.PDF_4X6)


def set_label_format(choice: LabelFormat) -> None:
    _choose("label_format", choice.value)


def _chosen(name: str) -> str | None:
    row = session.get(ShopSetting, name)
    return str(row.value["choice"]) if row else None


def _choose(name: str, choice: str) -> None:
    row = session.get(ShopSetting, name)
    if row is None:
        session.add(ShopSetting(name=name, value={"choice": choice}))
    else:
        row.value = {"choice": choice}


def drift_policy() -> Policy:
    """How far a label may cost more than was agreed before somebody is asked."""
    row = session.get(ShopSetting, "drift_policy")
    return Policy.from_json(row.value) if row else Policy()


def set_drift_policy(policy: Policy) -> None:
    session.merge(ShopSetting(name="drift_policy", value=policy.to_json()))
