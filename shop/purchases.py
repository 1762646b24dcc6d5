"""Spend the shop's money on postage, exactly once: the rules (docs/reliability.md tells why).

A wish (LabelIntent) is claimed before a byte leaves, sent once, and settled by whatever way we
hear of it. Nothing here sends, and nothing here ever makes a sent wish ready again unless it is
proved that no byte of it left us.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from shop.db import changed, now, session
from shop.gateways.errors import GatewayError, RateGone, Rejected, Unavailable
from shop.models import (
    LabelAttempt,
    LabelFile,
    LabelIntent,
    Parcel,
    ProviderTransaction,
)
from shop.models.shipping import OPEN, REFERENCE
from shop.outside import at_world, mode, settings, world_now
from shop.values import (
    Instalabel,
    IntentState,
    Mode,
    Money,
    ParcelState,
    Standing,
    Transaction,
    TransactionStatus,
    Via,
)

GRACE = timedelta(seconds=10)
KEY_REFUSED = {"401", "403"}
KEY_PAUSE = timedelta(minutes=5)
BACKOFF_S = (1, 2, 4, 8, 16, 32, 60)
FIRST_POLL = timedelta(hours=6)
POSTPONED = timedelta(seconds=7)
CROWD = 5
"""So many purchases in doubt are looked for together, on the newest pages of Shippo's list."""

EARLIER = timedelta(minutes=2)
"""So much before a wish was sent its label is looked for: no two clocks agree."""

WATCHED = timedelta(days=30)
"""How long a label that was perhaps bought is still looked for."""

STILL_MAKING = "Shippo has taken the order and has not made the label yet."

COULD_NOT_LOOK = "Could not look"
"""How a reason begins that speaks of the last look only, and ends with the next that succeeds."""

HOPEFUL = (
    IntentState.SENDING,
    IntentState.UNKNOWN,
    IntentState.PENDING,
    IntentState.NEEDS_REVIEW,
)


class CannotBuy(Exception):
    """This parcel has nothing to buy; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send one POST, once. `fence` tells our later word from somebody else's.

    What is bought is a rate, or a parcel by a service of an account.
    """

    intent_id: int
    fence: int
    reference: str
    mode: Mode
    rate_id: str | None
    rate_until: datetime | None
    instalabel: Instalabel | None


def wish(parcel: Parcel, asked_by: int | None = None) -> LabelIntent:
    """Write down that this parcel's label is to be bought; an open wish is returned as it is."""
    standing = open_wish(parcel.id)
    if standing is not None:
        return standing
    if parcel.order.cancelled_at:
        raise CannotBuy("The order was cancelled.")
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


def claim(intent_id: int) -> Claim | None:
    """Take the right to send. Commit before sending: only then is it yours."""
    moment = now()
    deadline = moment + timedelta(seconds=settings.purchase_deadline_s) + GRACE
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
    return _claim_on(intent)


def objection(claim: Claim) -> str:
    """Why this must not be sent after all, or nothing."""
    if claim.mode is not mode():
        return f"The parcel was made in {claim.mode} mode, the shop now runs in {mode()} mode."
    if claim.rate_until and world_now() >= claim.rate_until:
        return "The carrier's price has expired. The parcel needs a new rate."
    return ""


def withdrawn(claim: Claim, why: str) -> None:
    """Take a wish back before anything was sent: the parcel waits for another rate."""
    _rateless(claim, "withdrawn", why)


def failed(claim: Claim, error: GatewayError) -> None:
    """Take down that sending did not bring a label: what that means depends on the error."""
    match error:
        case Rejected(code=code) if code in KEY_REFUSED:
            _again(claim, f"Shippo does not accept our key: {error}", KEY_PAUSE)
        case Unavailable(after=pause):
            _again(claim, str(error), pause)
        case RateGone():
            _rateless(claim, "rate_gone", f"Shippo does not sell this rate any more. {error}")
        case Rejected():
            _refused(claim, str(error))
        case _:
            _lost(claim, str(error))


