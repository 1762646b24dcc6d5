"""Baskets, what delivery would cost, and orders."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.carriers import spoken
from shop.db import Model, Words
from shop.models.catalog import Product
from shop.models.people import Account
from shop.values import Address, Money, Promise, QuoteSource, Verdict

if TYPE_CHECKING:
    from shop.models.shipping import Parcel


SHORT_LIST = 5
"""So many delivery options are read at a glance."""


def token() -> str:
    """An identifier strangers may hold: 128 random bits, in letters safe for an address."""
    return secrets.token_urlsafe(16)


def _utcnow() -> datetime:
    return datetime.now(UTC)


class Basket(Model):
    """What a visitor means to buy, and what they have told us so far."""

    __tablename__ = "basket"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    text_consent: Mapped[bool] = mapped_column(default=False)
    address: Mapped[dict[str, Any] | None]
    quote_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("quote.id", use_alter=True, name="fk_basket_quote_id")
    )
    placed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=_utcnow)

    lines: Mapped[list[BasketLine]] = relationship(
        back_populates="basket", cascade="all, delete-orphan", order_by="BasketLine.id"
    )
    quote: Mapped[Quote | None] = relationship(foreign_keys=[quote_id])

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def goods(self) -> Money:
        return sum((line.total for line in self.lines), Money(0))

    @property
    def to(self) -> Address | None:
        return Address(**self.address) if self.address else None

    @property
    def fingerprint(self) -> str:
        """What a quote was asked for: these goods at these prices, to this address."""
        goods = sorted(
            (line.product_id, line.quantity, line.product.price_minor) for line in self.lines
        )
        told = json.dumps([goods, self.address], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


class BasketLine(Model):
    """So many of one product."""

    __tablename__ = "basket_line"
    __table_args__ = (sa.UniqueConstraint("basket_id", "product_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(sa.ForeignKey("basket.id"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    quantity: Mapped[int]

    basket: Mapped[Basket] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship(lazy="joined")

    @property
    def total(self) -> Money:
        return self.product.price * self.quantity


class QuoteRun(Model):
    """One time we asked what delivery costs, and everything that came back."""

    __tablename__ = "quote_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(sa.ForeignKey("basket.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    source: Mapped[QuoteSource] = mapped_column(Words(QuoteSource))
    cause: Mapped[str] = mapped_column(sa.String(300), default="")
    package: Mapped[dict[str, Any]]
    messages: Mapped[list[Any]] = mapped_column(default=list)
    answers: Mapped[list[Any]] = mapped_column(default=list)
    shipment_id: Mapped[str] = mapped_column(sa.String(64), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    quotes: Mapped[list[Quote]] = relationship(back_populates="run", order_by="Quote.id")

    @property
    def beaten(self) -> list[Quote]:
        """On a long list, the offers that another beats or matches on day and price both."""
        if len(self.quotes) <= SHORT_LIST:
            return []
        kept: list[Quote] = []
        for quote in sorted(self.quotes, key=lambda q: (q.price_minor, q.arrives_last, q.id)):
            if all(quote.arrives_last < other.arrives_last for other in kept):
                kept.append(quote)
        return [quote for quote in self.quotes if quote not in kept]

    def fresh(self, at: datetime) -> bool:
        """Whether its prices still hold. `at` is world time."""
        return at < self.expires_at


class Quote(Model):
    """One delivery option as the shopper saw it: what they see is what they are charged.

    Its label is bought at a carrier's rate; or by a single call on a carrier account, where the
    merchant fixed the price and `cost` is what the label costs as a rule; or it has neither yet.
    `instead_of` is what the shopper had chosen and could not have any more as they ordered, and
    `verdict` why the merchant's policy took this one in its place.
    """

    __tablename__ = "quote"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("quote_run.id"), index=True)
    rate_id: Mapped[str | None] = mapped_column(sa.String(64))
    carrier_account: Mapped[str | None] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    carrier: Mapped[str] = mapped_column(sa.String(40))
    carrier_name: Mapped[str] = mapped_column(sa.String(80))
    service: Mapped[str] = mapped_column(sa.String(80))
    service_name: Mapped[str] = mapped_column(sa.String(120))
    price_minor: Mapped[int]
    was_minor: Mapped[int | None]
    cost_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.String(3))
    arrives_first: Mapped[date]
    arrives_last: Mapped[date]
    arrives_by: Mapped[str | None] = mapped_column(sa.String(8))
    badge: Mapped[str] = mapped_column(sa.String(16), default="")
    instead_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quote.id"))
    verdict: Mapped[Verdict | None] = mapped_column(Words(Verdict))

    run: Mapped[QuoteRun] = relationship(back_populates="quotes")
    instead_of: Mapped[Quote | None] = relationship(remote_side="Quote.id")

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def was(self) -> Money | None:
        return None if self.was_minor is None else Money(self.was_minor, self.currency)

    @property
    def promise(self) -> Promise:
        return Promise(first=self.arrives_first, last=self.arrives_last)

    @property
    def cost(self) -> Money | None:
        return None if self.cost_minor is None else Money(self.cost_minor, self.currency)

    @property
    def buyable(self) -> bool:
        """Whether its label can be bought as it stands."""
        return bool(self.rate_id or self.carrier_account)

    @property
    def title(self) -> str:
        return self.name or spoken(self.carrier_name, self.service_name)

    @property
    def full_title(self) -> str:
        """Of the merchant's own option also the service its label is bought by."""
        if not self.carrier_account or not self.name:
            return self.title
        return f"{self.name} ({spoken(self.carrier_name, self.service_name)})"


