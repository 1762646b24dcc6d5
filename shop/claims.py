"""The right to send one POST for a label, once, and the ways it ends without a label.

What is said of a claim counts only while its wish is still as the claim left it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from shop import pauses, settlements
from shop.db import changed, now, session
from shop.models import LabelAttempt, LabelIntent
from shop.outside import mode, settings
from shop.values import Instalabel, IntentState, Mode, ParcelState

FRESH_S = 2.0
"""So long after it was taken a claim may be sent under; whoever slept knows too little."""

OPEN_QUESTION = (IntentState.SENDING, IntentState.UNKNOWN, IntentState.NEEDS_REVIEW)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send one POST, once. `fence` tells our later word from somebody else's.

    What is bought is a rate, or a parcel by a service of an account. `taken` is this machine's
    monotonic time, in seconds, and never leaves the process.
    """

    intent_id: int
    fence: int
    reference: str
    mode: Mode
    rate_id: str | None
    rate_until: datetime | None
    instalabel: Instalabel | None
    taken: float = field(default_factory=time.monotonic)

    @property
    def stale(self) -> bool:
        return time.monotonic() - self.taken > FRESH_S


def on(intent: LabelIntent) -> Claim:
    """The claim that a wish was last sent under."""
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


def again(claim: Claim, why: str, wait: timedelta | None = None) -> None:
    """Nothing was sent: the wish is ready again, a little later, and no question to anybody.

    Where the order was called off meanwhile it never will be: it is taken back.
    """
    attempt = session.scalar(
        sa.select(LabelIntent.attempt).where(LabelIntent.id == claim.intent_id)
    )
    pause = wait or pauses.backoff(attempt or 0)
    values = {"state": IntentState.READY, "reason": why[:500], "due_at": now() + pause}
    unsold = LabelIntent.state.in_(OPEN_QUESTION), LabelIntent.transaction_id.is_(None)
    if not changed(sa.update(LabelIntent).where(*_under(claim), *unsold).values(**values)):
        return
    attempted(claim, "not_sent", why)
    intent = session.get_one(LabelIntent, claim.intent_id, populate_existing=True)
    intent.parcel.state = ParcelState.BUYING
    if intent.parcel.order.cancelled_at:
        intent.state, intent.due_at = IntentState.RELEASED, None
        intent.reason = "The order was cancelled."
        intent.parcel.wait_for(ParcelState.NEEDS_LABEL)


def refused(claim: Claim, why: str) -> None:
    """Shippo or the carrier said no: staff may ask again, which is a new wish."""
    if _from_sending(claim, state=IntentState.FAILED, reason=why, due_at=None):
        attempted(claim, "refused", why)
        intent = session.get_one(LabelIntent, claim.intent_id)
        settlements.refused(intent, intent.parcel, why)


def rateless(claim: Claim, verdict: str, why: str) -> None:
    """It is proved that nothing was bought, and this rate never will be: carriers are asked anew.

    A new rate is a new wish. In another mode than the parcel's there is nobody to ask.
    """
    if _from_sending(claim, state=IntentState.FAILED, reason=why, due_at=None):
        attempted(claim, verdict, why)
        parcel = session.get_one(LabelIntent, claim.intent_id).parcel
        parcel.wait_for(ParcelState.NEEDS_RATE, why)
        parcel.rate_id = parcel.carrier_account = parcel.cost_minor = None
        parcel.requote_at = now() if claim.mode is mode() else None


def lost(claim: Claim, why: str) -> None:
    """Nobody knows whether it was bought: from now on it is looked for, and never sent again."""
    first = now() + timedelta(seconds=settings.resolve_schedule_s[0])
    if _from_sending(claim, state=IntentState.UNKNOWN, reason=why, due_at=first, looks=0):
        attempted(claim, "unknown", why)
        intent = session.get_one(LabelIntent, claim.intent_id, populate_existing=True)
        intent.parcel.state = ParcelState.UNKNOWN


def attempted(claim: Claim, verdict: str, detail: str) -> None:
    """Write down what came of this one POST."""
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


def _from_sending(claim: Claim, **values: object) -> int:
    """Our word counts only while the wish is still in the state our claim put it in."""
    if isinstance(values.get("reason"), str):
        values["reason"] = str(values["reason"])[:500]
    return changed(
        sa.update(LabelIntent)
        .where(*_under(claim), LabelIntent.state == IntentState.SENDING)
        .values(**values)
    )


def _under(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    """Where nobody has claimed this wish since."""
    return LabelIntent.id == claim.intent_id, LabelIntent.fence == claim.fence