def heard(told: Transaction, via: Via, wish_id: int | None = None) -> Parcel | None:
    """Take in what Shippo says of a label: its answer, its webhook, a poll and a list end here.

    Whose it is stands on it, as our reference; `wish_id` is for those who know it otherwise.
    Returns the parcel when this news gave it its label, and None otherwise. Told twice, or late,
    or in any order, it comes to the same.
    """
    intent = _intent_of(told, wish_id)
    known = _noted(told, via, intent)
    if intent is None or _voided(told, intent):
        return None
    parcel = session.get_one(Parcel, intent.parcel_id, with_for_update=True)
    if told.status is TransactionStatus.SUCCESS and parcel.transaction_id not in (None, told.id):
        known.surplus = True
        return None
    if not intent.state.open and told.status is TransactionStatus.SUCCESS:
        # Refused or given up, and bought all the same. Unless asked for again since, it is ours.
        known.surplus = open_wish(parcel.id) is not None
        return None if known.surplus else _settled(intent, parcel, told, via)
    return _settled(intent, parcel, told, via) if intent.state in HOPEFUL else None


def _voided(told: Transaction, intent: LabelIntent) -> bool:
    """Whether it is shop/refunds.py that this news is for: the label's money was asked back."""
    if told.status is TransactionStatus.REFUNDREJECTED and intent.state in HOPEFUL:
        return False
    return told.status.voided or intent.state is IntentState.VOIDED


def answered(claim: Claim, told: Transaction) -> Parcel | None:
    """Take in the answer to our own POST: it is ours, also where our reference is not repeated."""
    _attempted(claim, told.status.value.lower(), "; ".join(told.messages))
    return heard(told, Via.ANSWER, None if told.metadata else claim.intent_id)


def overdue(intent: LabelIntent) -> bool:
    """Turn a sending whose deadline has passed into an unknown: it may or may not be bought."""
    if intent.state is not IntentState.SENDING or not intent.deadline_at:
        return False
    if intent.deadline_at > now():
        return False
    _lost(_claim_on(intent), "the worker stopped before an answer came")
    return True


def looked(intent: LabelIntent, note: str = "") -> None:
    """Take down that we looked and are no wiser: when to look next, and when a person decides.

    A label that Shippo never finishes goes to a person too.
    """
    if intent.state not in HOPEFUL:
        return
    moment = now()
    intent.looked_at = moment
    intent.looks += 1
    since = moment - (intent.sent_at or intent.created_at)
    waited = since >= timedelta(seconds=settings.review_after_s)
    if intent.state is IntentState.PENDING and waited:
        intent.parcel.state, intent.reason = ParcelState.UNKNOWN, STILL_MAKING
    if intent.state in {IntentState.UNKNOWN, IntentState.PENDING} and waited:
        intent.state = IntentState.NEEDS_REVIEW
    # One known transaction is asked for cheaply; lists are what Shippo counts.
    schedule = settings.poll_schedule_s if intent.transaction_id else settings.resolve_schedule_s
    wait = timedelta(seconds=schedule[min(intent.looks, len(schedule) - 1)])
    if intent.state is IntentState.UNKNOWN:
        left = timedelta(seconds=settings.review_after_s) - since
        wait = min(wait, max(left, timedelta(seconds=1)))
    intent.due_at = moment + wait if since < WATCHED else None
    if note or intent.reason.startswith(COULD_NOT_LOOK):
        intent.reason = note[:500]


def postponed(intent: LabelIntent) -> None:
    """Look a little later: Shippo's lists were asked for too often already. This was no look."""
    intent.due_at = now() + POSTPONED * (1 + random.random())  # noqa: S311  only spreads them


def looked_for() -> list[LabelIntent]:
    """Every wish that was sent and of which no transaction is known, in the mode we are in."""
    where = (
        LabelIntent.state.in_((IntentState.UNKNOWN, IntentState.NEEDS_REVIEW)),
        LabelIntent.transaction_id.is_(None),
        LabelIntent.due_at.is_not(None),
        LabelIntent.mode == mode(),
    )
    return list(session.scalars(sa.select(LabelIntent).where(*where).order_by(LabelIntent.id)))


def crowded() -> bool:
    return len(looked_for()) >= CROWD


