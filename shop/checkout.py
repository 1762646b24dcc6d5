"""From a basket to an order: what delivery costs, and placing what the shopper saw."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from shop import choices, circuit, fixed, packing, rates, renewals
from shop.db import changed, now, session
from shop.models import Basket, Order, OrderLine, Parcel, Product, Quote, QuoteRun
from shop.outside import mode, settings, world_now
from shop.quotes import Enquiry
from shop.values import ParcelState

FIRST_NUMBER = 10_000


class CannotPlace(Exception):
    """The order cannot be placed as it is; the shopper must look again."""


class DeliveryStale(CannotPlace):
    """The delivery price was for another basket or address, or its time has passed."""


class StockShort(CannotPlace):
    """Somebody else was faster. Carries the product and what is left."""

    def __init__(self, product: Product) -> None:
        super().__init__(product.name)
        self.product = product


def enquiry(basket: Basket) -> Enquiry:
    """What to ask for this basket, and whether it may be asked; its address must be known."""
    if basket.to is None or not basket.lines:
        raise DeliveryStale
    goods = [
        packing.Item(
            length_mm=line.product.length_mm,
            width_mm=line.product.width_mm,
            height_mm=line.product.height_mm,
            weight_g=line.product.weight_g,
            quantity=line.quantity,
        )
        for line in basket.lines
    ]
    own = fixed.reaching(choices.fixed_options(), basket.goods.currency, basket.to)
    return Enquiry(
        basket_id=basket.id,
        fingerprint=basket.fingerprint,
        package=packing.pack(goods),
        goods=basket.goods,
        to=basket.to,
        leave=circuit.FREE if own else circuit.leave(),
        fixed=own,
    )


def standing_offer(basket: Basket) -> QuoteRun | None:
    """The newest prices that still hold for exactly this basket and address.

    Once the day's parcels have left, the days they promised are no longer true: ask again.
    """
    run = session.scalar(
        sa.select(QuoteRun)
        .filter_by(basket_id=basket.id, fingerprint=basket.fingerprint)
        .order_by(QuoteRun.id.desc())
        .limit(1)
    )
    at = world_now()
    holds = run is not None and run.fresh(at) and rates.ship_day(run.made_at) == rates.ship_day(at)
    return run if holds else None


def choose(basket: Basket, token: str) -> Quote | None:
    """Choose one of the prices that hold; None when it is not among them."""
    run = standing_offer(basket)
    quote = next((q for q in run.quotes if q.token == token), None) if run else None
    if quote is not None:
        basket.quote_id = quote.id
    return quote


def chosen(basket: Basket) -> Quote | None:
    """The price the shopper chose, if it still holds."""
    run = standing_offer(basket)
    return basket.quote if run and basket.quote and basket.quote.run_id == run.id else None


def place(basket: Basket, account_id: int | None) -> Order:
    """Make the order of a basket, once: the same basket again gives the same order.

    Takes the goods from stock. Raises DeliveryStale or StockShort; then nothing has changed.
    """
    session.flush()
    session.refresh(basket, with_for_update=True)
    if basket.placed:
        return session.scalars(sa.select(Order).filter_by(basket_id=basket.id)).one()
    quote = chosen(basket)
    if quote is None:
        raise DeliveryStale
    for line in sorted(basket.lines, key=lambda line: line.product_id):
        _take(line.product, line.quantity)
    return enter(basket, quote, account_id)


def enter(basket: Basket, quote: Quote, account_id: int | None) -> Order:
    """Write the order of a basket down, with its number and its parcel."""
    basket.placed = True
    order = _order(basket, quote, account_id)
    session.add(order)
    session.flush()
    order.number = f"Q-{FIRST_NUMBER + order.id}"
    order.parcels.append(_parcel(quote))
    session.flush()
    renewals.recorded(order)
    return order


def _take(product: Product, quantity: int) -> None:
    taken = changed(
        sa.update(Product)
        .where(Product.id == product.id, Product.stock >= quantity)
        .values(stock=Product.stock - quantity)
    )
    if not taken:
        session.refresh(product)
        raise StockShort(product)


def _order(basket: Basket, quote: Quote, account_id: int | None) -> Order:
    to = basket.to
    assert to is not None  # noqa: S101 - a quote was made for it
    return Order(
        basket_id=basket.id,
        account_id=account_id,
        quote=quote,
        name=to.name,
        email=basket.email,
        phone=to.phone,
        text_consent=basket.text_consent and bool(to.phone),
        address=to.to_json(),
        goods_minor=basket.goods.minor,
        delivery_minor=quote.price_minor,
        currency=quote.currency,
        promise_first=quote.arrives_first,
        promise_last=quote.arrives_last,
        placed_at=world_now(),
        lines=[
            OrderLine(
                product_id=line.product_id,
                sku=line.product.sku,
                name=line.product.name,
                line=line.product.line,
                image=line.product.image,
                weight_g=line.product.weight_g,
                quantity=line.quantity,
                price_minor=line.product.price_minor,
                currency=line.product.currency,
            )
            for line in basket.lines
        ],
    )


def _parcel(quote: Quote) -> Parcel:
    """The order's one parcel."""
    parcel = Parcel(mode=mode(), created_at=world_now())
    send_by(parcel, quote)
    return parcel


def send_by(parcel: Parcel, quote: Quote) -> None:
    """Let a parcel travel by this offer; without a rate it waits for one, with the cause."""
    run = quote.run
    soon = timedelta(seconds=settings.requote_schedule_s[0])
    parcel.state = ParcelState.NEEDS_LABEL if quote.buyable else ParcelState.NEEDS_RATE
    parcel.why = "" if quote.buyable else run.cause
    parcel.package = run.package
    parcel.rate_id = quote.rate_id
    parcel.rate_until = run.expires_at if quote.rate_id else None
    parcel.carrier_account = quote.carrier_account
    parcel.requote_at = None if quote.buyable else now() + soon
    parcel.requotes = 0
    parcel.service = quote.service if quote.buyable else ""
    parcel.carrier, parcel.carrier_name = quote.carrier, quote.carrier_name
    parcel.service_name = quote.service_name
    parcel.cost_minor, parcel.currency = quote.cost_minor, quote.currency
