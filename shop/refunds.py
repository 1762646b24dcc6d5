"""Ask for a label's money back, exactly once: the protocol (docs/reliability.md tells why).

A wish (Refund) is written down, claimed before a byte leaves, sent once, and followed to its end
by whatever way we hear of it. Nothing here sends. Unlike a purchase it may be asked again by a
person while nobody knows: Shippo refuses a second refund of one label. Staff's wishes come from
shop/voids.py; what a parcel loses and gets back with its label stands in shop/custody.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop import custody
from shop.db import changed, now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.models import LabelIntent, Parcel, ProviderTransaction, Refund
from shop.models.refunds import ONE
from shop.outside import settings, world_now
from shop.pauses import GRACE, KEY_PAUSE, KEY_REFUSED, WATCHED, backoff
from shop.surplus import priced, unneeded
from shop.values import (
    Mode,
    RefundState,
    RefundStatus,
    ToldRefund,
    Transaction,
    TransactionStatus,
)

FOLLOWED = timedelta(days=60)
"""Shippo speaks of 14 business days; after this a person has to ask Shippo."""

UNDECIDED = "Shippo has not decided within 60 days. Ask its support, naming the transaction."

NEWS = {
    RefundStatus.QUEUED: RefundState.FILED,
    RefundStatus.PENDING: RefundState.FILED,
    RefundStatus.OTHER: RefundState.FILED,
    RefundStatus.SUCCESS: RefundState.GRANTED,
    RefundStatus.ERROR: RefundState.REJECTED,
    TransactionStatus.REFUNDPENDING: RefundState.FILED,
    TransactionStatus.REFUNDED: RefundState.GRANTED,
    TransactionStatus.REFUNDREJECTED: RefundState.REJECTED,
}
"""What Shippo's words for a refund, and for its label, come to."""

REFUSED = "Shippo refused the refund: the label was used, or it is too old."


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send one POST, once. `fence` tells our later word from somebody else's."""

    refund_id: int
    fence: int
    transaction_id: str
    mode: Mode


def wish(transaction_id: str, **values: object) -> Refund:
    """Write down that a label's money is to be asked for; one that stands is returned as it is."""
    due = now() + timedelta(seconds=settings.sweep_interval_s)
    asked = Refund(transaction_id=transaction_id, asked_at=now(), due_at=due, **values)
    try:
        with session.begin_nested():
            session.add(asked)
            session.flush()
    except IntegrityError:
        # Somebody else was faster; the database keeps one a label.
        found = standing(transaction_id)
        if found is None:
            raise
        return found
    return asked


def standing(transaction_id: str) -> Refund | None:
    """The refund of a label that is open or granted: the database allows one."""
    where = (Refund.transaction_id == transaction_id, Refund.state.in_(ONE))
    return session.scalar(sa.select(Refund).where(*where))


def held(refund_id: int, until: datetime, why: str) -> None:
    """Leave a wish unsent until then: nothing would come of sending it now."""
    changed(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.WANTED)
        .values(due_at=until, reason=why[:500])
    )


def claim(refund_id: int) -> Claim | None:
    """Take the right to send. Commit before sending: only then is it yours."""
    moment = now()
    deadline = moment + timedelta(seconds=settings.purchase_deadline_s) + GRACE
    taken = changed(
        sa.update(Refund)
        .where(Refund.id == refund_id, Refund.state == RefundState.WANTED)
        .values(
            state=RefundState.SENDING,
            fence=Refund.fence + 1,
            tries=Refund.tries + 1,
            sent_at=moment,
            deadline_at=deadline,
            due_at=deadline,
            reason="",
        )
    )
    if not taken:
        return None
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    return _claim_on(refund)


def answered(claim: Claim, told: ToldRefund) -> None:
    """Take in the answer to our own POST."""
    if told.transaction in {"", claim.transaction_id}:
        followed(claim.refund_id, told)
    else:
        _lost(claim, "Shippo answered with another label's refund.")


def failed(claim: Claim, error: GatewayError, stands: TransactionStatus | None) -> None:
    """Take down that sending was not answered with a refund.

    `stands` is what Shippo said of the label when asked after a refusal; None for no answer.
    """
    match error:
        case Rejected(code=code) if code in KEY_REFUSED:
            _later(claim, f"Shippo does not accept our key: {error}", KEY_PAUSE)
        case Unavailable(after=pause):
            _later(claim, str(error), pause)
        case Rejected() if stands is not None and stands.voided:
            _settle(locked(claim.refund_id), NEWS[stands])
        case Rejected() if stands is not None:
            _from_sending(claim, RefundState.FAILED, str(error), None)
        case _:
            _lost(claim, str(error))


def followed(refund_id: int, told: ToldRefund) -> Refund:
    """Take in what Shippo says of a refund of ours."""
    refund = locked(refund_id)
    refund.refund_id = told.id
    _settle(refund, NEWS[told.status])
    return refund