def asked_since(wanted: Sequence[LabelIntent]) -> datetime:
    """The moment, in world time, from which on their labels may have been bought."""
    return at_world(min((i.sent_at or now() for i in wanted), default=now())) - EARLIER


def _claim_on(intent: LabelIntent) -> Claim:
    parcel, single = intent.parcel, None
    if intent.rate_id is None:
        single = Instalabel(
            to=parcel.order.to,
            package=parcel.box,
            account=parcel.carrier_account or "",
            service=parcel.service,
        )
    return Claim(
        intent_id=intent.id,
        fence=intent.fence,
        reference=intent.reference,
        mode=intent.mode,
        rate_id=intent.rate_id,
        rate_until=intent.rate_until,
        instalabel=single,
    )


def priced(parcel: Parcel, intent: LabelIntent, price: Money) -> None:
    """Take down what a label cost that was bought without a rate."""
    intent.amount_minor, intent.currency = price.minor, price.currency
    parcel.cost_minor, parcel.currency = price.minor, price.currency
    parcel.price_due_at = None


def bought_for(told: Sequence[Transaction], reference: str) -> list[Transaction]:
    """Those of a list that carry exactly our reference."""
    return [transaction for transaction in told if transaction.metadata == reference]


def _settled(intent: LabelIntent, parcel: Parcel, told: Transaction, via: Via) -> Parcel | None:
    known_before = intent.transaction_id == told.id
    intent.transaction_id = told.id
    match told.status:
        case TransactionStatus.SUCCESS if told.complete:
            _adopt(intent, parcel, told, via)
            return parcel
        case TransactionStatus.WAITING | TransactionStatus.QUEUED:
            _wait(intent, parcel, known_before)
        case TransactionStatus.ERROR if told.metadata in {intent.reference, ""}:
            _close(intent, parcel, "; ".join(told.messages) or "The carrier refused.")
        case _:
            _puzzle(intent, parcel, f"Shippo says {told.raw_status}, without a usable label.")
    return None


def _adopt(intent: LabelIntent, parcel: Parcel, told: Transaction, via: Via) -> None:
    moment = now()
    intent.state, intent.due_at, intent.reason = IntentState.PURCHASED, None, ""
    parcel.state, parcel.why = ParcelState.LABELLED, ""
    parcel.standing = Standing.CANCELLED if parcel.order.cancelled_at else Standing.LABEL_READY
    parcel.transaction_id = told.id
    parcel.tracking_number = told.tracking_number
    parcel.tracking_url = told.tracking_url
    parcel.labelled_at, parcel.labelled_via = world_now(), via
    parcel.poll_at = world_now() + FIRST_POLL
    if intent.rate_id is None:
        parcel.price_due_at = moment
        if told.price is not None:
            priced(parcel, intent, told.price)
    session.add(LabelFile(parcel_id=parcel.id, transaction_id=told.id, due_at=moment))


def _wait(intent: LabelIntent, parcel: Parcel, known_before: bool) -> None:
    if known_before and intent.state is IntentState.NEEDS_REVIEW:
        intent.reason = STILL_MAKING
        return  # it has taken too long for a person not to know
    if intent.state is not IntentState.PENDING:
        intent.looks = 0
        intent.due_at = now() + timedelta(seconds=settings.poll_schedule_s[0])
    intent.state = IntentState.PENDING
    parcel.state = ParcelState.BUYING


def _close(intent: LabelIntent, parcel: Parcel, why: str) -> None:
    intent.state, intent.due_at, intent.reason = IntentState.FAILED, None, why[:500]
    parcel.wait_for(ParcelState.NEEDS_LABEL, why)


def _puzzle(intent: LabelIntent, parcel: Parcel, why: str) -> None:
    """Something was bought that we cannot use or read: never reopened, shown to a person."""
    intent.state, intent.reason = IntentState.NEEDS_REVIEW, why[:500]
    intent.due_at = intent.due_at or now() + timedelta(seconds=settings.poll_schedule_s[0])
    parcel.state = ParcelState.UNKNOWN


