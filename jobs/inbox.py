"""What webhooks told us, interpreted: of labels, of parcels, and what nobody could match."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from jobs import labels, tracking
from shop import following, strays
from shop.db import now, session
from shop.gateways.answers import snapshot as read_snapshot
from shop.gateways.errors import GatewayError, Rejected
from shop.models import LabelIntent, ProviderTransaction, WebhookEvent
from shop.outside import mode, world_now
from shop.tracking import tell
from shop.values import EventState, Mode, Snapshot, Via

log = logging.getLogger(__name__)

BACKOFF_S = (5, 10, 20, 40, 80, 160)
"""An event for a parcel we do not know yet waits about five minutes in all."""

AT_ONCE = 100
"""How many events of one parcel are heard together; what is beyond that has its own turn."""

AHEAD = "tells of the far future"
STUMBLED = "we stumbled"
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


def apply_event(event_id: int) -> None:
    """Interpret one webhook. What cannot be read or matched is kept with the reason."""
    event = session.get(WebhookEvent, event_id)
    if event is None or event.state is not EventState.NEW:
        return
    kind, body = event.event, event.body
    session.commit()
    try:
        _apply(event_id, kind, body)
        session.commit()
    except Exception as error:
        # Whatever it is that we stumble over: not for ever.
        session.rollback()
        log.exception("event %s could not be applied", event_id)
        _put_off(event_id, f"{STUMBLED}: {type(error).__name__}", EventState.UNREADABLE)
        session.commit()


def _apply(event_id: int, kind: str, body: bytes) -> None:
    said = json.loads(body)
    if not _ours(said):
        _close(event_id, EventState.WRONG_MODE, "sent in the other mode than ours")
    elif kind in {"transaction_created", "transaction_updated"}:
        _apply_transaction(event_id, said.get("data"))
    elif kind == "track_updated":
        _apply_track(event_id, said.get("data"))
    else:
        _close(event_id, EventState.IGNORED, "not an event we follow")


def _apply_transaction(event_id: int, data: Any) -> None:
    """The body is a hint: what counts is Shippo's answer to our own question."""
    object_id = data.get("object_id") if isinstance(data, dict) else None
    if not object_id:
        _close(event_id, EventState.UNREADABLE, "names no transaction")
        return
    try:
        ours = labels.hear(str(object_id), Via.WEBHOOK)
    except GatewayError as error:
        if isinstance(error, Rejected) and error.code == "404":
            _close(event_id, EventState.UNMATCHED, f"Shippo does not know it: {error}")
        else:
            _put_off(event_id, f"could not ask Shippo: {error}")
        return
    if ours:
        _close(event_id, EventState.DONE, parcel_id=_parcel_with(str(object_id)))
    else:
        _close(event_id, EventState.UNMATCHED, "names no label of ours")


def _apply_track(event_id: int, data: Any) -> None:
    try:
        told = read_snapshot(data)
    except UNREADABLE:
        _close(event_id, EventState.UNREADABLE, "not a track we can read")
        return
    if _ahead(told) and session.get_one(WebhookEvent, event_id).tries == 0:
        _put_off(event_id, f"{AHEAD}; our clock may be behind")
        return
    parcel_id = following.told_of(told)
    if parcel_id is None and strays.scanned(told, Via.WEBHOOK, world_now()):
        _close(event_id, EventState.DONE, "of a label that was voided")
    elif parcel_id is None:
        _hear_followed(event_id, told)
    else:
        _hear(parcel_id, event_id, told)


def _hear(parcel_id: int, event_id: int, told: Snapshot) -> None:
    """Take an event in, and with it whatever else waits to be told of the same parcel.

    The parcel is locked before any event, as everywhere; of two who try at once the second finds
    its event done.
    """
    parcel = tracking.locked(parcel_id)
    event = session.get_one(WebhookEvent, event_id, with_for_update=True, populate_existing=True)
    if event.state is not EventState.NEW:
        return
    if following.told_of(told) != parcel_id:
        _put_off(event_id, "its label changed hands just then")
        return
    heard = {event.id: told} | _company(event, parcel_id)
    tracking.take_in(parcel, heard.values(), Via.WEBHOOK)
    for one, said in heard.items():
        note = f"{AHEAD}, which counts for nothing" if _ahead(said) else ""
        _close(one, EventState.DONE, note, parcel_id)


def _hear_followed(event_id: int, told: Snapshot) -> None:
    """It may be of somebody else's parcel, which staff follow or have followed."""
    followed = following.known(told.carrier, told.number)
    if followed is None:
        _put_off(event_id, "names no parcel of ours")
    elif followed.stopped_at is not None:
        _close(event_id, EventState.IGNORED, "of a parcel that is followed no more")
    else:
        following.take_in(followed.id, told, Via.WEBHOOK)
        _close(event_id, EventState.DONE, "of a parcel that is followed")


def _company(event: WebhookEvent, parcel_id: int) -> dict[int, Snapshot]:
    """What else of its parcel waits, whenever it is due, locked; by event.

    What cannot be told with the others has its own turn, and so has whoever stumbled in company.
    """
    if not event.subject or event.note.startswith(STUMBLED):
        return {}
    waiting = (
        sa.select(WebhookEvent)
        .filter_by(subject=event.subject, event=event.event, state=EventState.NEW)
        .where(WebhookEvent.id != event.id, WebhookEvent.note.not_like(f"{STUMBLED}%"))
        .order_by(WebhookEvent.id)
        .limit(AT_ONCE)
        .options(undefer(WebhookEvent.body))
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(waiting.execution_options(populate_existing=True))
    told = {row.id: _plain(row) for row in rows}
    return {row: one for row, one in told.items() if one and following.told_of(one) == parcel_id}


def _plain(event: WebhookEvent) -> Snapshot | None:
    """What it tells, where that is of our mode, can be read, and counts already."""
    try:
        said = json.loads(event.body)
        told = read_snapshot(said["data"]) if _ours(said) else None
    except UNREADABLE:
        return None
    return None if told and _ahead(told) and event.tries == 0 else told


def _ours(said: dict[str, Any]) -> bool:
    """Whether it was sent in the mode that we are in."""
    return bool(said.get("test")) == (mode() is Mode.TEST)


def _ahead(told: Snapshot) -> bool:
    return bool(tell([told], world_now()).aside)


def _parcel_with(transaction_id: str) -> int | None:
    """Which parcel a label was asked for."""
    wish = sa.select(LabelIntent.parcel_id).join(
        ProviderTransaction, ProviderTransaction.intent_id == LabelIntent.id
    )
    return session.scalar(wish.where(ProviderTransaction.object_id == transaction_id))


def _close(event_id: int, state: EventState, note: str = "", parcel_id: int | None = None) -> None:
    event = session.get_one(WebhookEvent, event_id)
    event.state, event.note, event.due_at = state, note[:300], None
    event.parcel_id = parcel_id


def _put_off(event_id: int, note: str, at_last: EventState = EventState.UNMATCHED) -> None:
    event = session.get_one(WebhookEvent, event_id, with_for_update=True)
    if event.state is not EventState.NEW:
        return  # somebody else has dealt with it meanwhile
    event.note = note[:300]
    event.tries += 1
    if event.tries > len(BACKOFF_S):
        event.state, event.due_at = at_last, None
    else:
        event.due_at = now() + timedelta(seconds=BACKOFF_S[event.tries - 1])
