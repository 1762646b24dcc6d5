"""What customers hear is decided after the merge: a burst says one thing, and nothing twice."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import inbox, messages, tracking
from shop import custody
from shop.db import session
from shop.gateways.answers import snapshot
from shop.models import Message, Parcel, Refund, WebhookEvent
from shop.outside import world_now
from shop.values import (
    Channel,
    EventState,
    MessageState,
    Milestone,
    Mode,
    RefundState,
    Standing,
    Via,
)
from tests import make
from tests.jobs.test_hearing import event, told
from tests.webhooks.test_shippo import post

ACCEPTED = ("TRANSIT", "package_accepted")
LEFT = ("TRANSIT", "package_departed")
HELD = ("TRANSIT", "package_held")
OUT = ("TRANSIT", "out_for_delivery")
MISSED = ("TRANSIT", "delivery_attempted")
NOTICE = ("TRANSIT", "notice_left")
HOME = ("DELIVERED", "delivered")
BACK = ("RETURNED", "return_to_sender")
BURST = (ACCEPTED, LEFT, HELD, OUT, MISSED, HOME)

Scans = list[dict[str, Any]]


def life(*kinds: tuple[str, str], hours: float = -60) -> Scans:
    """Scans two hours apart."""
    return [event(*kind, hours + 2 * number) for number, kind in enumerate(kinds)]


def deliveries(parcel: Parcel, scans: Scans) -> list[bytes]:
    """What Shippo sends after each of these scans."""
    return [told(parcel, *scans[: number + 1]) for number in range(len(scans))]


def queued(client: Any, bodies: list[bytes]) -> None:
    for body in bodies:
        assert post(client, body).status_code == 202


def settled() -> None:
    """Ring for all that waits to be said, as the rounds do once it has settled."""
    for message in session.query(Message).filter_by(state=MessageState.QUEUED):
        messages.deliver(message.id)


def hear(parcel: Parcel, scans: Scans) -> None:
    """Shippo's word after the last of these, taken in; and time goes by."""
    data = {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "transaction": parcel.transaction_id,
        "tracking_status": scans[-1],
        "tracking_history": scans,
    }
    tracking.absorb(parcel.id, snapshot(data), Via.POLL)
    session.commit()
    settled()


def decided(channel: Channel = Channel.MAIL) -> dict[str, str]:
    """What was decided for one channel: sent, or the reason why not."""
    rows = session.query(Message).filter_by(channel=channel).order_by(Message.id)
    return {f"{row.milestone} {row.cause}".strip(): row.reason or row.state for row in rows}


def voided(parcel: Parcel) -> Refund:
    """Its label was voided, and Shippo has refused the money since."""
    mine = {"transaction_id": parcel.transaction_id, "filed_at": world_now(), "mode": Mode.TEST}
    refund = make.saved(Refund(parcel=parcel, state=RefundState.REJECTED, **mine))
    custody.take_away(refund)
    session.commit()
    return refund


def sent(world: Any) -> list[str]:
    """The subjects of the mails that came, without the order's number."""
    return [mail["subject"].partition("order")[0].rstrip(": ") for mail in world.mail()]


ORDERS = [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (4, 0, 5, 2, 1, 3)]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_burst_that_ends_in_a_delivery_says_one_thing(client, world, work, order):
    parcel = make.labelled()
    bodies = deliveries(parcel, life(*BURST))
    queued(client, [bodies[place] for place in order])
    work()
    assert sent(world) == ["Delivered"]
    assert len(world.sms()) == 1
    reasons = decided()
    assert reasons.pop("delivered") == MessageState.SENT
    assert set(reasons.values()) == {"Overtaken: delivered"}
    kinds = Counter(name.partition(" ")[0] for name in reasons)
    assert kinds == {"picked_up": 1, "exception": 1, "out_for_delivery": 1, "attempted": 1}
    events = session.query(WebhookEvent).all()
    assert {(e.state, e.parcel_id, e.tries) for e in events} == {(EventState.DONE, parcel.id, 0)}
    assert len(parcel.snapshots) == len(BURST)


@pytest.mark.parametrize("order", ORDERS[1:], ids=str)
def test_heard_one_by_one_within_a_moment_it_is_the_same(client, world, work, order):
    parcel = make.labelled()
    bodies = deliveries(parcel, life(*BURST))
    for place in order:
        queued(client, [bodies[place]])
        work()
    settled()
    assert sent(world) == ["Delivered"]
    assert len(world.sms()) == 1
    reasons = decided()
    assert reasons.pop("delivered") == MessageState.SENT
    assert len(reasons) == 4
    assert all(why.startswith("Overtaken: deliver") for why in reasons.values())


