"""Take in what Shippo tells us: kept to the byte, counted, answered in milliseconds."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request

from jobs import inbox
from jobs.queue import crowded, later
from shop.db import session
from shop.gateways import envelope
from shop.outside import settings
from shop.values import EventState
from webhooks.keeping import Delivery, keep


def receive(token: str) -> tuple[str, int]:
    """One delivery: new, it goes to the inbox; known, it is counted. 202 once that is safe.

    What was proved to be Shippo's and cannot be read is kept too, answered 400, never tried again.
    """
    body = request.get_data()
    try:
        told = envelope.read(body)
    except envelope.Unreadable as why:
        keep(_unreadable(body, str(why)))
        return "", 400
    crowd = crowded(inbox.apply_event)
    wait = timedelta(seconds=0 if crowd else settings.sweep_interval_s)
    delivery = Delivery(
        delivery_key=told.key,
        body=body,
        proof=g.proof,
        event=told.event,
        subject=told.subject,
        wait=wait,
    )
    event_id = keep(delivery)
    if event_id is not None and not crowd:
        later(inbox.apply_event, event_id)
        session.commit()
    return "", 202


def greet(token: str) -> tuple[str, int]:
    """Whoever registers us may look whether we are there."""
    return "", 200


def _unreadable(body: bytes, why: str) -> Delivery:
    key, state = envelope.digest(body), EventState.UNREADABLE
    return Delivery(delivery_key=key, body=body, proof=g.proof, state=state, note=why)
