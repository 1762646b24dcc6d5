"""Webhooks and polls become one story, and the story becomes messages and cases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests

from jobs import inbox, messages, polls, rounds, tracking
from shop import purchases
from shop.db import session
from shop.models import Case, Message, Parcel, WebhookEvent
from shop.values import (
    Cause,
    Channel,
    EventState,
    IntentState,
    MessageState,
    Milestone,
    Mode,
    Standing,
    Via,
)
from tests import make

pytestmark = pytest.mark.both_databases


@pytest.fixture
def parcel(app, world, work) -> Parcel:
    """A parcel with a label bought in the sandbox."""
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    rounds.labels.buy(intent.id)
    work.until(lambda: intent.state is IntentState.PURCHASED)
    return session.get_one(Parcel, intent.parcel_id)


def event(said: dict[str, Any]) -> WebhookEvent:
    body = json.dumps(said).encode()
    made = WebhookEvent(delivery_key=str(hash(body)), event=said["event"], body=body, proof="token")
    return make.saved(made)


def told(world, parcel: Parcel) -> dict[str, Any]:
    """What Shippo says of the parcel now, as its webhook would."""
    answer = requests.get(
        f"{world.url}/tracks/{parcel.carrier}/{parcel.tracking_number}",
        headers={"Authorization": "ShippoToken shippo_test_0123456789"},
        timeout=5,
    )
    return {"event": "track_updated", "test": True, "data": answer.json()}


def heard(world, parcel: Parcel, status: str, substatus: str | None = None) -> WebhookEvent:
    world.scan(parcel.tracking_number, status, substatus)
    made = event(told(world, parcel))
    inbox.apply_event(made.id)
    session.refresh(parcel)
    return made


def settled() -> None:
    """Ring for all that waits to be said, as the rounds do once it has settled."""
    for message in session.query(Message).filter_by(state=MessageState.QUEUED):
        messages.deliver(message.id)


def test_a_scan_moves_the_parcel_and_says_how_it_was_heard(world, parcel):
    made = heard(world, parcel, "TRANSIT", "package_accepted")
    assert made.state is EventState.DONE
    assert parcel.standing is Standing.IN_TRANSIT
    assert parcel.heard_via is Via.WEBHOOK


def test_the_same_event_twice_is_one_scan_and_one_message(world, parcel, work):
    made = heard(world, parcel, "TRANSIT", "out_for_delivery")
    made.state = EventState.NEW
    session.commit()
    inbox.apply_event(made.id)
    settled()
    assert len(parcel.snapshots) == 1
    assert len([m for m in world.mail() if "delivery" in m["subject"].lower()]) == 1


def test_trouble_opens_one_case_and_tells_the_customer_once(world, parcel, work):
    heard(world, parcel, "FAILURE", "package_undeliverable")
    heard(world, parcel, "FAILURE", "package_undeliverable")
    work()
    (case,) = session.query(Case).all()
    assert case.cause is Cause.DELIVERY_FAILED
    said = session.query(Message).filter_by(milestone=Milestone.EXCEPTION).all()
    assert {m.channel for m in said} == set(Channel)


def test_delivery_closes_the_case_of_a_missed_attempt(world, parcel):
    heard(world, parcel, "TRANSIT", "delivery_attempted")
    assert session.query(Case).one().open
    heard(world, parcel, "DELIVERED")
    assert not session.query(Case).one().open
    assert parcel.delivered_at is not None


def test_news_that_is_no_longer_true_is_not_sent(world, parcel, work):
    work()
    heard(world, parcel, "TRANSIT", "out_for_delivery")
    heard(world, parcel, "DELIVERED")
    settled()
    stale = session.query(Message).filter_by(milestone=Milestone.OUT_FOR_DELIVERY).all()
    assert {m.state for m in stale} == {MessageState.SUPPRESSED}
    said = {m.reason for m in stale if m.recipient}
    assert said == {"Overtaken: delivered"}


def test_an_event_of_the_other_mode_changes_nothing(world, parcel):
    world.scan(parcel.tracking_number, "DELIVERED")
    made = event({**told(world, parcel), "test": False})
    inbox.apply_event(made.id)
    session.refresh(parcel)
    assert made.state is EventState.WRONG_MODE
    assert parcel.standing is Standing.LABEL_READY


def test_an_event_for_a_parcel_we_do_not_know_waits_and_is_then_kept_as_unmatched(app, world):
    data = {"carrier": "usps", "tracking_number": "9400", "tracking_history": []}
    made = event({"event": "track_updated", "test": True, "data": data})
    for _ in range(len(inbox.BACKOFF_S)):
        inbox.apply_event(made.id)
        assert made.state is EventState.NEW
    inbox.apply_event(made.id)
    assert made.state is EventState.UNMATCHED
    assert made.due_at is None


def test_an_event_naming_somebody_elses_transaction_does_not_match_by_number(world, parcel):
    data = told(world, parcel)["data"] | {"transaction": "0" * 32}
    made = event({"event": "track_updated", "test": True, "data": data})
    inbox.apply_event(made.id)
    assert made.state is EventState.NEW
    assert made.note


def test_a_body_we_cannot_read_is_kept_with_the_reason(app, world):
    made = event({"event": "track_updated", "test": True, "data": "no track"})
    inbox.apply_event(made.id)
    assert made.state is EventState.UNREADABLE


def test_an_event_is_never_for_a_parcel_made_in_the_other_mode(world, parcel):
    parcel.mode = Mode.LIVE
    world.scan(parcel.tracking_number, "DELIVERED")
    made = event(told(world, parcel))
    session.commit()
    inbox.apply_event(made.id)
    polls.poll(parcel.id)
    session.refresh(parcel)
    assert made.state is EventState.NEW
    assert parcel.standing is Standing.LABEL_READY


def test_a_number_used_again_means_the_newest_parcel(app, world):
    old, new = make.labelled(), make.labelled(order=make.order())
    data = {"carrier": "usps", "tracking_number": make.NUMBER, "transaction": None}
    data["tracking_status"] = {"status": "TRANSIT"}
    inbox.apply_event(event({"event": "track_updated", "test": True, "data": data}).id)
    session.expire_all()
    assert [old.standing, new.standing] == [Standing.LABEL_READY, Standing.IN_TRANSIT]


def test_a_label_that_is_not_ours_is_not_said_to_be_applied(world, parcel):
    body = {"rate": parcel.rate_id, "async": False, "metadata": "bought by hand"}
    headers = {"Authorization": "ShippoToken shippo_test_0123456789"}
    bought = requests.post(f"{world.url}/transactions", json=body, headers=headers, timeout=5)
    said = {"event": "transaction_created", "test": True, "data": bought.json()}
    made = event(said)
    inbox.apply_event(made.id)
    assert made.state is EventState.UNMATCHED


def test_while_our_key_is_refused_an_event_waits(app, world):
    said = {"event": "transaction_created", "test": True, "data": {"object_id": "a" * 32}}
    made = event(said)
    own = app.extensions["gateways"]
    app.extensions["gateways"] = replace(own, shippo=replace(own.shippo, token="wrong"))
    inbox.apply_event(made.id)
    assert made.state is EventState.NEW
    assert "401" in made.note


@pytest.mark.parametrize("body", [b"no json", b'["no", "object"]', b"[" * 100_000])
def test_what_we_stumble_over_is_put_aside_in_the_end(app, world, body):
    made = event({"event": "track_updated"})
    made.body = body
    session.commit()
    for _ in range(len(inbox.BACKOFF_S) + 1):
        assert made.state is EventState.NEW
        inbox.apply_event(made.id)
    assert made.state is EventState.UNREADABLE
    assert made.due_at is None


def test_a_quiet_parcel_is_asked_after(world, parcel, work):
    world.scan(parcel.tracking_number, "TRANSIT", "package_departed")
    polls.poll(parcel.id)
    session.refresh(parcel)
    assert parcel.heard_via is Via.POLL
    assert parcel.standing is Standing.IN_TRANSIT


def test_a_customer_who_turned_mail_off_is_not_mailed_and_the_reason_is_kept(app, world, work):
    alice = make.alice(mail_updates=False)
    parcel = make.labelled(order=make.order(account_id=alice.id))
    tracking.messages.announce(parcel, Milestone.LABEL_READY)
    session.commit()
    work()
    assert world.mail() == []
    (mail,) = session.query(Message).filter_by(channel=Channel.MAIL)
    assert mail.state is MessageState.SUPPRESSED
    assert "turned" in mail.reason


def test_without_consent_no_text_is_sent(app, world, work):
    parcel = make.labelled(order=make.order(text_consent=False))
    tracking.messages.announce(parcel, Milestone.LABEL_READY)
    session.commit()
    work()
    assert world.sms() == []
    assert len(world.mail()) == 1
