"""Delivery at the merchant's fixed prices, as the shopper sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop import choices, i18n, rates
from shop.db import session
from shop.models import Order, QuoteRun
from shop.values import ParcelState, Promise, QuoteSource
from tests import make
from tests.storefront.test_checkout import CHARLIE, expired, to_delivery, to_review
from tests.visit import Page, visit
from tests.world import World


def rows(page: Page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.all(".rate-option")]


def days(promise: Promise) -> str:
    return " ".join(i18n.day_range(promise).split())


def asked(world: World) -> int:
    return len(world.requests("POST", "/shipments"))


def test_the_options_are_named_as_the_merchant_named_them_and_by_who_brings_them(
    client: FlaskClient, world: World
):
    make.fixed()
    page = to_delivery(client)
    standard, express = rows(page)
    assert "Cheapest Standard delivery with USPS $7.90" in standard
    assert "Fastest Express delivery with UPS $19.90" in express
    first = rates.promise(datetime.now(UTC), 4, exact=False)
    assert f"Arrives {days(first)}" in standard
    assert asked(world) == 0


def test_nothing_is_said_of_live_prices_or_of_carriers_estimates(client: FlaskClient, world: World):
    make.fixed()
    page = to_delivery(client)
    assert "unavailable" not in page.text
    assert "own estimate" not in page.text
    assert "the working days each of these takes as a rule" in page.text
    choices.set_fixed_options([])
    session.commit()
    page = to_delivery(client, zip="97215")
    assert "each carrier’s own estimate" in page.text


def test_one_option_wears_no_badge(client: FlaskClient, world: World):
    standard, _ = make.fixed()
    choices.set_fixed_options([standard])
    session.commit()
    page = to_delivery(client)
    assert not page.all(".rate-option .pill")
    assert "“Cheapest”" not in page.text


def test_a_carrier_in_the_name_is_not_named_twice(client: FlaskClient, world: World):
    standard, _ = make.fixed()
    named = {**standard.to_json(), "name": "USPS, four days"}
    choices.set_fixed_options([type(standard).from_json(named)])
    session.commit()
    assert "USPS, four days $7.90" in rows(to_delivery(client))[0]


def test_the_cheaper_one_is_free_from_a_certain_sum(client: FlaskClient, world: World):
    make.fixed()
    page = to_delivery(client, quantity=9)
    standard, express = rows(page)
    assert "Originally $7.90 , now Free" in standard
    assert "$19.90" in express


def test_review_confirmation_and_portal_say_what_was_chosen(client: FlaskClient, world: World):
    make.fixed()
    make.signed_in(client, make.alice())
    page = to_review(client)
    assert "Standard delivery with USPS" in page.text
    page = page.submit("/checkout/review")
    assert "Standard delivery $7.90" in page.text
    assert "Standard delivery with USPS · no tracking number yet" in page.text
    order = session.query(Order).one()
    assert order.parcels[0].state is ParcelState.BUYING or order.parcels[0].intents
    assert "Standard delivery $7.90" in visit(client, f"/account/orders/{order.number}").text
    assert asked(world) == 0


def test_the_letter_says_it_too(client: FlaskClient, world: World, work):
    make.fixed()
    to_review(client).submit("/checkout/review")
    work.until(world.mail)
    (letter,) = world.mail()
    assert "Standard delivery with USPS" in letter["text"]
    assert "Standard delivery with USPS" in letter["html"]


def test_prices_fixed_while_somebody_shops_hold_from_their_next_address_on(
    client: FlaskClient, world: World
):
    page = to_delivery(client)
    assert asked(world) == 1
    make.fixed()
    page = visit(client, "/checkout").submit("/checkout", **CHARLIE)
    assert "Standard delivery with USPS" in page.text
    run = session.query(QuoteRun).order_by(QuoteRun.id.desc()).first()
    assert run is not None
    assert run.source is QuoteSource.FIXED
    assert asked(world) == 1


def test_two_options_by_one_service_are_not_mistaken_for_each_other(
    client: FlaskClient, world: World
):
    standard, _ = make.fixed()
    gift = {**standard.to_json(), "name": "Gift delivery", "price_minor": 12_00}
    choices.set_fixed_options([standard, type(standard).from_json(gift)])
    session.commit()
    page = to_delivery(client)
    second = str(page.all(".rate-option input")[1]["value"])
    page.submit("/checkout/delivery", rate=second)
    page = visit(client, "/checkout").submit("/checkout", **CHARLIE)
    (chosen,) = page.all(".rate-option:has(input[checked])")
    assert "Gift delivery" in chosen.get_text()
    assert "is now" not in page.text


def test_of_two_options_by_one_service_the_one_chosen_is_kept_when_its_price_has_expired(
    client: FlaskClient, world: World
):
    standard, express = make.fixed()
    choices.set_fixed_options([standard, replace(express, service=standard.service)])
    session.commit()
    page = to_delivery(client)
    chosen = session.scalars(sa.select(QuoteRun)).one().quotes[1]
    assert chosen.name == express.name
    page = page.submit("/checkout/delivery", rate=chosen.token)
    expired()
    page = page.submit("/checkout/review")
    assert page.url == "/checkout/review"
    assert f"{express.name} still costs $19.90." in page.text


def test_a_product_promises_the_days_of_the_first_option(client: FlaskClient):
    standard, _ = make.fixed()
    slow = {**standard.to_json(), "days": 9}
    choices.set_fixed_options([type(standard).from_json(slow)])
    session.commit()
    make.product()
    page = visit(client, "/products/harbour-mug")
    usual = rates.usual(datetime.now(UTC), 9)
    assert f"sually arrives {days(usual)}" in page.text
    assert usual.last > rates.usual(datetime.now(UTC)).last
