"""Ask for a label's money back, exactly once: the rules (docs/reliability.md tells why).

A wish (Refund) is claimed before a byte leaves, sent once, and followed to its end by whatever
way we hear of it. Nothing here sends. Unlike a purchase it may be asked again by a person while
nobody knows: Shippo refuses a second refund of one label.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop import voids
from shop.db import changed, now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.i18n import say as _
from shop.models import (
    Account,
    AuditEntry,
    LabelIntent,
    Parcel,
    ProviderTransaction,
    Refund,
    TrackSnapshot,
)
from shop.models.refunds import ONE
from shop.outside import mode, settings, world_now
from shop.pauses import GRACE, KEY_PAUSE, KEY_REFUSED, WATCHED, backoff
from shop.surplus import priced, unneeded
from shop.tracking import digest, standing_of
from shop.values import (
    Act,
    Mode,
    RefundState,
    RefundStatus,
    Snapshot,
    Standing,
    ToldRefund,
    Transaction,
    TransactionStatus,
    Via,
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


class CannotVoid(Exception):
    """This label's money cannot be asked back; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send one POST, once. `fence` tells our later word from somebody else's."""

    refund_id: int
    fence: int
    transaction_id: str
    mode: Mode


def void(parcel: Parcel, who: Account) -> Refund:
    """Write down that a parcel's label is to be voided; an open wish is returned as it is.

    Call it with the parcel locked. Raises CannotVoid.
    """
    standing = _standing(parcel.transaction_id or "")
    if standing is not None:
        return standing
    why = voids.objection(parcel)
    if why or parcel.transaction_id is None:
        raise CannotVoid(why)
    wish = _wish(
        parcel.transaction_id,
        parcel_id=parcel.id,
        intent_id=_intent_id(parcel.transaction_id),
        mode=parcel.mode,
        asked_by=who.id,
        label=voids.label_of(parcel),
        tracking_number=parcel.tracking_number,
        amount_minor=parcel.cost_minor,
        currency=parcel.currency,
    )
    session.expire(parcel, ["refunds"])
    _written(Act.VOID, wish, who)
    return wish


def give_up(known: ProviderTransaction, who: Account) -> Refund:
    """The same for a surplus label, which no parcel has. Call it with the row locked."""
    standing = _standing(known.object_id)
    if standing is not None:
        return standing
    if known.status is not TransactionStatus.SUCCESS:
        raise CannotVoid(_("Shippo says %(status)s of it.", status=known.status.value))
    if not unneeded(known):
        raise CannotVoid(_("It is not a surplus label."))
    intent = session.get(LabelIntent, known.intent_id) if known.intent_id else None
    cost = priced(known)
    wish = _wish(
        known.object_id,
        intent_id=known.intent_id,
        mode=intent.mode if intent else mode(),
        asked_by=who.id,
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
    refund.state, refund.due_at = RefundState.WANTED, now() + _sweep()
    _written(Act.VOID if refund.parcel_id else Act.REFUND, refund, who, "Once more")
    return True


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
            _settle(_locked(claim.refund_id), NEWS[stands])
        case Rejected() if stands is not None:
            _from_sending(claim, RefundState.FAILED, str(error), None)
        case _:
            _lost(claim, str(error))


def followed(refund_id: int, told: ToldRefund) -> Refund:
    """Take in what Shippo says of a refund of ours."""
    refund = _locked(refund_id)
    refund.refund_id = told.id
    _settle(refund, NEWS[told.status])
    return refund


def heard(told: Transaction) -> Refund | None:
    """Take in that Shippo says of a label that its money was asked back.

    Also by somebody else, in Shippo's own pages: then it is followed like ours.
    """
    newest = sa.select(Refund.id).filter_by(transaction_id=told.id).order_by(Refund.id.desc())
    known = session.scalar(newest.where(Refund.state != RefundState.FAILED).limit(1))
    refund = _locked(known) if known else _by_others(told)
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


def keep(refund: Refund, who: Account) -> Parcel:
    """Take a label back into use whose refund was refused. Raises voids.CannotKeep."""
    parcel = voids.give_back(_locked(refund.id))
    _written(Act.KEEP, refund, who)
    return parcel


def noted(refund: Refund, who: Account) -> None:
    """Somebody has seen that a voided label is used, or that its refund was refused."""
    refund.seen_at = world_now()
    _written(Act.NOTE, refund, who)


def scanned(told: Snapshot, via: Via, at: datetime) -> bool:
    """Take in what is heard of a voided label; False when it is none of ours. `at` is world time.

    One that a carrier has in hands is being used, and staff are told.
    """
    found = _of_scan(told)
    if found is None:
        return False
    refund = _locked(found)
    if refund.parcel_id is not None:
        _kept(refund, told, via, at)
    standing = standing_of(told.status) if told.status else Standing.LABEL_READY
    if standing is not Standing.LABEL_READY and refund.used_at is None:
        refund.used_at, refund.seen_at = at, None
    return True


def _wish(transaction_id: str, **values: object) -> Refund:
    wish = Refund(transaction_id=transaction_id, asked_at=now(), due_at=now() + _sweep(), **values)
    try:
        with session.begin_nested():
            session.add(wish)
            session.flush()
    except IntegrityError:
        # Somebody else was faster; the database keeps one a label.
        found = _standing(transaction_id)
        if found is None:
            raise
        return found
    return wish


def _standing(transaction_id: str) -> Refund | None:
    where = (Refund.transaction_id == transaction_id, Refund.state.in_(ONE))
    return session.scalar(sa.select(Refund).where(*where))


def _intent_id(transaction_id: str) -> int | None:
    bought = sa.select(LabelIntent.id).filter_by(transaction_id=transaction_id)
    return session.scalar(bought.order_by(LabelIntent.id.desc()).limit(1))


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
    wish = _wish(
        told.id,
        parcel_id=parcel.id if parcel else None,
        intent_id=intent.id if intent else None,
        mode=parcel.mode if parcel else mode(),
        tracking_number=told.tracking_number,
        amount_minor=cost.amount_minor if cost else None,
        currency=cost.currency if cost else "USD",
        reason="Asked for in the Shippo account, not here.",
    )
    return _locked(wish.id)


def _locked(refund_id: int) -> Refund:
    """The row for us alone, and what it changes: in the order everybody locks them in."""
    seen = session.get_one(Refund, refund_id)
    if seen.intent_id:
        session.get(LabelIntent, seen.intent_id, with_for_update=True, populate_existing=True)
    if seen.parcel_id:
        session.get(Parcel, seen.parcel_id, with_for_update=True, populate_existing=True)
    return session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)


def _settle(refund: Refund, news: RefundState) -> None:
    """One place where it ends; told twice, late or in any order, it comes to the same."""
    if refund.state.settled or refund.state is news:
        return
    refused = news is RefundState.REJECTED
    if refund.filed_at is None and not refused:
        refund.filed_at = world_now()
        voids.take_away(refund)
    refund.state = news
    if news is RefundState.FILED:
        refund.looks = 0
        refund.due_at = now() + timedelta(seconds=settings.refund_schedule_s[0])
        return
    refund.settled_at, refund.due_at = world_now(), None
    refund.reason = REFUSED if refused else ""


def _of_scan(told: Snapshot) -> int | None:
    mine = sa.select(Refund.id).where(Refund.kept_at.is_(None), Refund.mode == mode())
    mine = mine.where(Refund.filed_at.is_not(None)).order_by(Refund.id.desc()).limit(1)
    if told.transaction:
        return session.scalar(mine.filter_by(transaction_id=told.transaction))
    found = session.scalar(mine.filter_by(tracking_number=told.number))
    label = session.get_one(Refund, found).label if found else {}
    return found if label.get("carrier", told.carrier) == told.carrier else None


def _kept(refund: Refund, told: Snapshot, via: Via, at: datetime) -> None:
    mark = digest(told)
    if any(old.digest == mark for old in refund.snapshots):
        return
    row = TrackSnapshot(parcel_id=refund.parcel_id, digest=mark, via=via, heard_at=at)
    row.body, row.refund_id = told.to_json(), refund.id
    session.add(row)
    session.flush()
    session.expire(refund, ["snapshots"])


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


def _sweep() -> timedelta:
    return timedelta(seconds=settings.sweep_interval_s)


def _written(act: Act, refund: Refund, who: Account, note: str = "") -> None:
    about = f"purchase:{refund.intent_id}" if refund.intent_id else f"refund:{refund.id}"
    session.add(AuditEntry(account_id=who.id, act=act, subject=about, note=note[:500]))
