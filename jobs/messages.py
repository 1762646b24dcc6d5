"""Tell customers: decide once, send once, and keep the reason for everything not said."""

from __future__ import annotations

import logging
from datetime import timedelta

import sqlalchemy as sa
from jinja2 import TemplateError

from jobs.queue import later, longest_s
from shop import letters
from shop.db import changed, now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.models import Message, Parcel
from shop.outside import settings, world_now
from shop.values import Channel, Mark, MessageState, Milestone

log = logging.getLogger(__name__)

SETTLING = timedelta(seconds=2)
"""How long news waits that the next scan may make untrue: a burst is over by then. Machine time."""

LASTING = {Milestone.LABEL_READY, Milestone.DELIVERED, Milestone.RETURNED}
"""What is told at once: nothing is expected to follow on its heels."""

BACKOFF_S = (60, 300, 900, 3600, 4 * 3600)
OURS_TO_SETTLE = {MessageState.SENDING, MessageState.QUEUED, MessageState.UNSURE}
"""Whatever was thought of it meanwhile: what a provider took has been sent."""

MAIL_DOUBTS = 1
"""A mail whose fate is not known is sent once more, under the same Message-ID."""


def announce(parcel: Parcel, milestone: Milestone) -> None:
    """Decide, once for each channel, whether the customer hears of this. Commits nothing.

    Call it with the parcel locked: that makes two announcements of one thing one.
    """
    _decide(parcel, {Mark(milestone): ""})


def follow(parcel: Parcel) -> None:
    """Decide on every milestone its story has reached: the newest is told, while it is true.

    Of what had been overtaken before anybody heard of it that is written down. What was decided
    stays so, whatever is heard again. Call it with the parcel locked. Commits nothing.
    """
    news = letters.news(parcel)
    passed = letters.reached(parcel)
    _decide(parcel, {m: "" if m == news else letters.overtaken(parcel, m) for m in passed})


def deliver(message_id: int) -> None:
    """Send one message, if it is ours to send and still true."""
    taken = changed(
        sa.update(Message)
        .where(Message.id == message_id, Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENDING, due_at=now() + _lease(), tries=Message.tries + 1)
    )
    session.commit()
    if not taken:
        return
    message = session.get_one(Message, message_id)
    # Whoever hears of the parcel meanwhile waits, and then sees what was decided here.
    session.get_one(Parcel, message.parcel_id, with_for_update=True)
    silence = letters.silence(message) or letters.stale(message)
    if silence:
        message.state, message.reason, message.due_at = MessageState.SUPPRESSED, silence, None
        session.commit()
        return
    try:
        sending = letters.write(message)
    except (TemplateError, Rejected) as error:
        log.exception("message %s cannot be put into words", message_id)
        message.state, message.reason, message.due_at = MessageState.FAILED, repr(error)[:300], None
        session.commit()
        return
    session.commit()
    try:
        provider_id = sending()
    except GatewayError as error:
        log.warning("message %s: %s", message_id, type(error).__name__)
        _not_sent(message_id, error)
    else:
        _sent(message_id, provider_id)
    session.commit()


def recover(message_id: int) -> None:
    """Whoever was sending this is gone: a mail may go once more, a text is left as unsure."""
    message = session.get_one(Message, message_id, with_for_update=True)
    # Rung late, it may meet the next one who sends: their time is not over yet.
    over = message.due_at is None or message.due_at <= now() + _sweep()
    if message.state is MessageState.SENDING and over:
        _doubt(message, "the worker stopped while sending")
    session.commit()


def _sweep() -> timedelta:
    return timedelta(seconds=settings.sweep_interval_s)


def _lease() -> timedelta:
    """Longer than any job may take, and than a ring puts a row ahead."""
    return timedelta(seconds=longest_s()) + 2 * _sweep()


def _decide(parcel: Parcel, objections: dict[Mark, str]) -> None:
    """Decide on each of these, once for each channel and person; an objection is why not."""
    rows = session.scalars(sa.select(Message).filter_by(parcel_id=parcel.id))
    known = {(row.mark, row.channel, row.recipient): row for row in rows}
    for mark, objection in objections.items():
        for channel in Channel:
            recipient = letters.recipient(parcel.order, channel)
            row = known.get((mark, channel, recipient))
            if row is None:
                row = Message(milestone=mark.milestone, cause=mark.about, channel=channel)
                row.parcel, row.recipient = parcel, recipient
            elif objection or not letters.untold(row):
                continue
            _decided(row, objection)


def _decided(message: Message, objection: str) -> None:
    """To be sent, soon or when it has settled; or suppressed, with the reason."""
    message.created_at = world_now()
    message.reason = objection or letters.silence(message) or ""
    message.state = MessageState.SUPPRESSED if message.reason else MessageState.QUEUED
    session.add(message)
    session.flush()
    if message.reason:
        return
    lasting = message.milestone in LASTING
    message.due_at = now() + (_sweep() if lasting else SETTLING)
    if lasting:
        later(deliver, message.id)  # else the rounds ring, when it has settled


def _sent(message_id: int, provider_id: str) -> None:
    message = session.get_one(Message, message_id, with_for_update=True)
    message.provider_id = provider_id[:64]
    message.sent_at, message.due_at = world_now(), None
    if message.state in OURS_TO_SETTLE:
        message.state = MessageState.SENT
        message.reason = "Possible duplicate: it may have gone before." if message.doubts else ""


def _not_sent(message_id: int, error: GatewayError) -> None:
    message = session.get_one(Message, message_id, with_for_update=True)
    if message.state is not MessageState.SENDING:
        return  # a receipt was faster and knows better
    match error:
        case Unavailable() if message.tries <= len(BACKOFF_S):
            wait = timedelta(seconds=BACKOFF_S[message.tries - 1])
            message.state, message.due_at = MessageState.QUEUED, now() + wait
            message.reason = f"Will be tried again: {error}"[:300]
        case Unavailable() | Rejected():
            message.state, message.due_at = MessageState.FAILED, None
            message.reason = str(error)[:300]
        case _:
            _doubt(message, str(error))


def _doubt(message: Message, why: str) -> None:
    message.doubts += 1
    if message.channel is Channel.MAIL and message.doubts <= MAIL_DOUBTS:
        message.state, message.due_at = MessageState.QUEUED, now()
        message.reason = f"Possible duplicate: {why}"[:300]
    else:
        message.state, message.due_at = MessageState.UNSURE, None
        message.reason = f"May have been sent: {why}"[:300]
