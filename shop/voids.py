"""Staff void a label: when it may be asked for, and what they decide of it, under their name."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from shop import custody, refunds
from shop.db import now, session
from shop.i18n import say as _
from shop.models import (
    Account,
    AuditEntry,
    LabelIntent,
    Message,
    Parcel,
    ProviderTransaction,
    Refund,
)
from shop.outside import mode, settings, world_now
from shop.surplus import priced, unneeded
from shop.tracking import standing_of
from shop.values import Act, MessageState, RefundState, Standing, TransactionStatus

ADVISED = timedelta(days=30)
"""So long most carriers give money back for an unused label."""

LATEST = timedelta(days=90)
"""After this Shippo takes no refund at all."""

TOLD = (MessageState.SENT, MessageState.DELIVERED, MessageState.UNSURE, MessageState.SENDING)


class CannotVoid(Exception):
    """This label's money cannot be asked back; the message says why."""


def objection(parcel: Parcel) -> str:
    """Why its label cannot be voided, or nothing."""
    if parcel.transaction_id is None:
        return _("This parcel has no label.")
    if parcel.mode is not mode():
        return _("It was bought in %(mode)s mode.", mode=parcel.mode.value)
    if parcel.refund is not None:
        return _("It was asked for before.")
    if any(r.transaction_id == parcel.transaction_id and r.kept_at for r in parcel.refunds):
        return _("Shippo has refused to refund this label.")
    if scanned(parcel):
        return _("A carrier has scanned it. A label that was used is not refunded.")
    if parcel.handed_at:
        return _("It was handed over with this label. If that was a slip, take it back first.")
    if age(parcel) > LATEST:
        return _("It was bought more than 90 days ago, and Shippo takes no refund after that.")
    return ""


def caution(parcel: Parcel) -> str:
    """Why it may be refused all the same, or nothing."""
    if age(parcel) <= ADVISED:
        return ""
    return _("It is older than 30 days. Many carriers then refuse to give the money back.")


def age(parcel: Parcel) -> timedelta:
    """How long it has had its label. World time."""
    return world_now() - (parcel.labelled_at or parcel.created_at)


def scanned(parcel: Parcel) -> bool:
    """Whether a carrier was heard to have had it in hands."""
    story = parcel.story
    heard = (*story.earlier, *story.scans, *([story.now] if story.now else []))
    return any(standing_of(scan) is not Standing.LABEL_READY for scan in heard)


def told_customer(parcel: Parcel) -> bool:
    """Whether the customer was told the number of the label it has."""
    mine = custody.said(parcel).where(Message.state.in_(TOLD))
    return session.scalar(mine.limit(1)) is not None


def locked(parcel_id: int) -> Parcel | None:
    """A parcel for us alone, and before it its purchases: in the order everybody locks them in."""
    mine = sa.select(LabelIntent.id).filter_by(parcel_id=parcel_id).with_for_update()
    session.scalars(mine.order_by(LabelIntent.id)).all()
    return session.get(Parcel, parcel_id, with_for_update=True, populate_existing=True)


def locked_surplus(transaction_id: str) -> ProviderTransaction | None:
    """The same for a label that no parcel has."""
    known = session.get(ProviderTransaction, transaction_id)
    if known is not None and known.intent_id is not None:
        session.get(LabelIntent, known.intent_id, with_for_update=True)
    return session.get(
        ProviderTransaction, transaction_id, with_for_update=True, populate_existing=True
    )


def void(parcel: Parcel, who: Account) -> Refund:
    """Write down that a parcel's label is to be voided; an open wish is returned as it is.

    Call it with the parcel `locked`. Raises CannotVoid.
    """
    standing = refunds.standing(parcel.transaction_id or "")
    if standing is not None:
        return standing
    why = objection(parcel)
    if why or parcel.transaction_id is None:
        raise CannotVoid(why)
    wish = refunds.wish(
        parcel.transaction_id,
        parcel_id=parcel.id,
        intent_id=_intent_id(parcel.transaction_id),
        mode=parcel.mode,
        asked_by=who.id,
        label=custody.label_of(parcel),
        tracking_number=parcel.tracking_number,
        amount_minor=parcel.cost_minor,
        currency=parcel.currency,
    )
    session.expire(parcel, ["refunds"])
    _written(Act.VOID, wish, who)
    return wish


def give_up(known: ProviderTransaction, who: Account) -> Refund:
    """The same for a surplus label. Call it with `locked_surplus`."""
    standing = refunds.standing(known.object_id)
    if standing is not None:
        return standing
    if known.mode is not mode():
        raise CannotVoid(_("It was bought in %(mode)s mode.", mode=known.mode.value))
    if known.status is not TransactionStatus.SUCCESS:
        raise CannotVoid(_("Shippo says %(status)s of it.", status=known.status.value))
    if not unneeded(known):
        raise CannotVoid(_("It is not a surplus label."))
    cost = priced(known)
    wish = refunds.wish(
        known.object_id,
        intent_id=known.intent_id,
        mode=known.mode,
        asked_by=who.id,
        label={"estimated": cost.estimated} if cost else {},
        tracking_number=known.tracking_number,
        amount_minor=cost.amount_minor if cost else None,
        currency=cost.currency if cost else "USD",
    )
    _written(Act.REFUND, wish, who)
    return wish


def may_ask_again(refund: Refund) -> bool:
    """Whether it has been in doubt for so long that a person may have it sent once more."""
    waited = now() - (refund.sent_at or refund.asked_at)
    return refund.state is RefundState.UNKNOWN and waited >= timedelta(
        seconds=settings.review_after_s
    )


def again(refund: Refund, who: Account) -> bool:
    """Have it sent once more. Call it with the row locked."""
    if not may_ask_again(refund):
        return False
    refund.state = RefundState.WANTED
    refund.due_at = now() + timedelta(seconds=settings.sweep_interval_s)
    _written(Act.VOID if refund.parcel_id else Act.REFUND, refund, who, "Once more")
    return True


def keep(refund: Refund, who: Account) -> Parcel:
    """Take a label back into use whose refund was refused. Raises custody.CannotKeep."""
    parcel = custody.give_back(refunds.locked(refund.id))
    _written(Act.KEEP, refund, who)
    return parcel


def noted(refund: Refund, who: Account) -> None:
    """Somebody has seen that a voided label is used, or that its refund was refused."""
    refund.seen_at = world_now()
    _written(Act.NOTE, refund, who)


def _intent_id(transaction_id: str) -> int | None:
    bought = sa.select(LabelIntent.id).filter_by(transaction_id=transaction_id)
    return session.scalar(bought.order_by(LabelIntent.id.desc()).limit(1))


def _written(act: Act, refund: Refund, who: Account, note: str = "") -> None:
    about = f"purchase:{refund.intent_id}" if refund.intent_id else f"refund:{refund.id}"
    session.add(AuditEntry(account_id=who.id, act=act, subject=about, note=note[:500]))