def _again(claim: Claim, why: str, wait: timedelta | None = None) -> None:
    """Nothing was sent: the wish is ready again, a little later."""
    attempt = session.scalar(
        sa.select(LabelIntent.attempt).where(LabelIntent.id == claim.intent_id)
    )
    pause = wait or timedelta(seconds=BACKOFF_S[min(attempt or 0, len(BACKOFF_S) - 1)])
    if _from_sending(claim, state=IntentState.READY, reason=why, due_at=now() + pause):
        _attempted(claim, "not_sent", why)


def _refused(claim: Claim, why: str) -> None:
    if _from_sending(claim, state=IntentState.FAILED, reason=why, due_at=None):
        _attempted(claim, "refused", why)
        intent = session.get_one(LabelIntent, claim.intent_id)
        _close(intent, intent.parcel, why)


def _rateless(claim: Claim, verdict: str, why: str) -> None:
    """It is proved that nothing was bought, and this rate never will be: carriers are asked anew.

    A new rate is a new wish. In another mode than the parcel's there is nobody to ask.
    """
    if _from_sending(claim, state=IntentState.FAILED, reason=why, due_at=None):
        _attempted(claim, verdict, why)
        parcel = session.get_one(LabelIntent, claim.intent_id).parcel
        parcel.wait_for(ParcelState.NEEDS_RATE, why)
        parcel.rate_id = parcel.carrier_account = parcel.cost_minor = None
        parcel.requote_at = now() if claim.mode is mode() else None


def _lost(claim: Claim, why: str) -> None:
    first = now() + timedelta(seconds=settings.resolve_schedule_s[0])
    if _from_sending(claim, state=IntentState.UNKNOWN, reason=why, due_at=first, looks=0):
        _attempted(claim, "unknown", why)
        intent = session.get_one(LabelIntent, claim.intent_id, populate_existing=True)
        intent.parcel.state = ParcelState.UNKNOWN


def _from_sending(claim: Claim, **values: object) -> int:
    """Our word counts only while the wish is still in the state our claim put it in."""
    if isinstance(values.get("reason"), str):
        values["reason"] = str(values["reason"])[:500]
    return changed(
        sa.update(LabelIntent)
        .where(
            LabelIntent.id == claim.intent_id,
            LabelIntent.fence == claim.fence,
            LabelIntent.state == IntentState.SENDING,
        )
        .values(**values)
    )


def _attempted(claim: Claim, verdict: str, detail: str) -> None:
    attempt = int(claim.reference.rpartition(":")[2])
    session.add(
        LabelAttempt(
            intent_id=claim.intent_id,
            attempt=attempt,
            fence=claim.fence,
            verdict=verdict,
            detail=detail[:500],
        )
    )


def _intent_of(told: Transaction, wish_id: int | None) -> LabelIntent | None:
    """The wish a transaction belongs to: by our reference on it, which only we can have written.

    One without a word on it is ours when it came as the answer to our own POST.
    """
    prefix, _, rest = told.metadata.partition(":")
    mine = sa.select(LabelIntent).with_for_update().execution_options(populate_existing=True)
    if wish_id is not None:
        return session.scalar(mine.filter_by(id=wish_id))
    if prefix == REFERENCE:
        return session.scalar(mine.filter_by(token=rest.rpartition(":")[0]))
    if told.metadata:
        return None
    noted = sa.select(ProviderTransaction.intent_id).filter_by(object_id=told.id)
    return session.scalar(mine.where(LabelIntent.id == noted.scalar_subquery()))


def _noted(told: Transaction, via: Via, intent: LabelIntent | None) -> ProviderTransaction:
    """The ledger's row for this transaction: every one ever seen has one."""
    row = session.get(ProviderTransaction, told.id)
    if row is None:
        row = ProviderTransaction(
            object_id=told.id,
            rate_id=told.rate,
            metadata_text=told.metadata[:200],
            seen_via=via,
            intent_id=intent.id if intent else None,
            status=told.status,
            created_at=told.created,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            row = session.get_one(ProviderTransaction, told.id)
    if intent is not None and row.intent_id is None:
        row.intent_id = intent.id  # whose it is was not told when it was seen first
    older = row.status.voided and told.status is TransactionStatus.SUCCESS
    if row.status.undecided or not (told.status.undecided or older):
        row.status = told.status
    row.tracking_number = told.tracking_number or row.tracking_number
    return row
