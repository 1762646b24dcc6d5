"""Prices drift and Shippo goes away, in a browser: what was agreed holds, or somebody is asked."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from shop import choices
from shop.db import session
from shop.models import Circuit, Order, Parcel, RateDecision
from shop.values import LabelWhen, ParcelState, QuoteSource, Verdict
from tests import make
from tests.jobs.test_quotes import placed
from tests.journeys.browser import Visitor, chromium
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
    "sweep_interval_s": 2.0,
}


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[World]:
    """A world that counts calls as Shippo does."""
    world = World.start(tmp_path / "world", SANDBOX_LIMITS="live")
    yield world
    world.stop()


@pytest.fixture
def merchant(shop: Shop, rows: Flask) -> Iterator[Visitor]:
    """The merchant at the desk of a shop whose labels are bought by hand."""
    choices.set_label_when(LabelWhen.BY_HAND)
    session.commit()
    shop.start()
    shop.ready()
    with chromium() as browser:
        visitor = Visitor(browser, shop.url)
        visitor.sign_in("admin@quayside.test")
        yield visitor
        visitor.close()


def last(parcel: Parcel) -> RateDecision:
    session.rollback()
    return session.scalars(
        sa.select(RateDecision).filter_by(parcel_id=parcel.id).order_by(RateDecision.id.desc())
    ).first()  # type: ignore[return-value]


def dearest(world: World) -> str:
    """The service that costs most: others are as quick and cost less."""
    run = placed().order.quote.run
    return max(run.quotes, key=lambda quote: quote.price_minor).service


def press_buy(merchant: Visitor, parcel: Parcel) -> None:
    merchant.go(f"/admin/orders/{parcel.order.number}")
    price = f"${(parcel.cost_minor or 0) / 100:.2f}"
    merchant.click(f"Buy label – {price} (test)")


@pytest.mark.parametrize(
    ("journey", "verdict", "told"),
    [
        ("rate_gone", Verdict.SAME, "The same service at the price agreed, or less"),
        ("price_up_4", Verdict.ABSORBED, "Dearer, and absorbed"),
        ("service_gone", Verdict.SWAPPED, "Another service, as quick and no dearer"),
    ],
)
def test_what_the_policy_takes_is_bought_and_told_on_the_order(
    merchant: Visitor, outside: World, journey: str, verdict: Verdict, told: str
) -> None:
    service = dearest(outside) if journey == "service_gone" else ""
    parcel = placed(service)
    was = parcel.cost_minor
    more = {"service": service} if service else {}
    outside.world_journey(journey, **more)
    press_buy(merchant, parcel)
    page = merchant.page
    expect(page.get_by_text(f"Rate asked for again: {told}")).to_be_visible()
    expect(page.get_by_text(re.compile("^Label bought, number"))).to_be_visible()
    merchant.look()
    row = last(parcel)
    assert (row.verdict, row.was_minor) == (verdict, was)
    assert row.now is not None
    assert page.get_by_text(f"Agreed: {row.was_title}, ${row.was.amount}").count() >= 2
    assert page.get_by_text(f"${row.now.amount}.").count() >= 1
    assert len(outside.ledger()) == 1
    assert merchant.faults == []


def test_what_it_does_not_take_waits_for_a_person_who_chooses_and_buys(
    merchant: Visitor, outside: World
) -> None:
    parcel = placed()
    outside.world_journey("price_up_40")
    press_buy(merchant, parcel)
    page = merchant.page
    expect(page.get_by_text("Rate asked for again: Left for a person to decide")).to_be_visible()
    assert outside.ledger() == []
    merchant.click("Choose a rate", role="link")
    quotes = last(parcel).run.quotes
    option = page.locator("label.rate-option", has_text=quotes[1].title).first
    option.get_by_role("radio").check()
    price = f"${quotes[1].price.amount}"
    expect(page.get_by_role("button", name=f"Buy label – {price} (test)")).to_be_visible()
    merchant.click(f"Buy label – {price} (test)")
    expect(page.get_by_text("Rate asked for again: Chosen by staff")).to_be_visible()
    expect(page.get_by_text(re.compile("^Label bought, number"))).to_be_visible()
    merchant.look()
    row = last(parcel)
    assert (row.verdict, row.now_minor) == (Verdict.CHOSEN, quotes[1].price_minor)
    assert len(outside.ledger()) == 1
    assert merchant.faults == []


def order(rows: Flask, number: int) -> None:
    """Somebody orders, whatever goes on outside."""
    client = rows.test_client()
    visit(client, "/products/harbour-mug").submit("/cart/harbour-mug")
    page = visit(client, "/checkout").submit("/checkout", **CHARLIE, zip=f"972{number:02}")
    page.submit("/checkout/delivery").submit("/checkout/review")


@pytest.mark.settings(**IMPATIENT)
def test_through_twenty_turns_of_the_breaker_orders_are_placed_and_bought_when_shippo_is_back(
    shop: Shop, rows: Flask, outside: World
) -> None:
    make.product(stock=50)
    shop.start()
    shop.ready()
    outside.stop()
    for number in range(ORDERS):
        order(rows, number)
    desk = make.signed_in(rows.test_client(), make.ada())
    slowest = 0.0
    while turns() < CYCLES:
        begun = time.monotonic()
        visit(desk, "/admin/")
        visit(desk, "/admin/orders")
        slowest = max(slowest, (time.monotonic() - begun) / 2)
        time.sleep(0.5)
    assert "Left alone until" in visit(desk, "/admin/").text
    assert slowest < 1.5
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
