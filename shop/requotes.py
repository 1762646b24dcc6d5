"""A parcel lost its rate, or never had one: what was agreed, what is decided, what follows."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from shop import choices, circuit, drift, rates, renewals
from shop.db import changed, now, session
from shop.drift import Agreed, Decision
from shop.models import Account, Order, Parcel, Quote, QuoteRun, RateDecision
from shop.outside import mode, settings, world_now
from shop.quotes import fingerprint
from shop.rates import Offer
from shop.values import Money, ParcelState, Verdict

MOST = 3
"""So often in a row a machine decides about one parcel; then a person does."""

SPARE = timedelta(seconds=10)
LOST = frozenset({"withdrawn", "rate_gone"})
"""How an attempt ended that found its rate gone."""


class CannotChoose(Exception):
    """This offer cannot be taken for this parcel; the message says why."""


def askable(parcel: Parcel) -> bool:
    """Whether carriers may be asked: it has no rate that holds, and was made in our mode."""
    if parcel.mode is not mode():
        return False
    if parcel.state is ParcelState.NEEDS_LABEL:
        return parcel.rate_id is None or world_now() >= parcel.holds_until
    return parcel.state is ParcelState.NEEDS_RATE


def want(parcel: Parcel) -> None:
    """Have the carriers asked now."""
    if parcel.state is not ParcelState.NEEDS_RATE:
        parcel.state = ParcelState.NEEDS_RATE
        gone = "The carrier's price has expired. The parcel needs a new rate."
        parcel.why = gone if parcel.rate_id else parcel.why or "A rate was asked for by hand."
        parcel.rate_id = parcel.carrier_account = parcel.cost_minor = None
    parcel.requote_at, parcel.requotes = now(), 0


def claim(parcel_id: int) -> datetime | None:
    """Take the asking for a parcel; the moment returned tells our word from somebody else's.

    None when it does not wait any more, or somebody is asking.
    """
    moment = now()
    ahead = timedelta(seconds=settings.sweep_interval_s)
    busy = moment + ahead + timedelta(seconds=settings.rates_deadline_s) + SPARE
    taken = changed(
        sa.update(Parcel)
        .where(
            Parcel.id == parcel_id,
            Parcel.state == ParcelState.NEEDS_RATE,
            Parcel.requote_at <= moment + ahead,
            Parcel.mode == mode(),
        )
        .values(requote_at=busy)
    )
    return busy if taken else None


def locked(parcel_id: int) -> Parcel | None:
    """A parcel for us alone, and before it its order: somebody may be cancelling it."""
    ours = sa.select(Order.id).join(Order.parcels).where(Parcel.id == parcel_id)
    session.scalar(ours.with_for_update(of=Order))
    return session.get(Parcel, parcel_id, with_for_update=True, populate_existing=True)


def mine(parcel_id: int, taken: datetime) -> Parcel | None:
    """The parcel, locked, if nobody has taken over from who took it then."""
    parcel = locked(parcel_id)
    if parcel is None or parcel.state is not ParcelState.NEEDS_RATE:
        return None
    return parcel if parcel.requote_at == taken else None


def postponed(parcel: Parcel, until: datetime | None = None) -> None:
    """Ask later: at the time given or, when an answer failed to come, after the next pause."""
    if until is None:
        schedule = settings.requote_schedule_s
        pause = schedule[min(parcel.requotes, len(schedule) - 1)]
        parcel.requotes += 1
        until = now() + timedelta(seconds=pause)
    parcel.requote_at = until + circuit.spread()


def agreed(parcel: Parcel) -> Agreed:
    """What was agreed for this parcel: what staff chose last, else what the customer did."""
    quote = _agreed_quote(parcel)
    chosen = quote.id != parcel.order.quote_id
    promised = None if chosen else parcel.order.promise_last
    return Agreed(
        service=quote.service if quote.buyable else None,
        price=quote.cost or quote.was or quote.price,
        by=promised or quote.arrives_last,
        quick=rates.as_quick(quote.run.made_at, quote.arrives_last, world_now()),
    )


def decided(parcel: Parcel, run: QuoteRun, offers: list[Offer]) -> RateDecision:
    """Decide by the merchant's policy what today's offers come to, write it down, and follow it.

    A machine decides a few times in a row; after that a person is asked, whatever it costs.
    """
    policy = choices.drift_policy()
    decision = drift.decide(policy, agreed(parcel), offers)
    if _by_machine(parcel) >= MOST:
        decision = Decision[Offer](verdict=Verdict.ASKED)
    quote = _quote_of(run, decision.offer)
    row = _written(parcel, run, decision.verdict, quote)
    if quote is None:
        parcel.requote_at, parcel.requotes = None, 0
    else:
        _taken(parcel, quote)
    return row


def choose(parcel: Parcel, token: str, who: Account) -> RateDecision:
    """Take the offer a person chose. Raises CannotChoose."""
    run = newest(parcel)
    quote = next((quote for quote in run.quotes if quote.token == token), None) if run else None
    if parcel.state is not ParcelState.NEEDS_RATE:
        raise CannotChoose("This parcel does not need a rate any more.")
    if run is None or quote is None:
        raise CannotChoose("These are not the newest offers any more.")
    if not run.fresh(world_now()):
        raise CannotChoose("These offers have expired. Ask the carriers again.")
    row = _written(parcel, run, Verdict.CHOSEN, quote, who)
    _taken(parcel, quote)
    return row


def newest(parcel: Parcel) -> QuoteRun | None:
    """The last time carriers were asked anew for it, as it is to be sent now."""
    return session.scalar(
        sa.select(QuoteRun)
        .filter_by(basket_id=parcel.order.basket_id, fingerprint=fingerprint(parcel.id))
        .where(QuoteRun.id > parcel.order.quote.run_id)
        .order_by(QuoteRun.id.desc())
        .limit(1)
    )


def wanted(parcel: Parcel) -> bool:
    """Whether its label was being bought when the rate was found gone."""
    intent = parcel.intent
    if intent is None or intent.state.open or not intent.attempts:
        return False
    return intent.attempts[-1].verdict in LOST


def _agreed_quote(parcel: Parcel) -> Quote:
    """What staff chose for a quick label counts no more when it was changed after that."""
    since = parcel.order.quote.run_id
    valid = (row for row in reversed(parcel.decisions) if row.run_id > since)
    chosen = (row.quote for row in valid if row.verdict is Verdict.CHOSEN)
    return next(filter(None, chosen), None) or parcel.order.quote


def _by_machine(parcel: Parcel) -> int:
    """How many decisions a machine made since a person last did; placing the order was one."""
    count, first = 0, parcel.order.quote.run_id
    for row in (row for row in parcel.decisions if row.run_id != first):
        count = count + 1 if row.account_id is None else 0
    return count


def _quote_of(run: QuoteRun, offer: Offer | None) -> Quote | None:
    if offer is None:
        return None
    return next(quote for quote in run.quotes if quote.rate_id == offer.rate_id)


def _written(
    parcel: Parcel, run: QuoteRun, verdict: Verdict, quote: Quote | None, who: Account | None = None
) -> RateDecision:
    before = _agreed_quote(parcel)
    was = before.cost or before.was or before.price
    now_costs: Money | None = quote.price if quote else None
    row = renewals.decision(run, verdict, (before, was), (quote, now_costs), parcel.why)
    row.parcel_id, row.account_id = parcel.id, who.id if who else None
    session.add(row)
    session.flush()
    session.expire(parcel, ["decisions"])
    return row


def _taken(parcel: Parcel, quote: Quote) -> None:
    """From now on the parcel travels at this rate; its label can be bought."""
    parcel.rate_id, parcel.rate_until = quote.rate_id, quote.run.expires_at
    parcel.carrier_account = None
    parcel.service, parcel.service_name = quote.service, quote.service_name
    parcel.carrier, parcel.carrier_name = quote.carrier, quote.carrier_name
    parcel.cost_minor, parcel.currency = quote.price_minor, quote.currency
    parcel.state, parcel.why = ParcelState.NEEDS_LABEL, ""
    parcel.requote_at, parcel.requotes = None, 0
