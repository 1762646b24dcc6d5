"""Workers are killed, Redis is emptied: no parcel ever has two labels, and none is forgotten."""

from __future__ import annotations

import pytest
from flask import Flask

from jobs import labels
from jobs.queue import doorbell, later, queue
from shop import purchases
from shop.db import session
from shop.models import LabelIntent, Parcel
from shop.values import IntentState, ParcelState
from tests import make
from tests.processes import Shop
from tests.until import until
from tests.visit import visit
from tests.world import World

HELD = 12
IDLE = 8
HOLD_S = 1.2

QUICK = {
    "purchase_deadline_s": 4.0,
    "resolve_schedule_s": (0.3, 0.5, 1.0, 2.0),
    "review_after_s": 12.0,
    "sweep_interval_s": 1.0,
}


def ask_for_a_label() -> LabelIntent:
    intent = purchases.wish(make.placed().parcels[0])
    later(labels.buy, intent.id)
    session.commit()
    return intent


def state(intent: LabelIntent) -> IntentState:
    session.rollback()
    return intent.state


def posts(world: World) -> int:
    return len(world.requests("POST", "/transactions"))


def desk(rows: Flask, intent: LabelIntent) -> str:
    """What the desk says of the order."""
    number = intent.parcel.order.number
    client = make.signed_in(rows.test_client(), make.ada())
    return visit(client, f"/admin/orders/{number}").text


def settled(intents: list[LabelIntent]) -> bool:
    done = {IntentState.PURCHASED, IntentState.NEEDS_REVIEW, IntentState.FAILED}
    return all(state(intent) in done for intent in intents)


@pytest.mark.settings(**QUICK)
def test_twenty_kills_of_worker_and_horse_never_make_two_labels(
    shop: Shop, rows: object, outside: World
) -> None:
    shop.start()
    shop.ready()
    outside.fault("POST", "/transactions", "latency", seconds=HOLD_S)
    intents, held = [], 0

    for round_ in range(HELD):
        before = posts(outside)
        intents.append(ask_for_a_label())
        until(lambda before=before: posts(outside) > before, 15)
        assert state(intents[-1]) is IntentState.SENDING
        held += 1
        _kill_one_way_or_another(shop, round_)
        shop.start("labels")

    for round_ in range(IDLE):
        intents.append(ask_for_a_label())
        _kill_one_way_or_another(shop, round_)
        shop.start("labels")

    assert held >= 12
    until(lambda: settled(intents), 90)
    _no_two_labels(intents, outside)
    assert posts(outside) <= len(intents)
    bought = [intent for intent in intents if intent.state is IntentState.PURCHASED]
    assert len(bought) == len(outside.ledger()) >= HELD


@pytest.mark.settings(**QUICK)
def test_a_parcel_that_got_no_label_is_shown_as_unknown_then_in_review(
    shop: Shop, rows: Flask, outside: World
) -> None:
    """The twelve above were all sold; this one never was, and only looks the same from here."""
    outside.fault("POST", "/transactions", "latency", seconds=60)
    shop.start("labels", "clock")
    intent = ask_for_a_label()
    until(lambda: posts(outside) == 1, 20)
    assert state(intent) is IntentState.SENDING
    shop.kill("labels")
    outside.stop()
    outside.run()
    shop.start("labels")
    until(lambda: state(intent) is IntentState.UNKNOWN, 30)
    assert "Next check" in desk(rows, intent)
    until(lambda: state(intent) is IntentState.NEEDS_REVIEW, 60)
    shown = desk(rows, intent)
    assert "Next check" in shown
    assert "Do not buy again" in shown
    assert outside.ledger() == []
    assert posts(outside) == 1


@pytest.mark.settings(**QUICK)
def test_redis_emptied_while_nobody_works_loses_nothing(
    shop: Shop, rows: object, outside: World
) -> None:
    intents = [ask_for_a_label() for _ in range(3)]
    assert len(queue("labels", doorbell())) == 3
    doorbell().flushall()
    assert len(queue("labels", doorbell())) == 0
    shop.start("labels", "webhooks", "clock")
    until(lambda: all(state(intent) is IntentState.PURCHASED for intent in intents), 40)
    assert posts(outside) == 3
    _no_two_labels(intents, outside)


def _kill_one_way_or_another(shop: Shop, round_: int) -> None:
    """Worker and horse together, the horse alone, or the worker alone and its horse orphaned."""
    match round_ % 3:
        case 0:
            shop.kill("labels")
        case 1:
            shop.kill_horse("labels")
            shop.kill("labels")
        case _:
            shop.kill_parent("labels")


def _no_two_labels(intents: list[LabelIntent], world: World) -> None:
    """Every label in the ledger stands on its own parcel, and on no other."""
    session.rollback()
    sold = {label["metadata"]: label["tracking_number"] for label in world.ledger()}
    assert len(sold) == len(world.ledger())
    for intent in intents:
        parcel = session.get_one(Parcel, intent.parcel_id)
        if intent.reference in sold:
            assert parcel.tracking_number == sold[intent.reference]
            assert parcel.state is ParcelState.LABELLED
        else:
            assert parcel.tracking_number is None
    assert set(sold) <= {intent.reference for intent in intents}
