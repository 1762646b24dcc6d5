"""A parcel in few words: how it stands, which order is the worst off, and what cards need."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import joinedload, selectinload

from shop.arrivals import today_at
from shop.i18n import say as _
from shop.models import LabelIntent, Order, Parcel, QuoteRun, RateDecision, Refund
from shop.models.orders import Quote
from shop.values import Package, ParcelState, Standing

WORST = (
    ParcelState.UNKNOWN,
    Standing.FAILED,
    Standing.ATTENTION,
    ParcelState.NEEDS_RATE,
    Standing.RETURNED,
    ParcelState.NEEDS_LABEL,
    ParcelState.BUYING,
    Standing.NO_LABEL,
    ParcelState.LABELLED,
    Standing.LABEL_READY,
    Standing.OUT_FOR_DELIVERY,
    Standing.IN_TRANSIT,
    Standing.DELIVERED,
    ParcelState.CANCELLED,
    Standing.CANCELLED,
)

WHOLE = (
    selectinload(Parcel.intents).selectinload(LabelIntent.attempts),
    selectinload(Parcel.snapshots),
    selectinload(Parcel.refunds).options(
        selectinload(Refund.snapshots), joinedload(Refund.account)
    ),
    selectinload(Parcel.decisions).options(
        joinedload(RateDecision.quote), joinedload(RateDecision.account)
    ),
)
"""What a parcel's card needs, in as many queries however many parcels there are."""

ORDER = (
    joinedload(Order.account),
    joinedload(Order.quote).joinedload(Quote.run).load_only(QuoteRun.expires_at),
    selectinload(Order.lines),
)


def state(parcel: Parcel) -> ParcelState | Standing:
    """One word for a parcel: what we have yet to do with it, else where it is."""
    return parcel.state if parcel.standing is Standing.NO_LABEL else parcel.standing


def worst(parcels: Iterable[Parcel]) -> ParcelState | Standing:
    """One word for an order: its most troubled parcel's."""
    return min((state(parcel) for parcel in parcels), key=WORST.index, default=Standing.NO_LABEL)


def late(order: Order) -> bool:
    """Whether the promised days are over, where it goes, and something of it has not arrived."""
    over = order.promise_last is not None and today_at(order.to) > order.promise_last
    return over and not all(p.standing.final for p in order.parcels)


def size(box: Package) -> str:
    """A packed box in words."""
    sides = " × ".join(f"{mm / 10:g}" for mm in (box.length_mm, box.width_mm, box.height_mm))
    return _(
        "%(box)s, %(sides)s cm, %(kg)s kg with packing",
        box=box.box,
        sides=sides,
        kg=f"{box.weight_g / 1000:.1f}",
    )
