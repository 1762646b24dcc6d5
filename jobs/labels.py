"""Buy labels: claim, send once, and settle by whatever way the answer comes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from jobs import files, messages
from jobs.queue import later
from shop import (
    choices,
    circuit,
    doubts,
    ledger,
    purchases,
    refunds,
    settlements,
    spending,
    throttle,
)
from shop.claims import Claim
from shop.db import now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.gateways.shippo import PAGES
from shop.models import LabelFile, LabelIntent, Parcel, ProviderTransaction
from shop.outside import gateways, mode, world_now
from shop.pauses import COULD_NOT_LOOK, KEY_REFUSED, POSTPONED
from shop.rates import SENDER
from shop.values import IntentState, LabelFormat, Milestone, Money, Transaction, Via

log = logging.getLogger(__name__)

PRICE_PAUSE = timedelta(minutes=5)
FULL = 100
"""How many labels a full page of Shippo's list holds."""

NOT_THAT_FAR = f"{COULD_NOT_LOOK}: Shippo's list is long, and was not read back to that moment"


def buy(intent_id: int) -> None:
    """Send one POST for this wish, if it is ours to send. Never sent twice (reliability.md)."""
    if _held(intent_id):
        return
    claim = _claimed(intent_id)
    if claim is None:
        return
    objection = purchases.objection(claim)
    session.commit()
    if objection:
        purchases.withdrawn(claim, objection)
        session.commit()
        return
    send(claim)


def send(claim: Claim) -> None:
    """The one POST of a claim, and what comes of it."""
    form = choices.label_format()
    session.commit()
    try:
        told = _sent(claim, form)
    except GatewayError as error:
        log.warning("label %s: %s: %s", claim.intent_id, type(error).__name__, error)
        purchases.failed(claim, error)
        circuit.cut(error)
    else:
        log.info("label %s: answered %s", claim.intent_id, told.raw_status)
        parcel = purchases.answered(claim, told)
        if parcel is not None:
            labelled(parcel)
    session.commit()


def _sent(claim: Claim, form: LabelFormat) -> Transaction:
    """The one POST, or none where too long was slept before it. Raises GatewayError."""
    if claim.stale:
        raise Unavailable("the worker stood still before it could send")
    if claim.instalabel is not None:
        return gateways.shippo.buy_single(claim.instalabel, SENDER, claim.reference, form)
    return gateways.shippo.buy(claim.rate_id or "", claim.reference, form)


def _claimed(intent_id: int) -> Claim | None:
    """The right to send, within the merchant's limits: looked up and taken in one transaction."""
    claim = None if spending.held(intent_id) else purchases.claim(intent_id)
    session.commit()
    return claim


def _held(intent_id: int) -> bool:
    """Whether nothing is to be sent now: Shippo does not answer, or was asked enough."""
    wait = circuit.wait()
    if wait is not None:
        purchases.held(intent_id, *wait)
    elif not throttle.labels_left():
        purchases.held(intent_id, now() + POSTPONED, "Waiting for Shippo's next minute")
    else:
        session.commit()
        return False
    session.commit()
    return True


def look(intent_id: int) -> None:
    """Find out what became of a POST: ask for the transaction we know of, else the rate's list."""
    intent = session.get(LabelIntent, intent_id)
    if intent is None or not intent.state.awaited:
        return
    if intent.state is IntentState.SENDING:
        purchases.overdue(intent)
        session.commit()
        return
    if intent.mode is not mode():
        why = f"it was asked for in {intent.mode} mode, the shop runs in {mode()} mode"
        doubts.looked(intent, f"{COULD_NOT_LOOK}: {why}")
    elif intent.transaction_id:
        _look_at(intent.transaction_id, intent_id)
    elif intent.rate_id and not doubts.crowded():
        if throttle.lists_left():
            _look_for(intent.rate_id, intent.reference, intent_id)
        else:
            doubts.postponed(intent)
    elif throttle.look_through_left() and throttle.lists_left():
        _look_through()
    else:
        doubts.postponed(intent)
    session.commit()


def hear(transaction_id: str, via: Via) -> bool:
    """Fetch a transaction we were told of and take it in; whether it is for a label of ours.

    Raises GatewayError; commits nothing.
    """
    told = gateways.shippo.transaction(transaction_id)
    take_in(told, via)
    return session.get_one(ProviderTransaction, told.id).intent_id is not None


