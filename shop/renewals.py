"""A delivery price that no longer holds as the shopper orders: what is taken in its place."""

from __future__ import annotations

from shop import choices, drift, rates
from shop.calendars import business_days_after, business_days_between
from shop.db import session
from shop.models import Basket, Order, Quote, QuoteRun, RateDecision
from shop.outside import world_now
from shop.values import Verdict

CAUSE = "The price had expired when the order was placed."


def lapsed(basket: Basket) -> Quote | None:
    """What the shopper chose for just these goods and this address, of a choice that does not hold.

    None where it was for others: then more than time has changed.
    """
    quote = basket.quote
    return quote if quote and quote.run.fingerprint == basket.fingerprint else None


def renewed(basket: Basket, was: Quote, run: QuoteRun) -> Quote | None:
    """Choose for the shopper what the merchant's policy takes in its place, of what is asked now.

    What is absorbed the shopper does not pay. None: they have to choose again.
    """
    days = business_days_between(rates.ship_day(was.run.made_at), was.arrives_last)
    agreed = drift.Agreed(
        service=was.service,
        price=was.price,
        by=was.arrives_last,
        quick=business_days_after(rates.ship_day(world_now()), days),
    )
    decision = drift.decide(choices.drift_policy(), agreed, run.quotes)
    quote = decision.offer
    if quote is None:
        return None
    if decision.verdict is Verdict.ABSORBED:
        quote.was_minor, quote.price_minor = quote.price_minor, was.price_minor
    quote.instead_of, quote.verdict = was, decision.verdict
    basket.quote = quote
    return quote


def recorded(order: Order) -> None:
    """Write down with its parcel how the price came about, where the policy had a part in it."""
    quote = order.quote
    was = quote.instead_of
    if was is None or quote.verdict is None:
        return
    price = quote.was if quote.verdict is Verdict.ABSORBED and quote.was else quote.price
    session.add(
        RateDecision(
            parcel_id=order.parcels[0].id,
            run_id=quote.run_id,
            cause=CAUSE,
            verdict=quote.verdict,
            was_title=was.title[:200],
            was_service=was.service,
            was_minor=was.price_minor,
            currency=was.currency,
            quote_id=quote.id,
            now_minor=price.minor,
            policy=choices.drift_policy().to_json(),
        )
    )
