"""Prices are asked for and written down: for a basket, or anew for a parcel that lost its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shop import circuit, fixed, rates
from shop.circuit import FREE, Leave
from shop.db import session
from shop.fixed import FixedOption
from shop.gateways.errors import Cut, GatewayError
from shop.models import Parcel, Quote, QuoteRun
from shop.outside import gateways, settings, world_now
from shop.rates import Heard, Offer
from shop.values import Address, LeftOut, Money, Package, QuoteSource, RateAnswer

RATES_LIVE = timedelta(days=6, hours=12)
"""Shippo sells a rate for seven days; we stop half a day before."""

FALLBACK_LIVES = timedelta(days=1)
NOT_ASKED = "Shippo was not asked, because it did not answer lately"


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """What to ask carriers, in plain values: asking happens with no transaction open.

    `leave` says whether they may be asked now at all. Who is no `shopper` hears the carriers' own
    prices, and none of ours. Where the merchant has `fixed` prices for it, nobody is asked.
    """

    basket_id: int
    fingerprint: str
    package: Package
    goods: Money
    to: Address
    leave: Leave = FREE
    shopper: bool = True
    fixed: tuple[FixedOption, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of asking. `cause` says why they are our own rates, when they are.

    `heard` are all the carriers' rates, `failure` is what went wrong with asking.
    """

    source: QuoteSource
    offers: list[Offer]
    at: datetime
    shipment: str = ""
    messages: tuple[str, ...] = ()
    heard: list[Heard] = field(default_factory=list)
    cause: str = ""
    failure: GatewayError | None = None


def for_parcel(parcel: Parcel) -> Enquiry:
    """What to ask anew for a parcel. No basket is ever offered what comes of it."""
    return Enquiry(
        basket_id=parcel.order.basket_id,
        fingerprint=fingerprint(parcel.id),
        package=parcel.box,
        goods=parcel.order.goods,
        to=parcel.order.to,
        leave=circuit.leave(),
        shopper=False,
    )


def fingerprint(parcel_id: int) -> str:
    """What stands on the quotes that were asked for anew for a parcel."""
    return f"parcel:{parcel_id}"


def ask(enquiry: Enquiry) -> Reply:
    """Ask the carriers, or answer from our own table when they cannot be asked.

    Slow: call it with no transaction open. Never fails: checkout must not dead-end.
    """
    at = world_now()
    if enquiry.fixed:
        found = rates.for_shopper(fixed.offers(enquiry.fixed, at), enquiry.goods, enquiry.to)
        return Reply(source=QuoteSource.FIXED, offers=found, at=at)
    if not enquiry.leave.granted:
        return _own(enquiry, at, ": ".join(filter(None, [NOT_ASKED, enquiry.leave.why])))
    try:
        answer = _answer(enquiry)
    except GatewayError as error:
        return replace(_own(enquiry, at, f"Shippo: {error}"), failure=error)
    heard = rates.sifted(answer.rates, enquiry.goods.currency, enquiry.to)
    found = rates.plain_offers(heard, at)
    told: dict[str, Any] = {"shipment": answer.shipment, "heard": heard}
    told["messages"] = tuple(answer.messages)
    if not found:
        return replace(_own(enquiry, at, _nothing(heard, enquiry.goods.currency)), **told)
    if enquiry.shopper:
        found = rates.for_shopper(found, enquiry.goods, enquiry.to)
    return Reply(source=QuoteSource.LIVE, offers=found, at=at, **told)


def offer(enquiry: Enquiry, reply: Reply) -> QuoteRun:
    """Write down what was heard and what we offer, price by price, and whether Shippo answered."""
    if reply.source is not QuoteSource.FIXED:
        circuit.told(enquiry.leave, reply.failure)
    lives = RATES_LIVE if reply.source is QuoteSource.LIVE else FALLBACK_LIVES
    run = QuoteRun(
        basket_id=enquiry.basket_id,
        fingerprint=enquiry.fingerprint,
        source=reply.source,
        cause=reply.cause[:300],
        package=vars(enquiry.package),
        messages=list(reply.messages),
        answers=[one.to_json() for one in reply.heard],
        shipment_id=reply.shipment,
        made_at=reply.at,
        expires_at=reply.at + lives,
        quotes=[_quote(found) for found in reply.offers],
    )
    session.add(run)
    session.flush()
    return run


def _answer(enquiry: Enquiry) -> RateAnswer:
    """What Shippo says. A connection that breaks is tried once more while there is time."""
    begun = time.monotonic()
    try:
        return gateways.shippo.rates(rates.SENDER, enquiry.to, enquiry.package)
    except Cut:
        left = settings.rates_deadline_s - (time.monotonic() - begun)
        if left < settings.rates_deadline_s / 2:
            raise
    return gateways.shippo.rates(rates.SENDER, enquiry.to, enquiry.package, left)


def _nothing(heard: list[Heard], currency: str) -> str:
    """Why nothing of what was heard can be offered."""
    reasons = {one.left_out for one in heard}
    if LeftOut.UNREACHED in reasons:
        return "No carrier that delivers to this kind of address offered a rate"
    if LeftOut.CURRENCY in reasons:
        return f"No carrier offered a rate in {currency}"
    return "No carrier offered a rate"


def _own(enquiry: Enquiry, at: datetime, cause: str) -> Reply:
    return Reply(
        source=QuoteSource.FALLBACK,
        offers=rates.fallback(enquiry.package, enquiry.goods, enquiry.to, at)
        if enquiry.shopper
        else [],
        at=at,
        cause=cause,
    )


def _quote(found: Offer) -> Quote:
    return Quote(
        rate_id=found.rate_id,
        carrier_account=found.carrier_account,
        name=found.name,
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
