"""Every job may run twice, at once: threads on PostgreSQL, against the real sandbox."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import inbox, labels, messages, tracking
from jobs.queue import later
from shop import purchases
from shop.db import db, session
from shop.models import Case, LabelIntent, Message, Parcel, WebhookEvent
from shop.values import (
    Cause,
    Channel,
    EventState,
    IntentState,
    Milestone,
    Scan,
    Snapshot,
    TrackingStatus,
    Via,
)
from tests import make
from tests.webhooks.test_shippo import ADDRESS, SAID, signature

pytestmark = pytest.mark.postgresql("at once: SQLite lets one write at a time")


def at_once(app: Flask, many: int, act: Callable[[], object]) -> None:
    """Run this in so many threads, each in an app context of its own, all at the same moment."""
    gate = threading.Barrier(many)
    problems: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
            except BaseException as problem:
                problems.append(problem)

    session.rollback()
    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_six_workers_on_one_wish_send_one_post(app, world):
    intent = purchases.wish(make.placed().parcels[0])
    later(labels.buy, intent.id)
    session.commit()
    intent_id = intent.id
    at_once(app, 6, lambda: labels.buy(intent_id))
    assert len(world.requests("POST", "/transactions")) == 1


def test_six_clicks_at_once_are_one_wish(app, world):
    parcel_id = make.placed().parcels[0].id

    def click() -> None:
        purchases.wish(session.get_one(Parcel, parcel_id))
        session.commit()

    at_once(app, 6, click)
    assert session.query(LabelIntent).count() == 1


def test_the_same_label_heard_six_times_at_once_is_attached_and_announced_once(app, world, work):
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    intent_id = intent.id
    world.fault("POST", "/transactions", "commit_then_drop")
    labels.buy(intent_id)
    at_once(app, 6, lambda: labels.look(intent_id))
    work.until(lambda: session.get_one(LabelIntent, intent_id).state is IntentState.PURCHASED)
    said = session.query(Message).filter_by(milestone=Milestone.LABEL_READY).all()
    assert sorted(m.channel for m in said) == sorted(Channel)


def test_eight_identical_webhooks_at_once_are_one_row(app, world):
    body = json.dumps(SAID).encode()
    answers: list[int] = []

    def post() -> None:
        headers = {"Shippo-Auth-Signature": signature(body)}
        answer = app.test_client().post(
            ADDRESS, data=body, headers=headers, content_type="application/json"
        )
        answers.append(answer.status_code)

    at_once(app, 8, post)
    assert answers == [202] * 8
    assert [event.seen for event in session.query(WebhookEvent)] == [8]


def test_six_workers_on_one_scan_make_one_message_a_channel(app, world, work):
    parcel = make.labelled()
    data = {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "transaction": parcel.transaction_id,
        "tracking_status": {"status": "DELIVERED", "status_date": "2026-03-09T10:00:00Z"},
        "tracking_history": [],
    }
    said = {"event": "track_updated", "test": True, "data": data}
    event = make.saved(
        WebhookEvent(
            delivery_key="k", event="track_updated", body=json.dumps(said).encode(), proof="token"
        )
    )
    event_id = event.id
    at_once(app, 6, lambda: inbox.apply_event(event_id))
    assert session.get_one(WebhookEvent, event_id).tries == 0
    assert session.query(Message).count() == len(Channel)
    assert len(session.get_one(type(parcel), parcel.id).snapshots) == 1


def test_who_fails_at_an_event_that_another_has_applied_leaves_it_be(app):
    made = WebhookEvent(delivery_key="k", event="x", body=b"", proof="token")
    event = make.saved(made)
    event.state = EventState.DONE
    session.commit()
    inbox._put_off(event.id, "we stumbled")
    session.commit()
    assert (event.state, event.due_at, event.note) == (EventState.DONE, None, "")


def test_better_news_does_not_write_over_how_staff_closed_a_case(app, world):
    held = make.scanned(TrackingStatus.TRANSIT, "package_held")
    case = make.case(Cause.HELD, parcel=held)
    now = datetime.now(UTC)
    moving = Scan(status=TrackingStatus.TRANSIT, at=now, ingested=now, details="Left")
    told = Snapshot(carrier="usps", number=make.NUMBER, status=moving, history=(moving,) * 2)
    parcel_id = held.id
    session.commit()

    def hear() -> None:
        tracking.absorb(parcel_id, told, Via.WEBHOOK)
        session.commit()

    with db.engine.connect() as staff:
        closed = {"closed_at": datetime.now(UTC), "resolution": "Sent again"}
        staff.execute(sa.update(Case).values(**closed))
        later_on = threading.Timer(0.5, staff.commit)
        later_on.start()
        at_once(app, 1, hear)
        later_on.join()
    session.refresh(case)
    assert case.resolution == "Sent again"


def test_four_workers_on_one_message_send_it_once(app, world):
    message_id = make.message().id
    at_once(app, 4, lambda: messages.deliver(message_id))
    assert len(world.mail()) == 1
