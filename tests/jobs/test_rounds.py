"""The rounds: whatever is due is rung, and Shippo has our webhooks once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs import rounds
from jobs.queue import LONG, doorbell, queue
from shop.db import session
from shop.models import LabelIntent, Slot
from shop.outside import gateways
from shop.values import IntentState, MessageState, Mode
from tests import make
from tests.until import until

pytestmark = pytest.mark.both_databases

SOON = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def nothing_registered(app, world):
    """The sandbox keeps registrations when it begins anew; here nobody has any."""
    for hook in gateways.shippo.webhooks():
        gateways.shippo.unregister(hook.id)


def waiting(name: str) -> list[str]:
    return [job.func_name for job in queue(name, doorbell()).jobs]


def test_what_is_due_is_rung_once_and_again_only_after_a_sweep(app):
    intent = make.intent()
    assert rounds.ring() == 1
    assert rounds.ring() == 0
    assert waiting("labels") == ["jobs.labels.buy"]
    session.refresh(intent)
    assert intent.due_at > datetime.now(UTC)


def test_what_stands_in_a_long_queue_is_not_rung_for_again(app):
    """Else whoever is busy gets ever more rings for the same rows, and falls behind for ever."""
    wishes = [make.intent() for _ in range(LONG)]
    assert rounds.ring() == LONG
    for wish in wishes:
        wish.due_at = datetime.now(UTC)
    session.commit()
    assert rounds.ring() == 0
    assert len(waiting("labels")) == LONG
    queue("labels", doorbell()).empty()
    assert rounds.ring() == LONG


def test_a_long_queue_keeps_no_other_from_being_rung(app):
    for _ in range(LONG):
        make.intent()
    rounds.ring()
    make.message(due_at=datetime.now(UTC))
    assert rounds.ring() == 1
    assert waiting("messages") == ["jobs.messages.deliver"]


def test_what_is_not_due_yet_is_left_alone(app):
    make.intent(due_at=SOON)
    assert rounds.ring() == 0


def test_what_has_ended_is_never_rung(app):
    make.intent(state=IntentState.PURCHASED, due_at=None)
    make.message(state=MessageState.SENT)
    assert rounds.ring() == 0


def test_a_sending_past_its_time_is_looked_for_not_sent_again(app):
    make.intent(state=IntentState.SENDING)
    rounds.ring()
    assert waiting("labels") == ["jobs.labels.look"]


def test_a_quiet_parcel_is_polled(app, world):
    make.labelled(poll_at=datetime.now(UTC) - timedelta(minutes=1))
    rounds.ring()
    assert waiting("upkeep") == ["jobs.polls.poll"]


def test_our_webhooks_are_registered_each_once(nothing_registered):
    rounds.register_webhooks()
    rounds.register_webhooks()
    hooks = gateways.shippo.webhooks()
    assert sorted(hook.event for hook in hooks) == sorted(rounds.FOLLOWED)
    assert {hook.url for hook in hooks} == {rounds.webhook_address()}
    assert rounds.registered()


def test_old_and_double_registrations_of_ours_go_and_others_stay(app, nothing_registered):
    base = app.extensions["settings"].public_url
    for url in (f"{base}/webhooks/shippo/an-old-token", rounds.webhook_address()):
        gateways.shippo.register("track_updated", url, test=True)
    gateways.shippo.register("track_updated", rounds.webhook_address(), test=True)
    gateways.shippo.register("track_updated", "http://127.0.0.1:9/somebody-else", test=True)
    rounds.register_webhooks()
    urls = [hook.url for hook in gateways.shippo.webhooks()]
    assert sorted(set(urls)) == sorted(
        {rounds.webhook_address(), "http://127.0.0.1:9/somebody-else"}
    )
    assert len(urls) == 4


def test_a_registration_for_the_other_mode_is_not_ours(app, nothing_registered):
    for event in rounds.FOLLOWED:
        gateways.shippo.register(event, rounds.webhook_address(), test=False)
    assert not rounds.registered()
    rounds.register_webhooks()
    assert [hook.test for hook in gateways.shippo.webhooks()] == [True] * len(rounds.FOLLOWED)
    assert rounds.registered()


def test_a_parcel_of_the_other_mode_is_not_asked_after(app, world):
    make.labelled(poll_at=datetime.now(UTC) - timedelta(minutes=1), mode=Mode.LIVE)
    assert rounds.ring() == 0


def test_while_shippo_is_away_registering_waits(app, world):
    own = app.extensions["gateways"]
    gone = replace(own.shippo, url="http://127.0.0.1:1")
    app.extensions["gateways"] = replace(own, shippo=gone)
    rounds.register_webhooks()
    app.extensions["gateways"] = own


def test_a_turn_is_taken_by_one_clock(app):
    from jobs.clock import Task, _turn

    task = Task("anything", lambda: None, 3600)
    assert [_turn(task), _turn(task)] == [True, False]
    rounds.tidy()
    assert session.query(Slot).count() == 1


def test_the_wish_of_a_lost_ring_is_found_by_its_row(app, world, work):
    intent = make.intent()
    doorbell().flushdb()
    until(lambda: rounds.ring() or session.get_one(LabelIntent, intent.id).due_at)
    assert waiting("labels") == ["jobs.labels.buy"]
