"""Call an order off before anything of it was handed over."""

from __future__ import annotations

import sqlalchemy as sa

from shop import voids
from shop.db import changed, session
from shop.i18n import say as _
from shop.models import Account, AuditEntry, LabelIntent, Order, Parcel, Product, Refund
from shop.outside import world_now
from shop.values import Act, IntentState, ParcelState, Standing

QUIET = (ParcelState.NEEDS_RATE, ParcelState.NEEDS_LABEL)
"""Where nothing was bought and nothing is being bought."""


def objection(order: Order) -> str:
    """Why it cannot be cancelled, or nothing."""
    if order.cancelled_at:
        return _("It is cancelled already.")
    for parcel in order.parcels:
        if parcel.handed_at:
            return _("A parcel of it was handed over. If that was a slip, take it back first.")
        used = any(refund.taken and refund.used_at for refund in parcel.refunds)
        if voids.scanned(parcel) or used:
            return _(
                "A carrier has had a parcel of it in hands. It cannot be called back from here."
            )
    return ""


def cancel(order: Order, who: Account, void: list[int]) -> list[Refund]:
    """Cancel it, release its goods, and ask for the money of the labels ticked: parcels' ids.

    Purchases that were not sent are taken back. One in doubt is looked for as before, and what is
    found then is shown to staff. Call it with everything locked by `locked`. Returns the refunds
    that are to be sent.
    """
    order.cancelled_at = world_now()
    about = f"order:{order.id}"
    session.add(AuditEntry(account_id=who.id, act=Act.CANCEL, subject=about, note=""))
    _release_goods(order)
    wishes = []
    for parcel in order.parcels:
        _take_back(parcel)
        if parcel.id in void and parcel.transaction_id and not voids.objection(parcel):
            wishes.append(voids.void(parcel, who))
        parcel.standing, parcel.requote_at = Standing.CANCELLED, None
        parcel.watch_at = order.cancelled_at
        if parcel.state in QUIET:
            parcel.state = ParcelState.CANCELLED
    return wishes


def doubtful(parcel: Parcel) -> bool:
    """Whether a label of it may have been bought, or may be yet: it was asked for."""
    return parcel.state in {ParcelState.BUYING, ParcelState.UNKNOWN} and any(
        intent.state.awaited for intent in parcel.intents
    )


def locked(number: str) -> Order | None:
    """An order for us alone, with its purchases and parcels, in the order everybody locks them."""
    order = session.scalar(sa.select(Order).filter_by(number=number).with_for_update())
    if order is None:
        return None
    mine = sa.select(Parcel.id).filter_by(order_id=order.id)
    fresh = {"populate_existing": True}
    intents = sa.select(LabelIntent).where(LabelIntent.parcel_id.in_(mine)).with_for_update()
    session.scalars(intents.order_by(LabelIntent.id), execution_options=fresh).all()
    parcels = sa.select(Parcel).filter_by(order_id=order.id).with_for_update()
    session.scalars(parcels.order_by(Parcel.id), execution_options=fresh).all()
    return order


def _release_goods(order: Order) -> None:
    for line in sorted(order.lines, key=lambda line: line.product_id):
        changed(
            sa.update(Product)
            .where(Product.id == line.product_id)
            .values(stock=Product.stock + line.quantity)
        )


def _take_back(parcel: Parcel) -> None:
    """A purchase that was asked for and not sent is never going to be."""
    taken = changed(
        sa.update(LabelIntent)
        .where(LabelIntent.parcel_id == parcel.id, LabelIntent.state == IntentState.READY)
        .values(
            state=IntentState.RELEASED, due_at=None, hold=None, reason="The order was cancelled."
        )
    )
    if taken:
        session.expire(parcel, ["intents"])
        parcel.wait_for(ParcelState.NEEDS_LABEL)
