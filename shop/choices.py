"""What the merchant has chosen on the settings page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from shop.db import session
from shop.drift import Policy
from shop.fixed import FixedOption
from shop.models import ShopSetting
from shop.outside import mode
from shop.values import CarrierAccount, LabelFormat, LabelWhen, Service


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


def fixed_options() -> tuple[FixedOption, ...]:
    """The merchant's own delivery options, in their order; none where carriers are asked."""
    row = session.get(ShopSetting, _fixed())
    return kept_options() if row and row.value["on"] else ()


def kept_options() -> tuple[FixedOption, ...]:
    """The same, also while they are only kept for another time."""
    row = session.get(ShopSetting, _fixed())
    return tuple(FixedOption.from_json(one) for one in row.value["options"]) if row else ()


def set_fixed_options(options: Sequence[FixedOption], *, on: bool = True) -> None:
    """Choose them, or only keep them; with none, carriers are asked for live prices."""
    plain = [option.to_json() for option in options]
    session.merge(ShopSetting(name=_fixed(), value={"options": plain, "on": on}))


def carrier_accounts() -> tuple[CarrierAccount, ...]:
    """The accounts labels can be bought on, as Shippo told them last."""
    row = session.get(ShopSetting, _accounts())
    return tuple(_account(one) for one in row.value["accounts"]) if row else ()


def set_carrier_accounts(told: Sequence[CarrierAccount]) -> None:
    plain = [asdict(account) for account in told]
    session.merge(ShopSetting(name=_accounts(), value={"accounts": plain}))


def _account(raw: dict[str, Any]) -> CarrierAccount:
    services = tuple(Service(**one) for one in raw["services"])
    return CarrierAccount(**{**raw, "services": services})


def _fixed() -> str:
    return f"fixed_options_{mode()}"


def _accounts() -> str:
    """Live and test mode have accounts of their own."""
    return f"carrier_accounts_{mode()}"


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