def scan(since: datetime) -> datetime:
    """Take in every label Shippo lists since a moment (world time), each on its own.

    One page may settle a hundred purchases, and is read while others hold some of them: no row
    is kept waiting for the next. Returns the moment back to which it was read, which is later
    where it could not be read to its end: lists are counted and long, and what is not asked for
    now is asked for later. Raises GatewayError.
    """
    back = world_now()
    for number, page in enumerate(gateways.shippo.transactions_since(since), 1):
        for told in ledger.news(page):
            take_in(told, Via.LIST)
            session.commit()
        session.commit()
        back = min([back, *(told.created for told in page if told.created)])
        if len(page) == FULL and (number == PAGES or not throttle.lists_left()):
            return max(back, since)
    return since


def take_in(told: Transaction, via: Via) -> None:
    """Take in what Shippo says of a label, and let what follows from it follow."""
    parcel = purchases.heard(told, via)
    if parcel is not None:
        labelled(parcel)
    elif told.status.voided:
        refunds.heard(told)


def price(parcel_id: int) -> None:
    """Ask what a label cost that was bought without a rate, where its answer did not tell."""
    parcel = session.get_one(Parcel, parcel_id)
    bought, due = parcel.transaction_id, parcel.price_due_at
    known = session.get(ProviderTransaction, bought) if bought and due else None
    rate_id = known.rate_id if known else None
    if bought is None or due is None:
        session.commit()
        return
    parcel.price_due_at = now() + PRICE_PAUSE
    session.commit()
    try:
        cost = _cost(bought, rate_id)
    except GatewayError as error:
        log.warning("parcel %s: its price is not known yet: %s", parcel_id, error)
        return
    mine = sa.select(LabelIntent).filter_by(parcel_id=parcel_id, transaction_id=bought)
    intent = session.scalar(mine.order_by(LabelIntent.id.desc()).limit(1).with_for_update())
    parcel = session.get_one(Parcel, parcel_id, with_for_update=True, populate_existing=True)
    if intent is not None and parcel.transaction_id == bought and parcel.price_due_at:
        settlements.priced(parcel, intent, cost)
    session.commit()


def _cost(transaction_id: str, rate_id: str | None) -> Money | None:
    """What Shippo says a label cost; None where it does not say. Raises GatewayError."""
    try:
        if rate_id is None:
            told = gateways.shippo.transaction(transaction_id)
            if told.price is not None or told.rate is None:
                return told.price
            rate_id = told.rate
        return gateways.shippo.rate(rate_id).price
    except Rejected as error:
        if error.code in KEY_REFUSED:
            raise  # it says nothing of the price, and another key may be told
        log.warning("transaction %s: its price stays unknown: %s", transaction_id, error)
        return None


def _look_at(transaction_id: str, intent_id: int) -> None:
    """Ask for the one transaction we know to be ours: cheap, and not a list."""
    session.commit()
    note = ""
    try:
        take_in(gateways.shippo.transaction(transaction_id), Via.POLL)
    except GatewayError as error:
        note = f"{COULD_NOT_LOOK}: {error}"
    _looked(intent_id, note)


def _look_for(rate_id: str, reference: str, intent_id: int) -> None:
    """Ask what was bought at this wish's rate."""
    session.commit()
    note = ""
    try:
        listed = gateways.shippo.transactions_of(rate_id)
    except GatewayError as error:
        note, listed = f"{COULD_NOT_LOOK}: {error}", []
    for told in doubts.bought_for(listed, reference):
        take_in(told, Via.LIST)
    _looked(intent_id, note)


def _look_through() -> None:
    """Look for everything that is looked for at once: no rate is known, or there are many."""
    wanted = {intent.id: doubts.asked_since([intent]) for intent in doubts.looked_for()}
    since = min(wanted.values(), default=world_now())
    session.commit()
    note, back = "", since
    try:
        back = scan(since)
    except GatewayError as error:
        note = f"{COULD_NOT_LOOK}: {error}"
    for intent_id, asked in wanted.items():
        _looked(intent_id, note if back <= asked else NOT_THAT_FAR)


def _looked(intent_id: int, note: str) -> None:
    doubts.looked(session.get_one(LabelIntent, intent_id, with_for_update=True), note)
    session.commit()


def labelled(parcel: Parcel) -> None:
    """What follows when a parcel has got its label."""
    session.flush()
    file_id = session.scalar(
        sa.select(LabelFile.id).filter_by(transaction_id=parcel.transaction_id)
    )
    if file_id is not None:
        later(files.fetch, file_id)
    messages.announce(parcel, Milestone.LABEL_READY)
