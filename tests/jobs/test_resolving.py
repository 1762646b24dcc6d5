"""Purchases in doubt are looked for within what Shippo lets us ask, and many of them at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs import labels
from shop import doubts, purchases, reviews
from shop.db import db, session
from shop.models import LabelIntent, ProviderTransaction
from shop.outside import world_now
from shop.values import IntentState, ParcelState, Via
from tests import make
from tests.until import until

pytestmark = pytest.mark.both_databases


def lost(world, count: int) -> list[LabelIntent]:
    """So many purchases that were made, and of whose answers none came back."""
    world.fault("POST", "/transactions", "commit_then_drop")
    made = []
    for _ in range(count):
        intent = purchases.wish(make.placed().parcels[0])
        session.commit()
        labels.buy(intent.id)
        made.append(intent)
    assert {intent.state for intent in made} == {IntentState.UNKNOWN}
    until(lambda: {sold["status"] for sold in world.ledger()} == {"SUCCESS"})
    return made


def lists(world) -> int:
    return len(world.requests("GET", "/transactions"))


def test_many_in_doubt_are_settled_by_one_page_of_the_list(app, world):
    made = lost(world, doubts.CROWD)
    labels.look(made[0].id)
    assert {intent.state for intent in made} == {IntentState.PURCHASED}
    assert lists(world) == 1
    numbers = {sold["tracking_number"] for sold in world.ledger()}
    assert {intent.parcel.tracking_number for intent in made} == numbers


def test_many_who_look_at_once_ask_once(app, world):
    world.fault("GET", "/transactions", "list_lag", seconds=60)
    made = lost(world, doubts.CROWD)
    for intent in made:
        labels.look(intent.id)
    assert lists(world) == 1
    assert {intent.state for intent in made} == {IntentState.UNKNOWN}


@pytest.mark.postgresql("there is nobody to wait for where all wait for one lock")
def test_what_is_settled_is_passed_over_and_waits_for_nobody(app, world):
    (first,) = lost(world, 1)
    labels.look(first.id)
    assert first.state is IntentState.PURCHASED
    (second,) = lost(world, 1)
    settled = sa.select(LabelIntent.id).where(LabelIntent.id == first.id).with_for_update()
    session.commit()
    with db.engine.connect() as somebody:
        somebody.execute(settled)
        labels.scan(world_now() - timedelta(hours=1))
    assert second.state is IntentState.PURCHASED


def test_one_in_doubt_is_looked_for_by_its_rate(app, world):
    (intent,) = lost(world, 1)
    labels.look(intent.id)
    assert intent.state is IntentState.PURCHASED


@pytest.mark.settings(shippo_lists_per_minute=1)
def test_when_the_lists_are_used_up_looking_waits_and_counts_as_no_look(app, world):
    first, second = (
        make.intent(
            state=IntentState.UNKNOWN, sent_at=datetime.now(UTC), rate_id=f"{n:032x}", attempt=1
        )
        for n in (1, 2)
    )
    labels.look(first.id)
    labels.look(second.id)
    assert lists(world) == 1
    assert (first.looks, second.looks) == (1, 0)
    assert second.due_at > datetime.now(UTC) + timedelta(seconds=5)


def long_ago() -> LabelIntent:
    """A purchase without a rate that was sent three weeks ago, and never heard of."""
    sent = datetime.now(UTC) - timedelta(days=21)
    state = IntentState.NEEDS_REVIEW
    return make.intent(state=state, sent_at=sent, deadline_at=sent, rate_id=None, attempt=1)


def test_a_list_read_past_a_purchase_says_that_it_was_very_likely_not_bought(app, world):
    world.populate(120)
    intent = long_ago()
    labels.look(intent.id)
    assert lists(world) == 2
    assert (intent.looks, intent.reason) == (1, "")
    assert reviews.unlikely(intent)


@pytest.mark.settings(shippo_lists_per_minute=1)
def test_a_list_not_read_far_enough_back_says_nothing_of_a_purchase(app, world):
    world.populate(120)
    intent = long_ago()
    labels.look(intent.id)
    assert lists(world) == 1
    assert intent.reason.startswith("Could not look")
    assert not reviews.unlikely(intent)


def test_a_label_of_somebody_else_on_the_list_is_noted_and_nobodys(app, world):
    (intent,) = lost(world, 1)
    intent.parcel.state, intent.state = ParcelState.NEEDS_LABEL, IntentState.FAILED
    intent.token = "another"  # the list speaks of a wish that we know nothing of
    session.commit()
    assert labels.scan(datetime.now(UTC) - timedelta(hours=1))
    row = session.query(ProviderTransaction).one()
    assert (row.intent_id, row.seen_via) == (None, Via.LIST)
    assert row.created_at is not None
    assert intent.state is IntentState.FAILED


def test_shippo_asking_us_to_wait_is_heeded(app, world):
    world.fault("POST", "/transactions", "status", code=429, retry_after=240)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    assert intent.state is IntentState.READY
    left = intent.due_at - datetime.now(UTC)
    assert timedelta(seconds=200) < left <= timedelta(seconds=240)