def test_two_workers_on_one_burst_say_one_thing(app: Flask, client, world, work):
    parcel = make.labelled()
    queued(client, deliveries(parcel, life(*BURST)))
    ids = [row.id for row in session.query(WebhookEvent)]
    session.rollback()
    gate, problems = threading.Barrier(2), []

    def worker(mine: list[int]) -> None:
        with app.app_context():
            gate.wait()
            try:
                for event_id in mine:
                    inbox.apply_event(event_id)
            except BaseException as problem:
                problems.append(problem)

    both = [threading.Thread(target=worker, args=(mine,)) for mine in (ids, ids[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    work()
    settled()
    assert problems == []
    assert {row.state for row in session.query(WebhookEvent)} == {EventState.DONE}
    assert sent(world) == ["Delivered"]
    assert len(world.sms()) == 1
    assert len(session.get_one(Parcel, parcel.id).snapshots) == len(BURST)


def test_what_the_next_scan_may_make_untrue_waits_a_moment_and_is_then_told(client, world, work):
    parcel = make.labelled()
    queued(client, deliveries(parcel, life(ACCEPTED, OUT)))
    work()
    (mail, text) = session.query(Message).filter_by(milestone=Milestone.OUT_FOR_DELIVERY)
    assert {mail.state, text.state} == {MessageState.QUEUED}
    assert world.mail() == []
    work.until(lambda: len(world.mail()) == len(world.sms()) == 1)
    assert sent(world) == ["Out for delivery"]


def test_an_attempt_and_then_the_delivery_are_told_each_in_its_own_words(app, world, work):
    parcel = make.labelled()
    scans = life(ACCEPTED, OUT, MISSED, HOME)
    hear(parcel, scans[:1])
    hear(parcel, scans[:3])
    hear(parcel, scans)
    assert sent(world) == ["On its way", "Delivery was attempted", "Delivered"]
    assert "tried to deliver it" in world.mail()[1]["text"]
    assert [text["body"].split()[1] for text in world.sms()] == ["Delivery", "Delivered"]
    assert decided(Channel.SMS)["picked_up"] == "This news goes by mail alone."
    assert decided()["out_for_delivery"] == "Overtaken: delivery attempted"


def test_each_day_with_an_attempt_is_told_once_by_the_clock_at_the_door(app, world):
    """In Portland the ninth of March ends when the tenth is eight hours old in UTC."""
    parcel = make.labelled()
    days = ["2026-03-10T02:30:00Z", "2026-03-10T06:30:00Z", "2026-03-10T18:00:00Z"]
    kinds = [MISSED, NOTICE, MISSED]
    scans = [event(*kind, status_date=day) for kind, day in zip(kinds, days, strict=True)]
    for number in (1, 2, 3, 3, 1):
        hear(parcel, scans[:number])
    assert sent(world).count("Delivery was attempted") == 2
    assert list(decided()) == ["attempted 2026-03-09", "attempted 2026-03-10"]
    assert len(world.sms()) == 2


def test_what_comes_back_after_its_delivery_says_when_that_was(app, world):
    parcel = make.labelled()
    scans = life(ACCEPTED, HOME, BACK)
    hear(parcel, scans[:2])
    hear(parcel, scans)
    assert sent(world) == ["Delivered", "On its way back to us"]
    assert "It was delivered on " in world.mail()[1]["text"]
    assert parcel.delivered_at is not None
    assert set(decided(Channel.SMS)) == {"picked_up", "delivered", "returned"}


def test_what_was_overtaken_and_becomes_true_again_is_news_again(app, world):
    parcel = make.labelled()
    scans = life(ACCEPTED, OUT, MISSED, LEFT, OUT)
    hear(parcel, scans[:3])
    assert decided()["out_for_delivery"] == "Overtaken: delivery attempted"
    hear(parcel, scans[:4])
    assert sent(world) == ["Delivery was attempted"]  # back at the depot is no news
    hear(parcel, scans)
    assert sent(world) == ["Delivery was attempted", "Out for delivery"]
    hear(parcel, [*scans, event(*MISSED, hours=-59)])
    hear(parcel, [*scans, event(*MISSED, hours=-59), event(*OUT, hours=-1)])
    assert sent(world).count("Out for delivery") == 1


def test_told_again_polled_or_replayed_nothing_is_said_twice(client, world, work):
    parcel = make.labelled()
    scans = life(ACCEPTED, OUT, MISSED, HOME)
    queued(client, deliveries(parcel, scans))
    work()
    said = decided(), decided(Channel.SMS)
    for row in session.query(WebhookEvent):
        row.state = EventState.NEW
    session.commit()
    for row in session.query(WebhookEvent).order_by(WebhookEvent.id.desc()):
        inbox.apply_event(row.id)
    hear(parcel, scans)
    hear(parcel, scans[:2])
    work()
    assert (decided(), decided(Channel.SMS)) == said
    assert len(world.mail()) == len(world.sms()) == 1


def test_each_event_of_a_burst_keeps_its_own_verdict(client, world, work):
    parcel = make.labelled()
    first, last = life(ACCEPTED, HOME)
    good = [told(parcel, first), told(parcel, first, last)]
    other = told(parcel, first, transaction="f" * 32)
    wild = told(parcel, first, event("TRANSIT", None, 24 * 400))
    wrong = told(parcel, first).replace(b'"test": true', b'"test": false')
    odd = WebhookEvent(delivery_key="odd", event="track_updated", body=b"[" * 9_999, proof="token")
    odd.subject = f"track:usps:{make.NUMBER}"
    make.saved(odd)
    queued(client, [other, wild, wrong, *good])
    inbox.apply_event(session.query(sa.func.max(WebhookEvent.id)).scalar())
    states = [row.state for row in session.query(WebhookEvent).order_by(WebhookEvent.id)]
    assert states == [EventState.NEW] * 4 + [EventState.DONE] * 2
    work()
    odd, other, wild, wrong, *done = session.query(WebhookEvent).order_by(WebhookEvent.id)
    assert [odd.state, other.state, wild.state] == [EventState.NEW] * 3
    assert ("no parcel" in other.note, "future" in wild.note) == (True, True)
    assert wrong.state is EventState.WRONG_MODE
    assert [row.parcel_id for row in (odd, other, wild, wrong)] == [None] * 4
    assert [row.parcel_id for row in done] == [parcel.id] * 2
    assert sent(world) == ["Delivered"]


def test_what_waits_for_its_parcel_is_heard_with_the_first_that_finds_it(client, world, work):
    parcel = make.labelled(transaction_id=None, tracking_number=None, standing=Standing.NO_LABEL)
    known = Parcel(carrier="usps", tracking_number=make.NUMBER, transaction_id="e" * 32)
    scans = life(ACCEPTED, OUT, HOME)
    queued(client, deliveries(known, scans[:2]))
    work()
    assert {row.state for row in session.query(WebhookEvent)} == {EventState.NEW}
    parcel.transaction_id, parcel.tracking_number = known.transaction_id, known.tracking_number
    parcel.retell()
    session.commit()
    queued(client, [told(known, *scans)])
    work()
    assert {row.state for row in session.query(WebhookEvent)} == {EventState.DONE}
    assert sent(world) == ["Delivered"]


def test_the_milestones_of_a_voided_label_do_not_speak_for_the_next(app, world):
    parcel = make.labelled(transaction_id="a" * 32)
    hear(parcel, life(ACCEPTED, HELD))
    refund = voided(parcel)
    assert set(decided()) == {f"picked_up void-{refund.id}", f"exception void-{refund.id}:held"}
    first = decided()
    parcel.transaction_id, parcel.tracking_number = "b" * 32, "9205590164917312751096"
    parcel.standing = Standing.LABEL_READY
    session.commit()
    hear(parcel, life(ACCEPTED))
    assert sent(world) == ["Held by the carrier", "On its way"]
    assert "9205590164917312751096" in world.mail()[1]["text"].replace(" ", "")
    assert decided() == {**first, "picked_up": MessageState.SENT}


def test_a_label_taken_back_into_use_has_said_what_it_said(app, world):
    parcel = make.labelled(transaction_id="a" * 32)
    hear(parcel, life(ACCEPTED, HELD))
    before = decided()
    refund = voided(parcel)
    custody.give_back(refund)
    tracking.decide(parcel, world_now(), moved=True)
    session.commit()
    settled()
    assert decided() == before
    assert sent(world) == ["Held by the carrier"]