def heard(told: Transaction) -> Refund | None:
    """Take in that Shippo says of a label that its money was asked back.

    Also by somebody else, in Shippo's own pages: then it is followed like ours.
    """
    newest = sa.select(Refund.id).filter_by(transaction_id=told.id).order_by(Refund.id.desc())
    known = session.scalar(newest.where(Refund.state != RefundState.FAILED).limit(1))
    refund = locked(known) if known else _by_others(told)
    if refund is not None:
        _settle(refund, NEWS[told.status])
    return refund


def overdue(refund: Refund) -> bool:
    """Turn a sending whose deadline has passed into an unknown: it may or may not be asked."""
    if refund.state is not RefundState.SENDING or not refund.deadline_at:
        return False
    if refund.deadline_at > now():
        return False
    _lost(_claim_on(refund), "the worker stopped before an answer came")
    return True


def looked(refund: Refund, note: str = "") -> None:
    """Take down that we looked and it is not settled: when to look next."""
    if refund.state not in {RefundState.UNKNOWN, RefundState.FILED}:
        return
    moment = now()
    refund.looked_at = moment
    refund.looks += 1
    filed = refund.state is RefundState.FILED
    schedule = settings.refund_schedule_s if filed else settings.poll_schedule_s
    wait = timedelta(seconds=schedule[min(refund.looks, len(schedule) - 1)])
    over = moment - (refund.sent_at or refund.asked_at) >= (FOLLOWED if filed else WATCHED)
    refund.due_at = None if over else moment + wait
    if note or over:
        refund.reason = UNDECIDED if over and filed else note[:500]


def locked(refund_id: int) -> Refund:
    """The row for us alone, and what it changes: in the order everybody locks them in."""
    seen = session.get_one(Refund, refund_id)
    if seen.intent_id:
        session.get(LabelIntent, seen.intent_id, with_for_update=True, populate_existing=True)
    if seen.parcel_id:
        session.get(Parcel, seen.parcel_id, with_for_update=True, populate_existing=True)
    return session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)


def _by_others(told: Transaction) -> Refund | None:
    """A refund that was not asked for here, of a label of ours."""
    known = session.get_one(ProviderTransaction, told.id)
    intent = session.get(LabelIntent, known.intent_id) if known.intent_id else None
    parcel = session.scalar(sa.select(Parcel).filter_by(transaction_id=told.id))
    if parcel is None and intent is not None and intent.state.awaited:
        if told.status is TransactionStatus.REFUNDREJECTED:
            return None  # it is a label that counts, and a question of its own
        parcel = intent.parcel
    if parcel is None and intent is None and not unneeded(known):
        return None
    cost = intent or priced(known)
    found = wish(
        told.id,
        parcel_id=parcel.id if parcel else None,
        intent_id=intent.id if intent else None,
        mode=known.mode,
        label={"estimated": cost.estimated} if cost else {},
        tracking_number=told.tracking_number,
        amount_minor=cost.amount_minor if cost else None,
        currency=cost.currency if cost else "USD",
        reason="Asked for in the Shippo account, not here.",
    )
    return locked(found.id)


def _settle(refund: Refund, news: RefundState) -> None:
    """One place where it ends; told twice, late or in any order, it comes to the same.

    A refusal may be taken back, a grant is not: Shippo's support can have the carrier think again.
    """
    granted, kept = news is RefundState.GRANTED, refund.kept_at is not None
    if refund.state is news or (refund.state.settled and (kept or not granted)):
        return
    refused = news is RefundState.REJECTED
    if refund.filed_at is None and not refused:
        refund.filed_at = world_now()
        custody.take_away(refund)
    refund.state = news
    if news is RefundState.FILED:
        refund.looks = 0
        refund.due_at = now() + timedelta(seconds=settings.refund_schedule_s[0])
        return
    refund.settled_at, refund.due_at = world_now(), None
    refund.reason = REFUSED if refused else ""


def _later(claim: Claim, why: str, wait: timedelta | None) -> None:
    """Nothing was sent: it is wanted again, a little later."""
    tries = session.scalar(sa.select(Refund.tries).filter_by(id=claim.refund_id)) or 0
    pause = wait or backoff(tries)
    _from_sending(claim, RefundState.WANTED, why, now() + pause)


def _lost(claim: Claim, why: str) -> None:
    first = now() + timedelta(seconds=settings.poll_schedule_s[0])
    _from_sending(claim, RefundState.UNKNOWN, why, first)


def _from_sending(claim: Claim, state: RefundState, why: str, due: datetime | None) -> None:
    """Our word counts only while the wish is still in the state our claim put it in."""
    changed(
        sa.update(Refund)
        .where(
            Refund.id == claim.refund_id,
            Refund.fence == claim.fence,
            Refund.state == RefundState.SENDING,
        )
        .values(state=state, reason=why[:500], due_at=due, looks=0)
    )


def _claim_on(refund: Refund) -> Claim:
    return Claim(
        refund_id=refund.id,
        fence=refund.fence,
        transaction_id=refund.transaction_id,
        mode=refund.mode,
    )
