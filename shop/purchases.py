"""Spend the shop's money on postage, exactly once: the protocol (docs/reliability.md tells why).

A wish (LabelIntent) is written down, claimed before a byte leaves, sent once, and settled by
whatever way we hear of it. Nothing here sends, and nothing here ever makes a sent wish ready
again unless it is proved that no byte of it left us. The story is told from top to bottom:
wish, claim, what came of sending, and the one place where all news of a label is taken in.
Its rooms: shop/claims.py ends a claim, shop/ledger.py knows whose a transaction is,
shop/settlements.py gives the parcel its label, shop/doubts.py looks for what nobody knows of.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop import claims, ledger, pauses, settlements
from shop.db import changed, now, session
from shop.gateways.errors import GatewayError, RateGone, Rejected, Unavailable
from shop.models import LabelIntent, Parcel
from shop.models.shipping import OPEN
from shop.outside import mode, settings, world_now
from shop.values import IntentState, ParcelState, Transaction, TransactionStatus, Via


class CannotBuy(Exception):
    """This parcel has nothing to buy; the message says why."""


def wish(parcel: Parcel, asked_by: int | None = None) -> LabelIntent:
    """Write down that this parcel's label is to be bought; an open wish is returned as it is."""
    standing = open_wish(parcel.id)
    if standing is not None:
        return standing
    if parcel.order.cancelled_at:
        raise CannotBuy("The order was cancelled.")
    if parcel.mode is not mode():
        raise CannotBuy(f"It was made in {parcel.mode} mode, and the shop runs in {mode()} mode.")
    if parcel.state is ParcelState.NEEDS_RATE or not parcel.buyable:
        raise CannotBuy(parcel.why or "This parcel has no rate from a carrier.")
    intent = LabelIntent(
        parcel_id=parcel.id,
        rate_id=parcel.rate_id,
        rate_until=parcel.holds_until if parcel.rate_id else None,
        amount_minor=parcel.cost_minor,
        currency=parcel.currency,
        mode=parcel.mode,
        asked_by=asked_by,
        created_at=world_now(),
        due_at=now() + timedelta(seconds=settings.sweep_interval_s),
    )
    try:
        with session.begin_nested():
            session.add(intent)
            session.flush()
    except IntegrityError:
        # Somebody else was faster; the database keeps one open wish a parcel.
        session.expire(parcel)
        return open_wish(parcel.id) or wish(parcel, asked_by)
    session.expire(parcel, ["intents"])
    parcel.state = ParcelState.BUYING
    return intent


def open_wish(parcel_id: int) -> LabelIntent | None:
    return session.scalar(
        sa.select(LabelIntent).where(
            LabelIntent.parcel_id == parcel_id, LabelIntent.state.in_(OPEN)
        )
    )


def held(intent_id: int, until: datetime, why: str) -> None:
    """Leave a wish unsent until then: nothing would come of sending it now."""
    changed(
        sa.update(LabelIntent)
        .where(LabelIntent.id == intent_id, LabelIntent.state == IntentState.READY)
        .values(due_at=until, reason=why[:500])
    )


def claim(intent_id: int) -> claims.Claim | None:
    """Take the right to send. Commit before sending: only then is it yours."""
    moment = now()
    deadline = moment + timedelta(seconds=settings.purchase_deadline_s) + pauses.GRACE
    taken = changed(
        sa.update(LabelIntent)
        .where(LabelIntent.id == intent_id, LabelIntent.state == IntentState.READY)
        .values(
            state=IntentState.SENDING,
            attempt=LabelIntent.attempt + 1,
            fence=LabelIntent.fence + 1,
            sent_at=moment,
            deadline_at=deadline,
            due_at=deadline,
            reason="",
        )
    )
    if not taken:
        return None
    intent = session.get_one(LabelIntent, intent_id, populate_existing=True)
    return claims.on(intent)


def objection(claim: claims.Claim) -> str:
    """Why this must not be sent after all, or nothing."""
    if claim.mode is not mode():
        return f"The parcel was made in {claim.mode} mode, the shop now runs in {mode()} mode."
    if claim.rate_until and world_now() >= claim.rate_until:
        return "The carrier's price has expired. The parcel needs a new rate."
    return ""


