"""The rounds: ring for every row whose time has come, whatever Redis remembers.

A row that is due is put a sweep's length ahead as it is rung, so two clocks ring it once and a
lost ring is repeated. Where many rings wait to be heard none is added, so that a backlog is not
worked through several times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from jobs import audit, files, inbox, labels, messages, polls, quotes, refunds, stalls
from jobs.queue import later, long, waiting
from shop import circuit, throttle
from shop.db import now, session
from shop.gateways.errors import GatewayError
from shop.gateways.shippo import Registration
from shop.models import (
    FollowedParcel,
    LabelFile,
    LabelIntent,
    Message,
    Parcel,
    Refund,
    Slot,
    WebhookEvent,
    WebSession,
)
from shop.outside import gateways, mode, settings, world_now
from shop.values import EventState, IntentState, MessageState, ParcelState, RefundState, Standing

log = logging.getLogger(__name__)

AT_ONCE = 200
HEARD = timedelta(minutes=5)
"""After so long a ring for a quiet parcel that nobody heard is repeated, in world time."""

FOLLOWED = ("transaction_created", "transaction_updated", "track_updated")


@dataclass(frozen=True)
class Round:
    """Rows of one kind in some states, and the job that minds them."""

    model: Any
    job: Callable[[int], None]
    states: tuple[Any, ...] = ()


ROUNDS = (
    Round(LabelIntent, labels.buy, (IntentState.READY,)),
    Round(
        LabelIntent,
        labels.look,
        (
            IntentState.SENDING,
            IntentState.UNKNOWN,
            IntentState.PENDING,
            IntentState.NEEDS_REVIEW,
        ),
    ),
    Round(Refund, refunds.send, (RefundState.WANTED,)),
    Round(
        Refund,
        refunds.look,
        (RefundState.SENDING, RefundState.UNKNOWN, RefundState.FILED),
    ),
    Round(LabelFile, files.fetch),
    Round(WebhookEvent, inbox.apply_event, (EventState.NEW,)),
    Round(Message, messages.deliver, (MessageState.QUEUED,)),
    Round(Message, messages.recover, (MessageState.SENDING,)),
)


def ring() -> int:
    """Ring for all that is due and return how many were."""
    heard = [round_ for round_ in ROUNDS if not long(round_.job)]
    rung = sum(_ring_one(round_) for round_ in heard)
    return (
        rung
        + _ring_quiet_parcels()
        + _ring_silent_parcels()
        + _ring_unpriced_parcels()
        + _ring_rateless_parcels()
        + _ring_probe()
    )


def register_webhooks() -> None:
    """Have exactly our webhooks at Shippo, each once, and remove our own old ones."""
    address = webhook_address()
    have: set[str] = set()
    try:
        for hook in gateways.shippo.webhooks():
            if not hook.url.startswith(f"{settings.public_url}/webhooks/shippo/"):
                continue  # somebody else's
            if _wanted(hook) and hook.event not in have:
                have.add(hook.event)
            else:
                gateways.shippo.unregister(hook.id)
        for event in sorted(set(FOLLOWED) - have):
            gateways.shippo.register(event, address, test=not settings.live)
    except GatewayError as error:
        log.warning("webhooks are not registered yet: %s", error)


def registered() -> bool:
    """Whether Shippo has all our webhooks."""
    have = {hook.event for hook in gateways.shippo.webhooks() if _wanted(hook)}
    return have >= set(FOLLOWED)


def _wanted(hook: Registration) -> bool:
    """Whether it tells us, here and in the mode we are in, of what we follow."""
    here = hook.url == webhook_address() and hook.test in {None, not settings.live}
    return here and hook.event in FOLLOWED and hook.active


def webhook_address() -> str:
    return f"{settings.public_url}/webhooks/shippo/{settings.shippo_webhook_token}"


def audit_labels() -> None:
    """Have Shippo's list of labels compared with ours."""
    later(audit.run)
    session.commit()


def tidy() -> None:
    """Forget sessions that have ended and turns long taken."""
    session.execute(sa.delete(WebSession).where(WebSession.expires_at < now()))
    session.execute(sa.delete(Slot).where(Slot.taken_at < now() - timedelta(days=1)))
    session.commit()


def _ring_one(round_: Round) -> int:
    model = round_.model
    where = [model.due_at <= now()]
    if round_.states:
        where.append(model.state.in_(round_.states))
    again = now() + timedelta(seconds=settings.sweep_interval_s)
    return _ring(model, where, {"due_at": again}, round_.job)


def _ring_quiet_parcels() -> int:
    """Of what has been quiet no more than may be asked after now: all others stay due.

    Our own first; one of those that are followed goes along, so that none waits for ever.
    """
    left_alone = circuit.shut() is not None
    room = 0 if left_alone else throttle.tracks_room() - waiting(polls.poll)
    rung = _ring_quiet(Parcel, room, polls.poll)
    return rung + _ring_quiet(FollowedParcel, max(room - rung, min(room, 1)), polls.poll_followed)


def _ring_quiet(model: Any, room: int, job: Callable[[int], None]) -> int:
    """What is on its way before what has come to rest, and what has waited longest first."""
    if room < 1:
        return 0
    due = [model.poll_at <= world_now(), model.tracking_number.is_not(None), model.mode == mode()]
    at_rest = model.standing.in_([standing for standing in Standing if standing.final])
    first = sa.select(model.id).where(*due).order_by(at_rest, model.poll_at).limit(room)
    chosen = [*due, model.id.in_(list(session.scalars(first)))]
    return _ring(model, chosen, {"poll_at": world_now() + HEARD}, job)


def _ring_silent_parcels() -> int:
    """World time: what is compared with are carriers' dates."""
    where = [Parcel.watch_at <= world_now(), Parcel.mode == mode()]
    return _ring(Parcel, where, {"watch_at": world_now() + HEARD}, stalls.watch)


def _ring_rateless_parcels() -> int:
    """Machine time: an outage of Shippo's is waited out, not a carrier's date."""
    where = [Parcel.requote_at <= now(), Parcel.state == ParcelState.NEEDS_RATE]
    where.append(Parcel.mode == mode())
    again = now() + timedelta(seconds=settings.sweep_interval_s)
    return _ring(Parcel, where, {"requote_at": again}, quotes.requote)


def _ring_unpriced_parcels() -> int:
    where = [Parcel.price_due_at <= now(), Parcel.mode == mode()]
    again = now() + timedelta(seconds=settings.sweep_interval_s)
    return _ring(Parcel, where, {"price_due_at": again}, labels.price)


def _ring_probe() -> int:
    """Somebody has to find out that Shippo answers again, also where nobody shops."""
    row = circuit.shut()
    due = row is not None and row.probe_at is not None and row.probe_at <= now()
    if due:
        later(quotes.probe)
    session.commit()
    return int(due)


def _ring(
    model: Any, where: list[Any], values: dict[str, datetime], job: Callable[[int], None]
) -> int:
    due = list(session.scalars(sa.select(model.id).where(*where).limit(AT_ONCE)))
    session.commit()
    if not due:
        return 0
    statement = (
        sa.update(model).where(model.id.in_(due), *where).values(**values).returning(model.id)
    )
    ids = sorted(session.scalars(statement.execution_options(synchronize_session=False)))
    for row_id in ids:
        later(job, row_id)
    session.commit()
    return len(ids)
