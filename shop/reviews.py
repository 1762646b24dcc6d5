"""A person decides about a purchase that looking has not settled (docs/reliability.md tells why).

Only here does a wish that was sent end without an answer, by somebody's word and under their name.
"""

from __future__ import annotations

import sqlalchemy as sa

from shop import purchases
from shop.db import now, session
from shop.models import Account, AuditEntry, LabelIntent, Order, Parcel, ProviderTransaction
from shop.models.shipping import REFERENCE
from shop.outside import at_world
from shop.pauses import COULD_NOT_LOOK
from shop.values import Act, IntentState, ParcelState, Transaction, TransactionStatus, Via


class CannotAdopt(Exception):
    """This transaction is not the answer to this purchase; the message says why."""


def check(intent: LabelIntent, who: Account) -> None:
    """Have Shippo asked now, and not when it was planned."""
    intent.due_at = now()
    _written(Act.CHECK, intent, who)


def adopt(intent: LabelIntent, told: Transaction, who: Account) -> Parcel | None:
    """Take a transaction that somebody found at Shippo as the answer to this purchase.

    It must carry our reference, or be of this purchase's rate and nobody else's. Returns the
    parcel when that gave it its label.
    """
    known = session.get(ProviderTransaction, told.id)
    if known is not None and known.intent_id not in {None, intent.id}:
        raise CannotAdopt("That transaction belongs to another parcel of ours.")
    if told.metadata != intent.reference:
        if told.metadata.startswith(f"{REFERENCE}:"):
            raise CannotAdopt("That transaction was bought for another purchase of ours.")
        if intent.rate_id is None:
            raise CannotAdopt("That transaction does not carry this purchase\u2019s reference.")
        if told.rate != intent.rate_id:
            raise CannotAdopt("That transaction was not bought at this purchase\u2019s rate.")
        if told.status is TransactionStatus.ERROR:
            raise CannotAdopt("That transaction failed, and nothing on it says that it is ours.")
    _written(Act.ADOPT, intent, who, told.id)
    return purchases.heard(told, Via.PERSON, intent.id)


def release(intent: LabelIntent, who: Account, reason: str) -> bool:
    """Give a purchase in review up, so that the label can be asked for again.

    We may pay twice then, and whoever presses says that they accept it. A label found later is
    kept as surplus. False when it is not in review any more.
    """
    if intent.state is not IntentState.NEEDS_REVIEW:
        return False
    intent.state, intent.due_at = IntentState.RELEASED, None
    parcel = intent.parcel
    parcel.wait_for(ParcelState.NEEDS_LABEL)
    session.flush()
    session.expire(parcel, ["intents"])
    _written(Act.RELEASE, intent, who, reason)
    return True


def unlikely(intent: LabelIntent) -> bool:
    """Whether Shippo's list has shown labels made after this one's answer was due, and not it.

    No proof: a request can be held up for longer. But the list works, and has gone past it.
    """
    if intent.deadline_at is None or intent.transaction_id is not None or not intent.looks:
        return False
    if intent.reason.startswith(COULD_NOT_LOOK):
        return False
    later = sa.select(ProviderTransaction.object_id).where(
        ProviderTransaction.seen_via == Via.LIST,
        ProviderTransaction.created_at > at_world(intent.deadline_at),
    )
    return session.scalar(later.limit(1)) is not None


def decisions(intents: list[LabelIntent]) -> list[AuditEntry]:
    """What staff did about these purchases, oldest first."""
    subjects = [_subject(intent) for intent in intents]
    found = sa.select(AuditEntry).where(AuditEntry.subject.in_(subjects))
    return list(session.scalars(found.order_by(AuditEntry.id)))


def canceller(order: Order) -> str:
    """Who cancelled an order, or nothing."""
    found = sa.select(AuditEntry).filter_by(subject=f"order:{order.id}", act=Act.CANCEL)
    entry = session.scalar(found.limit(1))
    return entry.account.name if entry else ""


def _written(act: Act, intent: LabelIntent, who: Account, note: str = "") -> None:
    session.add(AuditEntry(account_id=who.id, act=act, subject=_subject(intent), note=note[:500]))


def _subject(intent: LabelIntent) -> str:
    return f"purchase:{intent.id}"