def withdrawn(claim: claims.Claim, why: str) -> None:
    """Take a wish back before anything was sent: the parcel waits for another rate."""
    claims.rateless(claim, "withdrawn", why)


def failed(claim: claims.Claim, error: GatewayError) -> None:
    """Take down that sending did not bring a label: what that means depends on the error."""
    match error:
        case Rejected(code=code) if code in pauses.KEY_REFUSED:
            claims.again(claim, f"Shippo does not accept our key: {error}", pauses.KEY_PAUSE)
        case Unavailable(after=pause):
            claims.again(claim, str(error), pause)
        case RateGone():
            claims.rateless(claim, "rate_gone", f"Shippo does not sell this rate any more. {error}")
        case Rejected():
            claims.refused(claim, str(error))
        case _:
            claims.lost(claim, str(error))


def answered(claim: claims.Claim, told: Transaction) -> Parcel | None:
    """Take in the answer to our own POST: it is ours, also where our reference is not repeated."""
    claims.attempted(claim, told.status.value.lower(), "; ".join(told.messages))
    return heard(told, Via.ANSWER, None if told.metadata else claim.intent_id)


def overdue(intent: LabelIntent) -> bool:
    """Turn a sending whose deadline has passed into an unknown: it may or may not be bought."""
    if intent.state is not IntentState.SENDING or not intent.deadline_at:
        return False
    if intent.deadline_at > now():
        return False
    claims.lost(claims.on(intent), "the worker stopped before an answer came")
    return True


def heard(told: Transaction, via: Via, wish_id: int | None = None) -> Parcel | None:
    """Take in what Shippo says of a label: its answer, its webhook, a poll and a list end here.

    Whose it is stands on it, as our reference; `wish_id` is for those who know it otherwise.
    Returns the parcel when this news gave it its label, and None otherwise. Told twice, or late,
    or in any order, it comes to the same.
    """
    intent = ledger.wish_of(told, wish_id)
    known = ledger.noted(told, via, intent)
    if intent is None or _voided(told, intent):
        return None
    parcel = session.get_one(Parcel, intent.parcel_id, with_for_update=True)
    if told.status is TransactionStatus.SUCCESS and parcel.transaction_id not in (None, told.id):
        known.surplus = True
        return None
    if not intent.state.open and told.status is TransactionStatus.SUCCESS:
        # Refused or given up, and bought all the same: mostly it is ours.
        known.surplus = _needless(told, intent, parcel) or not _stood_down(parcel)
        return None if known.surplus else settlements.settled(intent, parcel, told, via)
    # Said not to be sent and to be tried again, and yet it is there: then nothing more is sent.
    there = intent.state is IntentState.READY and told.status is not TransactionStatus.ERROR
    if there or intent.state.awaited:
        return settlements.settled(intent, parcel, told, via)
    return None


def _needless(told: Transaction, intent: LabelIntent, parcel: Parcel) -> bool:
    """Whether a label found late is not this parcel's any more.

    Its money was asked back. Or a quick label was asked for anew, perhaps for another address.
    """
    if ledger.asked_back(told):
        return True
    newest = sa.select(sa.func.max(LabelIntent.id)).filter_by(parcel_id=parcel.id)
    return parcel.order.quick and session.scalar(newest) != intent.id


def _stood_down(parcel: Parcel) -> bool:
    """Take back the wish for another label; whether none is open now, and none may have been sent.

    Nobody is waited for: whoever has it just now is about to send it.
    """
    standing = open_wish(parcel.id)
    if standing is None:
        return True
    unsent = sa.select(LabelIntent).filter_by(id=standing.id, state=IntentState.READY)
    again = session.scalar(
        unsent.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if again is not None:
        again.state, again.due_at = IntentState.RELEASED, None
        again.reason = "A label that was asked for before has been found."
        session.flush()  # the first is open again only after this one is not
    return again is not None


def _voided(told: Transaction, intent: LabelIntent) -> bool:
    """Whether it is shop/refunds.py that this news is for: the label's money was asked back."""
    if told.status is TransactionStatus.REFUNDREJECTED and intent.state.awaited:
        return False
    return told.status.voided or intent.state is IntentState.VOIDED
