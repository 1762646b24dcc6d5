"""What Shippo's word of a label makes of its wish and of its parcel.

Called by shop/purchases.py heard() alone, which has found out whose the label is, and holds both.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from shop import arrivals
from shop.db import now, session
from shop.models import LabelFile, LabelIntent, Parcel, Quote
from shop.outside import settings, world_now
from shop.values import (
    IntentState,
    Money,
    ParcelState,
    Standing,
    Transaction,
    TransactionStatus,
    Via,
)

STILL_MAKING = "Shippo has taken the order and has not made the label yet."


def settled(intent: LabelIntent, parcel: Parcel, told: Transaction, via: Via) -> Parcel | None:
    known_before = intent.transaction_id == told.id
    intent.transaction_id = told.id
    match told.status:
        case TransactionStatus.SUCCESS if told.complete:
            _adopt(intent, parcel, told, via)
            return parcel
        case TransactionStatus.WAITING | TransactionStatus.QUEUED:
            _wait(intent, parcel, known_before)
        case TransactionStatus.ERROR if told.metadata in {intent.reference, ""}:
            refused(intent, parcel, "; ".join(told.messages) or "The carrier refused.")
        case _:
            _puzzle(intent, parcel, f"Shippo says {told.raw_status}, without a usable label.")
    return None


def refused(intent: LabelIntent, parcel: Parcel, why: str) -> None:
    """It is certain that nothing was bought: the parcel can be asked a label for again."""
    intent.state, intent.due_at, intent.reason = IntentState.FAILED, None, why[:500]
    parcel.wait_for(ParcelState.NEEDS_LABEL, why)


def priced(parcel: Parcel, intent: LabelIntent, price: Money | None) -> None:
    """Take down what a label cost that was bought without a rate; None is that nobody says.

    What was expected stays on the wish then, and counts against the spending limits.
    """
    parcel.price_due_at = None
    parcel.cost_minor = price.minor if price else None
    if price is not None:
        intent.amount_minor, intent.currency = price.minor, price.currency
        parcel.currency = price.currency


def _adopt(intent: LabelIntent, parcel: Parcel, told: Transaction, via: Via) -> None:
    moment = now()
    intent.state, intent.due_at, intent.reason = IntentState.PURCHASED, None, ""
    parcel.state, parcel.why = ParcelState.LABELLED, ""
    parcel.standing = Standing.CANCELLED if parcel.order.cancelled_at else Standing.LABEL_READY
    parcel.transaction_id = told.id
    parcel.tracking_number = told.tracking_number
    parcel.tracking_url = told.tracking_url
    at = world_now()
    parcel.labelled_at, parcel.labelled_via = at, via
    parcel.watch_at = arrivals.look_again(parcel, at)
    parcel.listen(at)
    if parcel.rate_id != intent.rate_id or not parcel.buyable:
        _as_bought(parcel, intent)
    if intent.rate_id is None:
        parcel.price_due_at = moment
        if told.price is not None:
            priced(parcel, intent, told.price)
    session.add(LabelFile(parcel_id=parcel.id, transaction_id=told.id, due_at=moment))


def _as_bought(parcel: Parcel, intent: LabelIntent) -> None:
    """It was found late, and the parcel was to travel otherwise by now, or by nothing yet."""
    quote: Quote | None = parcel.order.quote
    if intent.rate_id is not None:
        sold = sa.select(Quote).filter_by(rate_id=intent.rate_id)
        quote = session.scalar(sold.order_by(Quote.id.desc()).limit(1))
    if quote is None:
        return
    parcel.rate_id, parcel.rate_until = intent.rate_id, intent.rate_until
    parcel.carrier_account = quote.carrier_account
    parcel.carrier, parcel.carrier_name = quote.carrier, quote.carrier_name
    parcel.service, parcel.service_name = quote.service, quote.service_name
    parcel.cost_minor, parcel.currency = intent.amount_minor, intent.currency


def _wait(intent: LabelIntent, parcel: Parcel, known_before: bool) -> None:
    if known_before and intent.state is IntentState.NEEDS_REVIEW:
        intent.reason = STILL_MAKING
        return  # it has taken too long for a person not to know
    if intent.state is not IntentState.PENDING:
        intent.looks = 0
        intent.due_at = now() + timedelta(seconds=settings.poll_schedule_s[0])
    intent.state = IntentState.PENDING
    parcel.state = ParcelState.BUYING


def _puzzle(intent: LabelIntent, parcel: Parcel, why: str) -> None:
    """Something was bought that we cannot use or read: never reopened, shown to a person."""
    intent.state, intent.reason = IntentState.NEEDS_REVIEW, why[:500]
    intent.due_at = intent.due_at or now() + timedelta(seconds=settings.poll_schedule_s[0])
    parcel.state = ParcelState.UNKNOWN
