"""Purchases in doubt: which of them are looked for, since when, and when next.

Looking never buys. A label that is found enters at shop/purchases.py heard().
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from shop.db import now, session
from shop.models import LabelIntent
from shop.outside import at_world, mode, settings
from shop.pauses import COULD_NOT_LOOK, WATCHED, postponement
from shop.settlements import STILL_MAKING
from shop.values import IntentState, ParcelState, Transaction

CROWD = 5
"""So many purchases in doubt are looked for together, on the newest pages of Shippo's list."""

EARLIER = timedelta(minutes=2)
"""So much before a wish was sent its label is looked for: no two clocks agree."""


def looked(intent: LabelIntent, note: str = "") -> None:
    """Take down that we looked and are no wiser: when to look next, and when a person decides.

    A label that Shippo never finishes goes to a person too.
    """
    if not intent.state.awaited:
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
    intent.due_at = now() + postponement()


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


def bought_for(told: Sequence[Transaction], reference: str) -> list[Transaction]:
    """Those of a list that carry exactly our reference."""
    return [transaction for transaction in told if transaction.metadata == reference]
