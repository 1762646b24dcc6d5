"""A rate that is gone is asked for anew, and the merchant's policy decides what is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import labels, quotes, rounds
from jobs.queue import later
from shop import checkout, choices, circuit, purchases, requotes
from shop import quotes as rules
from shop.db import now, session
from shop.drift import Policy
from shop.models import Circuit, LabelIntent, Order, Parcel, QuoteRun, RateDecision
from shop.values import IntentState, LabelWhen, Mode, Money, ParcelState, QuoteSource, Verdict
from tests import make
from tests.world import World

pytestmark = pytest.mark.both_databases

QUICK = {
    "requote_schedule_s": (0.1, 0.2, 0.4),
    "breaker_pause_s": 0.2,
    "breaker_longest_s": 0.5,
}


def placed(service: str = "", **given: Any) -> Parcel:
    """An order on rates quoted just now, for one service or the cheapest."""
    own = make.basket(**given)
    asked = checkout.enquiry(own)
    session.commit()
    run = rules.offer(asked, rules.ask(asked))
    quote = next((q for q in run.quotes if q.service == service), run.quotes[0])
    checkout.choose(own, quote.token)
    order = checkout.place(own, None)
    session.commit()
    return order.parcels[0]


def on_fallback(world: World, **given: Any) -> Parcel:
    """An order placed while Shippo could not be reached."""
    fault = world.fault("POST", "/shipments", "drop_before")
    parcel = placed(**given)
    world.remove_fault(fault["id"])
    assert parcel.state is ParcelState.NEEDS_RATE
    return parcel


def bought(parcel: Parcel) -> LabelIntent:
    """Ask for its label, as placing does."""
    intent = purchases.wish(parcel)
    later(labels.buy, intent.id)
    session.commit()
    return intent


def decision(parcel: Parcel) -> RateDecision:
    session.rollback()
    return session.scalars(sa.select(RateDecision).filter_by(parcel_id=parcel.id)).one()


def labelled(parcel: Parcel) -> bool:
    return parcel.state is ParcelState.LABELLED


def asked(parcel: Parcel) -> bool:
    decisions = parcel.decisions
    return bool(decisions) and decisions[-1].verdict is Verdict.ASKED


# What the policy takes


def test_a_rate_shippo_does_not_know_any_more_is_asked_for_anew_and_bought(
    app: Flask, world: World, work
):
    parcel = placed()
    first = bought(parcel)
    rate, service, cost = parcel.rate_id, parcel.service, parcel.cost_minor
    world.world_journey("rate_gone")
    work.until(lambda: labelled(parcel))
    session.refresh(first)
    assert first.state is IntentState.FAILED
    assert first.attempts[-1].verdict == "rate_gone"
    assert (parcel.service, parcel.cost_minor) == (service, cost)
    assert parcel.rate_id != rate
    row = decision(parcel)
    assert (row.verdict, row.was_minor, row.now_minor) == (Verdict.SAME, cost, cost)
    assert "not found" in row.cause
    assert len(world.ledger()) == 1
    assert world.ledger()[0]["rate"] == parcel.rate_id


def test_a_little_dearer_is_absorbed_and_bought(app: Flask, world: World, work):
    parcel = placed()
    before = parcel.cost_minor
    assert before is not None
    bought(parcel)
    world.world_journey("price_up_4")
    work.until(lambda: labelled(parcel))
    row = decision(parcel)
    assert row.verdict is Verdict.ABSORBED
    assert before < parcel.cost_minor <= before * 1.05
    assert row.now_minor == parcel.cost_minor
    assert Policy.from_json(row.policy) == Policy()


def test_much_dearer_is_left_to_a_person_and_nothing_is_bought(app: Flask, world: World, work):
    parcel = placed()
    bought(parcel)
    world.world_journey("price_up_40")
    work.until(lambda: asked(parcel))
    rounds.ring()
    work()
    row = decision(parcel)
    assert (row.quote_id, row.now_minor) == (None, None)
    assert parcel.state is ParcelState.NEEDS_RATE
    assert parcel.requote_at is None
    assert len(row.run.quotes) > 3
    assert world.ledger() == []


def test_what_the_merchant_allows_is_what_is_done(app: Flask, world: World, work):
    choices.set_drift_policy(Policy(absorb=Money(50_00), percent=50))
    parcel = placed()
    bought(parcel)
    world.world_journey("price_up_40")
    work.until(lambda: labelled(parcel))
    assert decision(parcel).verdict is Verdict.ABSORBED


def test_a_service_that_is_gone_gives_way_to_one_as_quick_and_no_dearer(
    app: Flask, world: World, work
):
    dear = max(placed().order.quote.run.quotes, key=lambda q: q.price_minor)
    parcel = placed(dear.service)
    was = parcel.cost_minor
    assert was is not None
    bought(parcel)
    world.world_journey("service_gone", service=dear.service)
    work.until(lambda: labelled(parcel))
    row = session.scalars(sa.select(RateDecision)).one()
    assert row.verdict is Verdict.SWAPPED
    assert parcel.service != dear.service
    assert parcel.cost_minor <= was
    assert row.quote is not None
    assert row.quote.arrives_last <= parcel.order.promise_last


def test_when_the_cheapest_service_is_gone_a_person_decides(app: Flask, world: World, work):
    parcel = placed()
    bought(parcel)
    world.world_journey("service_gone")
    work.until(lambda: asked(parcel))
    assert world.ledger() == []


def test_an_expired_rate_is_never_sent_but_asked_for_anew(app: Flask, world: World, work):
    parcel = placed()
    parcel.rate_until = now() - timedelta(seconds=1)
    bought(parcel)
    work.until(lambda: labelled(parcel))
    assert decision(parcel).cause.startswith("The carrier's price has expired")
    assert len(world.requests("POST", "/transactions")) == 1


def test_the_price_agreed_stays_the_measure_however_often_it_creeps_up(
    app: Flask, world: World, work
):
    choices.set_drift_policy(Policy(percent=6))
    choices.set_label_when(LabelWhen.BY_HAND)
    parcel = placed()
    agreed = parcel.cost_minor
    for name in ("price_up_4", "rate_gone", "price_up_40"):
        world.world_journey(name)
        requotes.want(parcel) if parcel.state is ParcelState.NEEDS_RATE else expire(parcel)
        session.commit()
        work.until(lambda: parcel.requote_at is None)
    rows = session.scalars(sa.select(RateDecision).order_by(RateDecision.id)).all()
    assert [row.verdict for row in rows] == [Verdict.ABSORBED, Verdict.SAME, Verdict.ASKED]
    assert {row.was_minor for row in rows} == {agreed}


def expire(parcel: Parcel) -> None:
    parcel.rate_until = now() - timedelta(seconds=1)
    assert requotes.askable(parcel)
    requotes.want(parcel)


def test_after_three_times_in_a_row_a_person_is_asked(app: Flask, world: World, work):
    parcel = placed()
    bought(parcel)
    fault = "Rate with supplied object_id x not found."
    body = f'{{"rate": ["{fault}"]}}'
    world.fault("POST", "/transactions", "status", code=400, body=body)
    work.until(lambda: asked(parcel))
    assert len(world.requests("POST", "/transactions")) == 4
    verdicts = [row.verdict for row in parcel.decisions]
    assert verdicts == [Verdict.SAME] * 3 + [Verdict.ASKED]


def test_two_at_once_ask_and_decide_once(app: Flask, world: World, work):
    parcel = placed()
    expire(parcel)
    later(quotes.requote, parcel.id)
    later(quotes.requote, parcel.id)
    session.commit()
    work()
    assert decision(parcel).verdict is Verdict.SAME
    assert len(world.requests("POST", "/shipments")) == 2


def test_who_is_overtaken_while_asking_decides_nothing(app: Flask, world: World):
    parcel = placed()
    expire(parcel)
    session.commit()
    taken = requotes.claim(parcel.id)
    session.commit()
    assert taken is not None
    assert requotes.claim(parcel.id) is None
    requotes.want(parcel)
    session.commit()
    assert requotes.mine(parcel.id, taken) is None


def test_by_hand_the_new_price_waits_for_the_button(app: Flask, world: World, work):
    choices.set_label_when(LabelWhen.BY_HAND)
    parcel = placed()
    expire(parcel)
    session.commit()
    work.until(lambda: parcel.state is ParcelState.NEEDS_LABEL)
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 0


def test_a_parcel_of_the_other_mode_is_left_alone(app: Flask, world: World, work):
    parcel = placed()
    intent = bought(parcel)
    intent.mode = parcel.mode = Mode.LIVE
    session.commit()
    work()
    assert parcel.state is ParcelState.NEEDS_RATE
    assert parcel.requote_at is None
    assert not requotes.askable(parcel)


# Orders placed on our own prices


@pytest.mark.settings(**QUICK)
def test_an_order_placed_on_our_own_prices_is_priced_and_bought_when_shippo_is_back(
    app: Flask, world: World, work
):
    parcel = on_fallback(world)
    work.until(lambda: labelled(parcel))
    row = decision(parcel)
    assert row.verdict is Verdict.SAME
    assert "Shippo" in row.cause
    assert row.was_title == "Standard delivery"
    assert parcel.cost_minor is not None
    assert parcel.cost_minor <= row.was_minor
    assert row.quote is not None
    assert row.quote.arrives_last <= parcel.order.promise_last
    assert len(world.ledger()) == 1


@pytest.mark.settings(**QUICK)
def test_free_delivery_on_our_own_prices_may_cost_what_it_would_have(
    app: Flask, world: World, work
):
    mug = make.product(stock=50)
    parcel = on_fallback(world, lines=[make.BasketLine(product=mug, quantity=5)])
    assert parcel.order.delivery_minor == 0
    work.until(lambda: bool(parcel.decisions))
    assert decision(parcel).was_minor > 0


@pytest.mark.settings(**QUICK)
def test_it_is_asked_again_and_again_while_nobody_answers(app: Flask, world: World, work):
    world.fault("POST", "/shipments", "status", code=503)
    parcel = placed()
    work.until(lambda: parcel.requotes >= 3)
    assert parcel.state is ParcelState.NEEDS_RATE
    assert not parcel.decisions
    world.clear_faults()
    work.until(lambda: labelled(parcel))
    assert parcel.requotes == 0


@pytest.mark.settings(**QUICK)
def test_where_no_carrier_offers_anything_a_person_is_told(app: Flask, world: World, work):
    parcel = on_fallback(world)
    world.fault("POST", "/shipments", "status", code=201, body='{"object_id": "x", "rates": []}')
    work.until(lambda: asked(parcel))
    run = session.scalars(sa.select(QuoteRun).order_by(QuoteRun.id.desc())).first()
    assert run is not None
    assert (run.source, run.quotes) == (QuoteSource.FALLBACK, [])


# While Shippo does not answer


@pytest.mark.settings(breaker_pause_s=60)
def test_while_shippo_does_not_answer_nothing_is_sent_and_the_reason_is_shown(
    app: Flask, world: World, work
):
    parcel = placed()
    for _ in range(5):
        circuit.told(circuit.leave(), purchases.Unavailable("no connection"))
    intent = bought(parcel)
    work()
    session.refresh(intent)
    assert intent.state is IntentState.READY
    assert intent.due_at is not None
    assert intent.due_at > now() + timedelta(seconds=50)
    assert "no connection" in intent.reason
    assert world.requests("POST", "/transactions") == []


@pytest.mark.settings(**QUICK)
def test_someone_finds_out_that_shippo_is_back_and_what_waited_is_bought(
    app: Flask, world: World, work
):
    parcel = placed()
    for _ in range(5):
        circuit.told(circuit.leave(), purchases.Unavailable("no connection"))
    intent = bought(parcel)
    work.until(lambda: circuit.shut() is None)
    work.until(lambda: labelled(parcel))
    assert session.get_one(LabelIntent, intent.id).attempt == 1


@pytest.mark.settings(shippo_posts_per_minute=3)
def test_jobs_ask_no_faster_than_they_may(app: Flask, world: World, work):
    choices.set_label_when(LabelWhen.BY_HAND)
    parcels = [placed() for _ in range(5)]
    already = len(world.requests("POST", "/shipments"))
    for parcel in parcels:
        expire(parcel)
    session.commit()
    rounds.ring()
    work()
    assert len(world.requests("POST", "/shipments")) == already + 3
    waiting = [p for p in parcels if p.state is ParcelState.NEEDS_RATE]
    assert len(waiting) == 2
    assert all(p.requote_at > now() for p in waiting)


@pytest.mark.settings(shippo_posts_per_minute=2)
def test_labels_are_bought_no_faster_than_they_may_be(app: Flask, world: World, work):
    intents = [bought(placed()) for _ in range(3)]
    work()
    states = sorted(session.get_one(LabelIntent, i.id).state for i in intents)
    assert states.count(IntentState.READY) == 1
    assert len(world.requests("POST", "/transactions")) == 2


def test_a_connection_that_breaks_at_once_is_tried_again_before_our_own_prices_are_offered(
    app: Flask, world: World
):
    world.fault("POST", "/shipments", "drop_before", times=1)
    parcel = placed()
    assert parcel.state is ParcelState.NEEDS_LABEL
    assert [call["status"] for call in world.requests("POST", "/shipments")] == [0, 201]
    assert session.scalar(sa.select(sa.func.coalesce(sa.func.max(Circuit.failures), 0))) == 0


def test_an_error_is_not_tried_again(app: Flask, world: World):
    world.fault("POST", "/shipments", "status", code=503, times=1)
    placed()
    assert len(world.requests("POST", "/shipments")) == 1
    assert session.scalars(sa.select(Order)).one().quote.run.cause == "Shippo: answered 503"
