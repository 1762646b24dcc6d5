"""From a basket to an order: what delivery costs, and placing what the shopper saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from shop import packing, rates
from shop.db import changed, session
from shop.gateways.errors import GatewayError
from shop.models import Basket, Order, OrderLine, Parcel, Product, Quote, QuoteRun
from shop.outside import gateways, mode, world_now
from shop.values import Address, Money, Package, ParcelState, QuoteSource

RATES_LIVE = timedelta(days=6, hours=12)
"""Shippo sells a rate for seven days; we stop half a day before."""

FALLBACK_LIVES = timedelta(days=1)
FIRST_NUMBER = 10_000


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """What to ask carriers, in plain values: asking happens with no transaction open."""

    basket_id: int
    fingerprint: str
    package: Package
    goods: Money
    to: Address


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of asking. `cause` says why they are our own rates, when they are."""

    source: QuoteSource
    offers: list[rates.Offer]
    at: datetime
    shipment: str = ""
    messages: tuple[str, ...] = ()
    cause: str = ""


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
    """What to ask for this basket; its address must be known."""
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
    return Enquiry(
        basket_id=basket.id,
        fingerprint=basket.fingerprint,
        package=packing.pack(goods),
        goods=basket.goods,
        to=basket.to,
    )


def ask(enquiry: Enquiry) -> Reply:
    """Ask the carriers, or answer from our own table when they cannot be asked.

    Slow: call it with no transaction open. Never fails: checkout must not dead-end.
    """
    at = world_now()
    try:
        answer = gateways.shippo.rates(rates.SENDER, enquiry.to, enquiry.package)
    except GatewayError as error:
        return _fallback(enquiry, at, f"Shippo: {error}")
    found = rates.offers(answer.rates, enquiry.goods, enquiry.to, at)
    if not found:
        cause = "No carrier offered a rate"
        return _fallback(enquiry, at, cause, tuple(answer.messages))
    return Reply(
        source=QuoteSource.LIVE,
        offers=found,
        at=at,
        shipment=answer.shipment,
        messages=tuple(answer.messages),
    )


def offer(enquiry: Enquiry, reply: Reply) -> QuoteRun:
    """Write down what we offer, price by price: what the shopper sees is what they pay."""
    lives = RATES_LIVE if reply.source is QuoteSource.LIVE else FALLBACK_LIVES
    run = QuoteRun(
        basket_id=enquiry.basket_id,
        fingerprint=enquiry.fingerprint,
        source=reply.source,
        cause=reply.cause[:300],
        package=vars(enquiry.package),
        messages=list(reply.messages),
        shipment_id=reply.shipment,
        made_at=reply.at,
        expires_at=reply.at + lives,
        quotes=[_quote(found) for found in reply.offers],
    )
    session.add(run)
    session.flush()
    return run


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
    basket.placed = True
    order = _order(basket, quote, account_id)
    session.add(order)
    session.flush()
    order.number = f"Q-{FIRST_NUMBER + order.id}"
    order.parcels.append(_parcel(quote))
    session.flush()
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
    """The order's one parcel; without a carrier's rate it waits on the desk, with the cause."""
    run = quote.run
    return Parcel(
        mode=mode(),
        created_at=world_now(),
        state=ParcelState.NEEDS_LABEL if quote.rate_id else ParcelState.NEEDS_RATE,
        why="" if quote.rate_id else run.cause,
        package=run.package,
        rate_id=quote.rate_id,
        carrier=quote.carrier,
        carrier_name=quote.carrier_name,
        service_name=quote.service_name,
        cost_minor=quote.cost_minor,
        currency=quote.currency,
    )


def _quote(found: rates.Offer) -> Quote:
    return Quote(
        rate_id=found.rate_id,
        carrier=found.carrier,
        carrier_name=found.carrier_name,
        service=found.service,
        service_name=found.service_name,
        price_minor=found.price.minor,
        was_minor=found.was.minor if found.was else None,
        cost_minor=found.cost.minor if found.cost else None,
        currency=found.price.currency,
        arrives_first=found.promise.first,
        arrives_last=found.promise.last,
        arrives_by=found.arrives_by,
        badge=found.badge,
    )


def _fallback(enquiry: Enquiry, at: datetime, cause: str, messages: tuple[str, ...] = ()) -> Reply:
    return Reply(
        source=QuoteSource.FALLBACK,
        offers=rates.fallback(enquiry.package, enquiry.goods, enquiry.to, at),
        at=at,
        messages=messages,
        cause=cause,
    )
