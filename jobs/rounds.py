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
from shop.gateways.answers import Registration
from shop.gateways.errors import GatewayError
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


@dataclass(frozen=True, kw_only=True)
class Round:
    """Rows of one kind that a job minds when their time has come.

    It stands in `column`: machine time or, where it is compared with carriers' dates, the world's.
    `moded` are minded only while the shop runs in their mode, and what is `last` only after others.
    """

    model: Any
    job: Callable[[int], None]
    states: tuple[Any, ...] = ()
    column: str = "due_at"
    world: bool = False
    moded: bool = False
    also: tuple[sa.ColumnElement[bool], ...] = ()
    last: tuple[sa.ColumnElement[bool], ...] = ()

    def due(self, at: datetime, world: datetime) -> list[sa.ColumnElement[bool]]:
        """Where a row is due, at this moment of machine time and of the world's."""
        where = [getattr(self.model, self.column) <= (world if self.world else at)]
        if self.states:
            where.append(self.model.state.in_(self.states))
        if self.moded:
            where.append(self.model.mode == mode())
        return [*where, *self.also]

    def again(self, at: datetime, world: datetime) -> dict[str, datetime]:
        """When a row is rung for again, should nobody have heard the first."""
        sweep = timedelta(seconds=settings.sweep_interval_s)
        return {self.column: world + HEARD if self.world else at + sweep}


ROUNDS = (
    Round(model=LabelIntent, job=labels.buy, states=(IntentState.READY,)),
    Round(
        model=LabelIntent,
        job=labels.look,
        states=(
            IntentState.SENDING,
            IntentState.UNKNOWN,
            IntentState.PENDING,
            IntentState.NEEDS_REVIEW,
        ),
    ),
    Round(model=Refund, job=refunds.send, states=(RefundState.WANTED,)),
    Round(
        model=Refund,
        job=refunds.look,
        states=(RefundState.SENDING, RefundState.UNKNOWN, RefundState.FILED),
    ),
    Round(model=LabelFile, job=files.fetch),
    Round(model=WebhookEvent, job=inbox.apply_event, states=(EventState.NEW,)),
    Round(model=Message, job=messages.deliver, states=(MessageState.QUEUED,)),
    Round(model=Message, job=messages.recover, states=(MessageState.SENDING,)),
    Round(model=Parcel, job=stalls.watch, column="watch_at", world=True, moded=True),
    Round(model=Parcel, job=labels.price, column="price_due_at", moded=True),
    # Machine time: an outage of Shippo's is waited out, not a carrier's date.
    Round(
        model=Parcel,
        job=quotes.requote,
        states=(ParcelState.NEEDS_RATE,),
        column="requote_at",
        moded=True,
    ),
)


def _quiet(model: Any, job: Callable[[int], None]) -> Round:
    """What has been quiet for long: on its way before what has come to rest."""
    return Round(
        model=model,
        job=job,
        column="poll_at",
        world=True,
        moded=True,
        also=(model.tracking_number.is_not(None),),
        last=(model.standing.in_([standing for standing in Standing if standing.final]),),
    )


QUIET = (_quiet(Parcel, polls.poll), _quiet(FollowedParcel, polls.poll_followed))
"""Our own, then those that are followed. Of these no more are rung than may be asked after now."""


def ring() -> int:
    """Ring for all that is due and return how many were. Mostly nothing is: one question tells."""
    at, world = now(), world_now()
    asked = (*ROUNDS, *QUIET)
    any_due = [sa.exists(sa.select(one.model.id).where(*one.due(at, world))) for one in asked]
    *found, untried = session.execute(sa.select(*any_due, circuit.untried(at))).one()
    session.commit()
    due = [one for one, there in zip(asked, found, strict=True) if there]
    rung = sum(_ring(one, at, world) for one in due if one not in QUIET and not long(one.job))
    if any(one in QUIET for one in due):
        rung += _ring_quiet(at, world)
    if untried:
        # Somebody has to find out that Shippo answers again, also where nobody shops.
        later(quotes.probe)
        session.commit()
    return rung + int(untried)


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


def _ring_quiet(at: datetime, world: datetime) -> int:
    """No more than may be asked after now: all others stay due.

    Our own first; one of those that are followed goes along, so that none waits for ever.
    """
    own, followed = QUIET
    left_alone = circuit.shut() is not None
    room = 0 if left_alone else throttle.tracks_room() - waiting(polls.poll)
    rung = _ring(own, at, world, room)
    return rung + _ring(followed, at, world, max(room - rung, min(room, 1)))


def _ring(one: Round, at: datetime, world: datetime, most: int = AT_ONCE) -> int:
    """Ring for what has waited longest, so many at most."""
    if most < 1:
        return 0
    model, where = one.model, one.due(at, world)
    first = (*one.last, getattr(model, one.column))
    chosen = sa.select(model.id).where(*where).order_by(*first).limit(min(most, AT_ONCE))
    due = list(session.scalars(chosen))
    session.commit()
    if not due:
        return 0
    mine = sa.update(model).where(model.id.in_(due), *where).values(**one.again(at, world))
    told = mine.returning(model.id).execution_options(synchronize_session=False)
    ids = sorted(session.scalars(told))
    for row_id in ids:
        later(one.job, row_id)
    session.commit()
    return len(ids)