class Order(Model):
    """What somebody bought, where it goes, and what they were promised.

    A quick label is an order of a parcel alone: nothing was bought, no day was promised, and
    `note` says what it is for.
    """

    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    token: Mapped[str] = mapped_column(sa.String(32), unique=True, default=token)
    basket_id: Mapped[int] = mapped_column(sa.ForeignKey("basket.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    quote_id: Mapped[int] = mapped_column(sa.ForeignKey("quote.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    text_consent: Mapped[bool] = mapped_column(default=False)
    address: Mapped[dict[str, Any]]
    goods_minor: Mapped[int]
    delivery_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    promise_first: Mapped[date | None]
    promise_last: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(sa.String(200))
    placed_at: Mapped[datetime] = mapped_column(index=True)
    cancelled_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()
    quote: Mapped[Quote] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id")
    parcels: Mapped[list[Parcel]] = relationship(back_populates="order", order_by="Parcel.id")

    @property
    def to(self) -> Address:
        return Address(**self.address)

    @property
    def goods(self) -> Money:
        return Money(self.goods_minor, self.currency)

    @property
    def delivery(self) -> Money:
        return Money(self.delivery_minor, self.currency)

    @property
    def total(self) -> Money:
        return self.goods + self.delivery

    @property
    def promise(self) -> Promise | None:
        """The days we named; none for a quick label, of which the carrier alone names one."""
        if self.promise_first is None or self.promise_last is None:
            return None
        return Promise(first=self.promise_first, last=self.promise_last)

    @property
    def quick(self) -> bool:
        return self.note is not None

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def wants_mail(self) -> bool:
        """Delivery updates by mail: on, unless the customer turned them off."""
        return not (self.account and self.account.mail_updates is False)

    @property
    def wants_texts(self) -> bool:
        """Texts need consent: the box at checkout, or the customer's own later choice."""
        if self.account and self.account.text_updates is not None:
            return self.account.text_updates
        return self.text_consent


class OrderLine(Model):
    """So many of one product, at the price of that day."""

    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    sku: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(120))
    line: Mapped[str] = mapped_column(sa.String(160))
    image: Mapped[str] = mapped_column(sa.String(120))
    weight_g: Mapped[int]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))

    @property
    def total(self) -> Money:
        return Money(self.price_minor, self.currency) * self.quantity
