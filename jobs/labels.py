"""Buy labels: claim, send once, and settle by whatever way the answer comes."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from jobs import files, messages
from jobs.queue import later
from shop import purchases
from shop.db import session
from shop.gateways.errors import GatewayError, Rejected
from shop.models import LabelFile, LabelIntent, Parcel, ProviderTransaction
from shop.outside import gateways, mode
from shop.values import IntentState, Milestone, Transaction, Via

log = logging.getLogger(__name__)


def buy(intent_id: int) -> None:
    """Send one POST for this wish, if it is ours to send. Never sent twice (reliability.md)."""
    claim = purchases.claim(intent_id)
    session.commit()
    if claim is None:
        return
    objection = purchases.objection(claim)
    session.commit()
    if objection:
        purchases.withdrawn(claim, objection)
        session.commit()
        return
    try:
        told = gateways.shippo.buy(claim.rate_id, claim.reference)
    except GatewayError as error:
        log.warning("label %s: %s: %s", intent_id, type(error).__name__, error)
        purchases.failed(claim, error)
    else:
        log.info("label %s: answered %s", intent_id, told.raw_status)
        _labelled(purchases.answered(claim, told))
    session.commit()


def look(intent_id: int) -> None:
    """Find out what became of a POST: ask for the transaction we know of, else the rate's list."""
    intent = session.get(LabelIntent, intent_id)
    if intent is None or intent.state not in purchases.HOPEFUL:
        return
    if intent.state is IntentState.SENDING:
        purchases.overdue(intent)
        session.commit()
        return
    known, rate_id, reference = intent.transaction_id, intent.rate_id, intent.reference
    made_in = intent.mode
    session.commit()
    note, found = "", []
    if made_in is not mode():
        why = f"it was asked for in {made_in} mode, the shop runs in {mode()} mode"
        note = f"{purchases.COULD_NOT_LOOK}: {why}"
    else:
        try:
            found = _ask(known, rate_id, reference)
        except GatewayError as error:
            note = f"{purchases.COULD_NOT_LOOK}: {error}"
    for told in found:
        _labelled(purchases.heard(told, Via.POLL if known else Via.LIST))
    again = session.get_one(LabelIntent, intent_id, with_for_update=True)
    purchases.looked(again, note)
    session.commit()


def hear(transaction_id: str, via: Via) -> bool:
    """Fetch a transaction we were told of and take it in; whether it is for a label of ours.

    Raises GatewayError; commits nothing.
    """
    told = gateways.shippo.transaction(transaction_id)
    _labelled(purchases.heard(told, via))
    return session.get_one(ProviderTransaction, told.id).intent_id is not None


def _ask(known: str | None, rate_id: str, reference: str) -> list[Transaction]:
    if known:
        try:
            return [gateways.shippo.transaction(known)]
        except Rejected:
            log.warning("transaction %s is not there any more", known)
    return purchases.bought_for(gateways.shippo.transactions_of(rate_id), reference)


def _labelled(parcel: Parcel | None) -> None:
    """What follows when a parcel has got its label."""
    if parcel is None:
        return
    session.flush()
    file_id = session.scalar(
        sa.select(LabelFile.id).filter_by(transaction_id=parcel.transaction_id)
    )
    if file_id is not None:
        later(files.fetch, file_id)
    messages.announce(parcel, Milestone.LABEL_READY)
