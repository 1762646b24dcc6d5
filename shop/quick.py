"""A quick label: for any address and any parcel, bought by a single call, without a checkout.

It is an order of a parcel alone, so that all that is true of labels, cancelling and tracking is
true of it. Decided: it promises no day. Nobody was told one, so there is none to keep, and it is
never late by our word; the carrier's own day speaks, once there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop import checkout, purchases, quotes, rates
from shop.db import session
from shop.i18n import say as _
from shop.models import Basket, LabelIntent, Order, Parcel, Quote
from shop.outside import mode, world_now
from shop.quotes import Enquiry, Reply
from shop.rates import TO_BOXES, Offer
from shop.values import (
    Address,
    CarrierAccount,
    IntentState,
    Money,
    Package,
    ParcelState,
    QuoteSource,
    Service,
)
from shop.zones import only_by_post

QUIET = (ParcelState.NEEDS_RATE, ParcelState.NEEDS_LABEL)


class NotOurs(Exception):
    """This token stands for something else than a quick label."""


@dataclass(frozen=True, kw_only=True)
class QuickLabel:
    """What is wanted: this parcel to this address, by this service, and what it is for."""

    to: Address
    package: Package
    account: CarrierAccount
    service: Service
    note: str


def unreached(to: Address, carrier: str) -> bool:
    """Whether this carrier does not come there: only the post brings parcels to its boxes."""
    return only_by_post(to) and carrier not in TO_BOXES


def place(token: str, wanted: QuickLabel) -> tuple[Order, bool]:
    """The order of a form, made once, and whether it was made just now.

    `token` names the form: sent twice, also at the same time, it brings the first one's order,
    whatever it says. Raises NotOurs.
    """
    basket = _basket(token, wanted)
    if basket is None:
        before = placed(token)
        if before is None:
            raise NotOurs
        return before, False
    order = checkout.enter(basket, _quote(basket, wanted), None)
    order.note, order.promise_first, order.promise_last = wanted.note, None, None
    session.flush()
    return order, True


def placed(token: str) -> Order | None:
    """The order of a form that was sent before."""
    theirs = sa.select(Order).join(Basket, Basket.id == Order.basket_id)
    return session.scalar(theirs.where(Basket.token == token, Order.note.is_not(None)))


def objection(order: Order) -> str:
    """Why it cannot be changed any more, or nothing. Call it with the order locked."""
    (parcel,) = order.parcels
    if order.cancelled_at:
        return _("It was called off.")
    if parcel.state not in QUIET or purchases.open_wish(parcel.id):
        return _("Its label is bought already, or is being bought.")
    if parcel.refunds or any(map(_given_up, parcel.intents)):
        return _("A label was bought for it before, or may have been.")
    return "" if parcel.mode is mode() else _("It was made in another mode.")


def change(order: Order, wanted: QuickLabel) -> Parcel:
    """Want something else of it: another address, parcel or service. It must have no objection."""
    (parcel,) = order.parcels
    basket = session.get_one(Basket, order.basket_id)
    basket.address, basket.email = wanted.to.to_json(), wanted.to.email
    order.name, order.email, order.phone = wanted.to.name, wanted.to.email, wanted.to.phone
    order.address, order.note = wanted.to.to_json(), wanted.note
    order.quote = _quote(basket, wanted)
    checkout.send_by(parcel, order.quote)
    return parcel


def locked(number: str) -> Order | None:
    """A quick label's order for us alone, and its parcel, in the order everybody locks them."""
    mine = sa.select(Order).where(Order.number == number, Order.note.is_not(None))
    order = session.scalar(mine.with_for_update(), execution_options={"populate_existing": True})
    if order is not None:
        parcels = sa.select(Parcel).filter_by(order_id=order.id).with_for_update()
        session.scalars(parcels, execution_options={"populate_existing": True}).all()
    return order


def _given_up(intent: LabelIntent) -> bool:
    """Whether it was sent and its answer never came: what may still be found is for the old
    address.
    """
    return intent.state is IntentState.RELEASED and intent.sent_at is not None


def _basket(token: str, wanted: QuickLabel) -> Basket | None:
    """What carries the form's token: whoever comes first makes it, all others get None."""
    basket = Basket(token=token, email=wanted.to.email, address=wanted.to.to_json())
    try:
        with session.begin_nested():
            session.add(basket)
            session.flush()
    except IntegrityError:
        return None
    return basket


def _quote(basket: Basket, wanted: QuickLabel) -> Quote:
    """Its one way of delivery, written down as the checkout writes down its own. It costs nobody
    but the shop, and how much, the label tells. The days are the usual ones, for comparing
    services should carriers be asked; they are promised to nobody.
    """
    at = world_now()
    offer = Offer(
        rate_id=None,
        carrier_account=wanted.account.id,
        carrier=wanted.account.carrier,
        carrier_name=wanted.account.carrier_name,
        service=wanted.service.token,
        service_name=wanted.service.name,
        price=Money(0),
        cost=None,
        promise=rates.usual(at),
    )
    enquiry = Enquiry(
        basket_id=basket.id,
        fingerprint=basket.fingerprint,
        package=wanted.package,
        goods=Money(0),
        to=wanted.to,
    )
    run = quotes.offer(enquiry, Reply(source=QuoteSource.FIXED, offers=[offer], at=at))
    return run.quotes[0]
