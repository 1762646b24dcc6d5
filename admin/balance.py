"""What an order leaves us: paid, spent on labels, and left over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shop import pages
from shop.i18n import say as _
from shop.models import Order, Parcel, Refund
from shop.values import Money, ParcelState, RefundState


def of(order: Order) -> dict[str, Any]:
    """What was paid, what labels cost, and what delivery leaves over; a range where not known."""
    labels, least, most = [], Money(0, order.currency), Money(0, order.currency)
    known = True
    for name, cost, text, certain in _costs(order):
        labels.append((name, text))
        if cost is None or cost.currency != order.currency:
            known = False
            continue
        most += cost
        least += cost if certain else Money(0, cost.currency)
    low, high = order.delivery - most, order.delivery - least
    about = any(parcel.cost and parcel.estimated for parcel in order.parcels)
    left = _("%(a)s to %(b)s", a=signed(low), b=signed(high))
    left = left_over(low, about=about) if low == high else left
    return {
        "paid": [
            (_("Goods"), pages.money(order.goods)),
            (_("Delivery charged"), pages.money(order.delivery)),
        ],
        "total": (_("Order total"), pages.money(order.total)),
        "labels": labels,
        "left": (_("Left over"), left if known else _("Not known")),
    }


def left_over(amount: Money, *, about: bool) -> str:
    """What delivery leaves over, as far as what its label costs is known."""
    return _("about %(price)s", price=signed(amount)) if about else signed(amount)


def signed(amount: Money) -> str:
    """An amount that may be a gain or a loss, with its sign."""
    text = pages.money(Money(abs(amount.minor), amount.currency))
    return f"+{text}" if amount.minor > 0 else f"−{text}" if amount.minor < 0 else text


def _costs(order: Order) -> Iterator[tuple[str, Money | None, str, bool]]:
    """Each label's name, cost, that in words, and whether it is certain; voided ones too."""
    for place, parcel in enumerate(order.parcels, start=1):
        name = _("Label") if len(order.parcels) == 1 else _("Label, parcel %(n)s", n=place)
        if parcel.state is not ParcelState.CANCELLED:
            yield name, parcel.cost, *_cost(parcel, parcel.cost)
        for refund in parcel.refunds:
            if refund.taken and refund.state is not RefundState.GRANTED:
                yield _("Voided label"), refund.amount, *_back(refund)


def _back(refund: Refund) -> tuple[str, bool]:
    certain, text = refund.state is RefundState.REJECTED, _("Not known")
    if refund.amount:
        text = pages.cost(refund.amount, about=refund.estimated)
    return (text if certain else _("%(price)s, to come back", price=text)), certain


def _cost(parcel: Parcel, cost: Money | None) -> tuple[str, bool]:
    if cost is None:
        return _("Not known"), False
    text = pages.cost(cost, about=parcel.estimated)
    match parcel.state:
        case ParcelState.UNKNOWN:
            return _("%(price)s or nothing", price=text), False
        case ParcelState.NEEDS_LABEL:
            return _("%(price)s if bought", price=text), True
        case _:
            return text + _expected(parcel, cost), True


def _expected(parcel: Parcel, cost: Money) -> str:
    """What a label at a fixed price was expected to cost, where it cost something else."""
    expected = parcel.order.quote.cost if parcel.carrier_account else None
    if expected is None or parcel.estimated or cost == expected:
        return ""
    return _(", expected %(price)s", price=pages.money(expected))
