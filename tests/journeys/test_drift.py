"""Prices drift, seen in a browser: what was agreed is kept, or somebody is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from shop import choices
from shop.db import session
from shop.models import Parcel, RateDecision
from shop.values import LabelWhen, Verdict
from tests.jobs.test_quotes import placed
from tests.journeys.browser import Visitor, chromium
from tests.processes import Shop
from tests.world import World


@pytest.fixture
def merchant(shop: Shop, rows: Flask) -> Iterator[Visitor]:
    """The merchant at the desk of a shop whose labels are bought by hand."""
    choices.set_label_when(LabelWhen.BY_HAND)
    session.commit()
    shop.start()
    shop.ready(90)
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


BRANCHES = (
    ("rate_gone", Verdict.SAME, "The same service at the price agreed, or less"),
    ("price_up_4", Verdict.ABSORBED, "Dearer, and absorbed"),
    ("service_gone", Verdict.SWAPPED, "Another service, as quick and no dearer"),
)


def test_each_branch_of_the_policy_is_seen_and_recorded_and_bought_once(
    merchant: Visitor, outside: World
) -> None:
    for journey, verdict, told in BRANCHES:
        taken_by_the_policy(merchant, outside, journey, verdict, told)
    left_to_a_person(merchant, outside)
    assert len(outside.ledger()) == len(BRANCHES) + 1
    assert merchant.faults == []


def taken_by_the_policy(
    merchant: Visitor, outside: World, journey: str, verdict: Verdict, told: str
) -> None:
    outside.world_journey("calm")
    service = dearest(outside) if journey == "service_gone" else ""
    parcel = placed(service)
    was = parcel.cost_minor
    outside.world_journey(journey, **({"service": service} if service else {}))
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


def left_to_a_person(merchant: Visitor, outside: World) -> None:
    """It waits, and is bought at the price a person chooses."""
    outside.world_journey("calm")
    parcel, sold = placed(), len(outside.ledger())
    outside.world_journey("price_up_40")
    press_buy(merchant, parcel)
    page = merchant.page
    expect(page.get_by_text("Rate asked for again: Left for a person to decide")).to_be_visible()
    assert len(outside.ledger()) == sold
    merchant.click("Choose a rate", role="link")
    quotes = last(parcel).run.quotes
    option = page.locator("label.rate-option", has_text=quotes[1].title).first
    option.get_by_role("radio").check()
    price = f"${quotes[1].price.amount}"
    expect(page.get_by_role("button", name=f"Buy label – {price} (test)")).to_be_visible()
    merchant.click(f"Buy label – {price} (test)")
    expect(page.get_by_text("Rate asked for again: Chosen by staff")).to_be_visible()
    expect(page.get_by_text(re.compile("^Label bought, number"))).to_be_visible()
    for fold in page.locator("details.fold > summary").all():
        fold.click()
    expect(page.get_by_text("Prices asked for again")).to_be_visible()
    expect(page.get_by_text("Chosen by staff", exact=True)).to_be_visible()
    merchant.look()
    row = last(parcel)
    assert (row.verdict, row.now_minor) == (Verdict.CHOSEN, quotes[1].price_minor)
