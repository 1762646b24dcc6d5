"""Shippo is dead for a long while: the shop sells, the desk works, and then all is bought."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from shop.db import session
from shop.models import Circuit, Order, Parcel, RateDecision
from shop.values import ParcelState, QuoteSource
from tests import make
from tests.processes import Shop
from tests.storefront.test_checkout import CHARLIE
from tests.until import until
from tests.visit import visit
from tests.world import World

CYCLES = 20
ORDERS = 12
IMPATIENT = {
    "rates_deadline_s": 1.0,
    "breaker_pause_s": 0.2,
    "breaker_longest_s": 0.4,
    "requote_schedule_s": (0.5, 1.0),
    "shippo_posts_per_minute": 0,
    "shippo_lists_per_minute": 0,
    "sweep_interval_s": 2.0,
}


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[World]:
    """A world that counts calls as Shippo does."""
    world = World.start(tmp_path / "world", SANDBOX_LIMITS="live")
    yield world
    world.stop()


def order(rows: Flask, number: int) -> None:
    """Somebody orders, whatever goes on outside."""
    client = rows.test_client()
    visit(client, "/products/harbour-mug").submit("/cart/harbour-mug")
    page = visit(client, "/checkout").submit("/checkout", **{**CHARLIE, "zip": f"972{number:02}"})
    page.submit("/checkout/delivery").submit("/checkout/review")


@pytest.mark.settings(**IMPATIENT)
def test_through_twenty_turns_of_the_breaker_orders_are_placed_and_bought_when_shippo_is_back(
    shop: Shop, rows: Flask, outside: World
) -> None:
    make.product(stock=50)
    shop.start()
    shop.answering(90)
    outside.stop()
    for number in range(ORDERS):
        order(rows, number)
    desk = make.signed_in(rows.test_client(), make.ada())
    while turns() < CYCLES:
        visit(desk, "/admin/")
        visit(desk, "/admin/orders")
        time.sleep(0.5)
    assert "Left alone until" in visit(desk, "/admin/").text
    session.rollback()
    placed_now = session.scalars(sa.select(Order)).all()
    assert len(placed_now) == ORDERS
    assert {one.quote.run.source for one in placed_now} == {QuoteSource.FALLBACK}
    outside.run()
    until(lambda: states() == {ParcelState.LABELLED}, 120)
    assert len(outside.ledger()) == ORDERS
    assert [call for call in outside.requests() if call["status"] == 429] == []
    assert len(outside.requests("POST", "/transactions")) == ORDERS
    assert session.scalar(sa.select(sa.func.count(RateDecision.id))) == ORDERS


def turns() -> int:
    session.rollback()
    return session.scalar(sa.select(Circuit.opened)) or 0


def states() -> set[ParcelState]:
    session.rollback()
    return set(session.scalars(sa.select(Parcel.state)))
