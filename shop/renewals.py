"""A delivery price that no longer holds as the shopper orders: what is taken in its place."""

from __future__ import annotations

from shop import choices, drift, rates
from shop.db import session
from shop.models import Basket, Order, Quote, QuoteRun, RateDecision
from shop.outside import world_now
from shop.values import Money, Verdict

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
    agreed = drift.Agreed(
        service=was.service,
        price=was.price,
        by=was.arrives_last,
        quick=rates.as_quick(was.run.made_at, was.arrives_last, world_now()),
    )
    # Of the merchant's own options two may be bought by one service: the name tells them apart.
    alike = [quote for quote in run.quotes if quote.name == was.name]
    decided = drift.decide(choices.drift_policy(), agreed, alike)
    quote = decided.offer
    if quote is None:
        return None
    if decided.verdict is Verdict.ABSORBED:
        quote.was_minor, quote.price_minor = quote.price_minor, was.price_minor
    quote.instead_of, quote.verdict = was, decided.verdict
    basket.quote = quote
    return quote


def recorded(order: Order) -> None:
    """Write down with its parcel how the price came about, where the policy had a part in it."""
    quote = order.quote
    was = quote.instead_of
    if was is None or quote.verdict is None:
        return
    costs = quote.was if quote.verdict is Verdict.ABSORBED else quote.price
    row = decision(quote.run, quote.verdict, (was, was.price), (quote, costs), CAUSE)
    row.parcel_id = order.parcels[0].id
    session.add(row)


def decision(
    run: QuoteRun,
    verdict: Verdict,
    was: tuple[Quote, Money],
    now: tuple[Quote | None, Money | None],
    cause: str,
) -> RateDecision:
    """One decision by the policy of today: what was agreed and what is taken, each at its price."""
    before, agreed = was
    quote, costs = now
    return RateDecision(
        run=run,
        cause=cause[:300],
        verdict=verdict,
        was_title=before.full_title[:200],
        was_service=before.service,
        was_minor=agreed.minor,
        currency=agreed.currency,
        quote=quote,
        now_minor=costs.minor if costs else None,
        policy=choices.drift_policy().to_json(),
    )
