"""From the cart to an order."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from shop import choices
from shop.db import session
from shop.gateways.clock import WorldClock
from shop.models import Basket, LabelIntent, Order, Product, QuoteRun
from shop.values import LabelWhen, ParcelState, QuoteSource, Verdict
from tests import make
from tests.storefront.test_cart import added
from tests.visit import Page, visit
from tests.world import World

CHARLIE = {
    "email": "Charlie@Quayside.TEST",
    "phone": "(503) 555-0142",
    "name": "Charlie  Cole",
    "street1": "2215 SE Alder St",
    "street2": "Apt 5",
    "city": "Portland",
    "state": "OR",
    "zip": "97214",
}


def to_address(client: FlaskClient, quantity: int = 2) -> Page:
    make.product(stock=50)
    added(client, quantity=quantity)
    return visit(client, "/checkout")


def to_delivery(client: FlaskClient, quantity: int = 2, **fields: Any) -> Page:
    return to_address(client, quantity).submit("/checkout", **{**CHARLIE, **fields})


def to_review(client: FlaskClient, **fields: Any) -> Page:
    return to_delivery(client, **fields).submit("/checkout/delivery")


def the_order() -> Order:
    return session.scalars(sa.select(Order)).one()


def place(page: Page) -> str:
    """Press the button; where it leads."""
    form = page.form("/checkout/review")
    fields = {str(tag["name"]): str(tag["value"]) for tag in form.select("input[name]")}
    answer = page.client.post("/checkout/review", data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


# Contact and address


def test_what_was_typed_is_kept_as_carriers_and_texts_want_it(client: FlaskClient, world: World):
    page = to_delivery(client, name="Char\x07lie\u200b  Cole ", zip="972141234", texts="y")
    assert page.url == "/checkout/delivery"
    basket = session.scalars(sa.select(Basket)).one()
    assert basket.email == "Charlie@quayside.test"
    assert basket.text_consent
    assert basket.to is not None
    assert (basket.to.name, basket.to.zip) == ("Charlie Cole", "97214-1234")
    assert (basket.to.phone, basket.to.country) == ("+15035550142", "US")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("email", "charlie", "like name@example.com"),
        ("email", "", "Enter your e-mail address"),
        ("email", "j\u00f6rg@quayside.test", "like name@example.com"),
        ("zip", "\u0669\u0667\u0662\u0661\u0664", "5 or 9 digits"),
        ("phone", "12", "with its area code"),
        ("name", " \x07 ", "Enter the name"),
        ("street1", "x" * 36, "35 letters"),
        ("state", "ZZ", "Choose the state"),
        ("zip", "9721", "5 or 9 digits"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: FlaskClient, field: str, value: str, told: str
):
    page = to_address(client).submit("/checkout", 422, **{**CHARLIE, field: value})
    assert "One thing to correct" in page.text
    assert told in page.all(".error-summary")[0].get_text()
    assert page.all(f"#{field}[aria-invalid]")
    assert page.all("#city")[0]["value"] == "Portland"
    assert session.scalar(sa.select(sa.func.count(QuoteRun.id))) == 0


def test_a_phone_is_wanted_only_for_texts(client: FlaskClient, world: World):
    page = to_address(client)
    refused = page.submit("/checkout", 422, **{**CHARLIE, "phone": "", "texts": "y"})
    assert "untick" in refused.all(".error-summary")[0].get_text()
    assert page.submit("/checkout", **{**CHARLIE, "phone": ""}).url == "/checkout/delivery"


@pytest.mark.settings(twilio_auth_token="")
def test_texts_are_not_offered_where_none_can_be_sent(client: FlaskClient):
    page = to_address(client)
    assert not page.all("#texts")


def test_texts_are_off_until_asked_for(client: FlaskClient):
    assert not to_address(client).all("#texts[checked]")


@pytest.mark.settings(shippo_api_token="shippo_live_x", clock_url="", public_url="http://localhost")
def test_a_live_shop_takes_no_pretend_address(client: FlaskClient):
    to_address(client).submit("/checkout", 422, **CHARLIE)


def test_who_has_ordered_before_need_not_type(client: FlaskClient):
    who = make.alice()
    make.order(account_id=who.id)
    make.signed_in(client, who)
    page = to_address(client)
    assert page.all("#street1")[0]["value"] == "2215 SE Alder St"
    assert page.all("#email")[0]["value"] == who.email
    assert page.all('#state option[value="OR"][selected]')


def test_the_same_address_again_keeps_the_prices(client: FlaskClient, world: World):
    to_delivery(client)
    visit(client, "/checkout").submit("/checkout")
    assert len(world.requests("POST", "/shipments")) == 1
    visit(client, "/checkout").submit("/checkout", zip="97215")
    assert len(world.requests("POST", "/shipments")) == 2


# Delivery


def test_a1_a2_the_days_and_prices_of_carriers_are_offered(client: FlaskClient, world: World):
    page = to_delivery(client)
    run = session.scalars(sa.select(QuoteRun)).one()
    assert run.source is QuoteSource.LIVE
    rows = page.all(".rate-option")
    assert len(rows) == len(run.quotes) > 3
    assert all("Arrives" in row.get_text() for row in rows)
    checked = page.all("input[name=rate][checked]")
    assert [tag["value"] for tag in checked] == [run.quotes[0].token]
    assert len(page.all(".rate-option .pill")) == 2
    assert "Cheapest" in rows[0].get_text()


def test_a_long_list_folds_what_another_beats(client: FlaskClient, world: World):
    page = to_delivery(client)
    run = session.scalars(sa.select(QuoteRun)).one()
    folded = {str(tag["value"]) for tag in page.all(".rate-option-more input")}
    assert folded == {quote.token for quote in run.beaten}
    for quote in run.beaten:
        assert any(
            other.arrives_last <= quote.arrives_last and other.price_minor <= quote.price_minor
            for other in run.quotes
            if other not in run.beaten
        )


def test_free_delivery_reads_as_a_price_that_was(client: FlaskClient, world: World):
    page = to_delivery(client, quantity=5)
    assert "Originally $" in page.all(".rate-option")[0].get_text()
    assert "Free" in page.all(".rate-option")[0].get_text()


def test_without_carriers_the_shop_offers_its_own_rates_calmly(client: FlaskClient, world: World):
    world.fault("POST", "/shipments", "drop_before", every=1)
    page = to_delivery(client)
    assert "Live prices are unavailable, so we are offering our standard rates." in page.text
    assert len(page.all(".rate-option")) == 2
    assert page.all('.banner[data-tone="plain"]')
    place(page.submit("/checkout/delivery"))
    parcel = the_order().parcels[0]
    assert parcel.state is ParcelState.NEEDS_RATE
    assert "Shippo" in parcel.why
    assert not parcel.intents


def test_nothing_chosen_is_said(client: FlaskClient, world: World):
    page = to_delivery(client).submit("/checkout/delivery", 422, rate="")
    assert "Choose how it should be delivered" in page.text


def test_a_price_that_is_not_offered_chooses_nothing(client: FlaskClient, world: World):
    page = to_delivery(client).submit("/checkout/delivery", 409, rate="made-up")
    assert "no longer holds" in page.text
    assert not page.all("input[name=rate][checked]")
    assert "Total before delivery" in page.text
    assert session.scalars(sa.select(Basket)).one().quote_id is None


def test_the_sums_can_be_seen_with_another_choice_before_it_is_made(
    client: FlaskClient, world: World
):
    to_delivery(client)
    quote = session.scalars(sa.select(QuoteRun)).one().quotes[2]
    page = visit(client, f"/checkout/delivery?rate={quote.token}")
    total = f"${(4800 + quote.price_minor) / 100:.2f}"
    assert page.all("#checkout-total")[0].get_text() == total
    assert total in page.all("#checkout-sums")[0].get_text()
    assert session.scalars(sa.select(Basket)).one().quote_id is None


def test_a_changed_cart_asks_for_new_prices_and_keeps_the_choice(client: FlaskClient, world: World):
    page = to_delivery(client)
    chosen = str(page.all("input[name=rate]")[1]["value"])
    page.submit("/checkout/delivery", rate=chosen)
    service = session.scalars(sa.select(Basket)).one().quote.service  # type: ignore[union-attr]
    added(client)
    page = visit(client, "/checkout/review")
    assert page.url == "/checkout/delivery"
    assert "fresh look" in page.text
    page = page.submit("/checkout/delivery")
    session.rollback()
    token = page.all("input[name=rate][checked]")[0]["value"]
    newest = session.scalars(sa.select(QuoteRun).order_by(QuoteRun.id.desc())).first()
    assert newest is not None
    assert [q.service for q in newest.quotes if q.token == token] == [service]


def test_a_choice_that_is_gone_is_not_replaced_in_silence(client: FlaskClient, world: World):
    to_review(client)
    world.fault("POST", "/shipments", "drop_before", every=1)
    added(client)
    page = visit(client, "/checkout/delivery").submit("/checkout/delivery")
    assert "which you chose, is no longer offered" in page.text
    assert not page.all("input[name=rate][checked]")


def test_when_the_day_has_gone_its_dates_are_asked_anew(
    client: FlaskClient, world: World, app: Flask, tmp_path: Path
):
    to_delivery(client)
    # A world's clock only goes forward, so the one that does is of this test's own.
    later = World.start(tmp_path)
    later.advance(24 * 4)
    ahead = WorldClock(f"{later.url}/_sandbox/clock")
    app.extensions["gateways"] = replace(app.extensions["gateways"], clock=ahead)
    assert ahead.offset.days == 4
    later.stop()
    assert "fresh look" in visit(client, "/checkout/delivery").text


# The way there


def test_no_step_can_be_jumped(client: FlaskClient, world: World):
    for address in ("/checkout", "/checkout/delivery", "/checkout/review"):
        assert visit(client, address).url == "/cart"
    to_address(client)
    assert visit(client, "/checkout/review").url == "/checkout"
    visit(client, "/checkout").submit("/checkout", **CHARLIE)
    assert visit(client, "/checkout/review").url == "/checkout/delivery"


# The order


def test_the_review_says_everything_once_more(client: FlaskClient, world: World):
    page = to_review(client)
    assert page.url == "/checkout/review"
    for told in ("Charlie@quayside.test", "2215 SE Alder St, Apt 5", "Arrives", "Harbour mug"):
        assert told in page.text
    assert "takes no payment" in page.text
    quote = session.scalars(sa.select(Basket)).one().quote
    assert quote is not None
    total = f"${(4800 + quote.price_minor) / 100:.2f}"
    assert f"Place order – {total}" in page.text


def test_what_the_shopper_saw_is_what_they_pay(client: FlaskClient, world: World):
    address = place(to_review(client, texts="y"))
    order = the_order()
    assert address == f"/orders/{order.token}"
    assert order.delivery_minor == order.quote.price_minor
    assert (order.goods_minor, order.text_consent, order.account_id) == (4800, True, None)
    assert session.scalars(sa.select(Product.stock).filter_by(slug="harbour-mug")).one() == 48
    intent = session.scalars(sa.select(LabelIntent)).one()
    assert intent.parcel_id == order.parcels[0].id


def test_the_same_form_twice_is_one_order(client: FlaskClient, world: World):
    page = to_review(client)
    first = place(page)
    added(client)  # a new basket has been begun meanwhile
    assert place(page) == first
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 1
    assert the_order()


def test_two_presses_at_once_are_one_order(client: FlaskClient, world: World):
    page = to_review(client)
    fields = {str(tag["name"]): str(tag["value"]) for tag in page.all("form input[name]")}
    cookie = client.get_cookie("quayside")
    assert cookie is not None

    def press(_: int) -> str:
        hand = client.application.test_client()
        hand.set_cookie("quayside", cookie.value)
        return str(hand.post("/checkout/review", data=fields).headers["Location"])

    with ThreadPoolExecutor(4) as hands:
        reached = set(hands.map(press, range(4)))
    assert reached == {f"/orders/{the_order().token}"}
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 1
    assert session.scalars(sa.select(Product.stock).filter_by(slug="harbour-mug")).one() == 48


def test_a_failed_label_is_not_wished_for_again_by_a_second_press(
    client: FlaskClient, world: World
):
    page = to_review(client)
    first = place(page)
    session.execute(sa.update(LabelIntent).values(state="failed"))
    session.commit()
    assert place(page) == first
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 1


def test_labels_wait_for_staff_where_the_merchant_wants_it(client: FlaskClient, world: World):
    choices.set_label_when(LabelWhen.BY_HAND)
    session.commit()
    place(to_review(client))
    assert the_order().parcels[0].state is ParcelState.NEEDS_LABEL
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 0


def test_who_was_slower_sees_the_cart_and_no_order(client: FlaskClient, world: World):
    page = to_review(client)
    make.product(stock=1)
    page = page.submit("/checkout/review", 409)
    assert "not enough of Harbour mug left" in page.text
    assert session.scalar(sa.select(sa.func.count(Order.id))) == 0
    assert session.scalars(sa.select(Product.stock).filter_by(slug="harbour-mug")).one() == 1


def test_a_page_from_before_a_change_orders_nothing(client: FlaskClient, world: World):
    old = to_review(client)
    added(client)
    visit(client, "/checkout/delivery").submit("/checkout/delivery").submit("/checkout/delivery")
    page = old.submit("/checkout/review", 409)
    assert "changed since you opened the page" in page.text
    assert session.scalar(sa.select(sa.func.count(Order.id))) == 0


def test_an_order_of_somebody_signed_in_is_theirs(client: FlaskClient, world: World):
    who = make.bob()
    make.signed_in(client, who)
    place(to_review(client))
    assert the_order().account_id == who.id


def test_a_new_price_is_not_charged_unseen(client: FlaskClient, world: World):
    page = to_review(client)
    make.product(price_minor=9900)
    page = page.submit("/checkout/review")
    assert page.url == "/checkout/delivery"
    assert session.scalar(sa.select(sa.func.count(Order.id))) == 0


# Where only the post delivers, and while Shippo does not answer


@pytest.mark.parametrize(
    "given", [{"street1": "PO Box 12"}, {"city": "APO", "state": "AE", "zip": "09012"}]
)
def test_to_a_box_or_the_forces_only_the_post_is_offered_and_the_shopper_is_told(
    client: FlaskClient, world: World, given: dict[str, str]
):
    page = to_delivery(client, **given)
    assert "Only the post delivers to this address" in page.text
    run = session.scalars(sa.select(QuoteRun)).one()
    assert run.source is QuoteSource.LIVE
    assert {quote.carrier for quote in run.quotes} == {"usps"}


def test_when_the_post_offers_nothing_a_box_is_served_at_our_own_price_and_not_fast(
    client: FlaskClient, world: World
):
    world.world_journey("carrier_down", carrier="usps")
    page = to_delivery(client, street1="PO Box 12")
    assert len(page.all(".rate-option")) == 1
    assert "Standard delivery" in page.text
    place(page.submit("/checkout/delivery"))
    assert "No carrier" in the_order().parcels[0].why


def test_one_carrier_that_does_not_answer_hides_nobody_elses_rates(
    client: FlaskClient, world: World
):
    world.world_journey("carrier_down", carrier="usps")
    page = to_delivery(client)
    assert "UPS" in page.text
    assert session.scalars(sa.select(QuoteRun)).one().source is QuoteSource.LIVE


@pytest.mark.settings(rates_deadline_s=1, breaker_pause_s=60)
def test_when_shippo_has_not_answered_for_a_while_nobody_waits_for_it(
    client: FlaskClient, world: World
):
    world.fault("POST", "/shipments", "latency", seconds=3)
    page = to_delivery(client)
    for number in range(4):
        page = visit(client, "/checkout").submit("/checkout", zip=f"9721{number}")
    asked = len(world.requests("POST", "/shipments"))
    begun = time.monotonic()
    page = visit(client, "/checkout").submit("/checkout", zip="97219")
    assert time.monotonic() - begun < 0.9
    assert asked == len(world.requests("POST", "/shipments")) == 5
    assert "Live prices are unavailable" in page.text
    place(page.submit("/checkout/delivery"))
    assert "was not asked" in the_order().parcels[0].why
    assert "no answer within 1 s" in the_order().parcels[0].why


def expired() -> QuoteRun:
    """The only time that prices were asked for, long ago."""
    run = session.scalars(sa.select(QuoteRun)).one()
    run.expires_at = run.made_at
    session.commit()
    return run


@pytest.mark.parametrize(
    ("journey", "verdict", "words"),
    [("calm", Verdict.SAME, "still costs"), ("price_up_4", Verdict.ABSORBED, "still costs")],
)
def test_a_price_that_has_expired_is_kept_where_the_policy_bears_it_and_shown_before_it_is_ordered(
    client: FlaskClient, world: World, journey: str, verdict: Verdict, words: str
):
    page = to_review(client)
    was = expired().quotes[0]
    world.world_journey(journey)
    page = page.submit("/checkout/review")
    assert page.url == "/checkout/review"
    assert "nothing is ordered yet" in page.text
    assert words in page.text
    assert session.scalar(sa.select(sa.func.count(Order.id))) == 0
    place(page)
    order = the_order()
    assert (order.quote.service, order.delivery_minor) == (was.service, was.price_minor)
    assert order.quote_id != was.id
    decision = order.parcels[0].decisions[0]
    assert (decision.verdict, decision.was) == (verdict, was.price)
    assert decision.now is not None
    assert (decision.now.minor > was.price_minor) is (verdict is Verdict.ABSORBED)
    assert order.quote.cost == decision.now
    assert order.parcels[0].cost == decision.now
    make.signed_in(client, make.pat())
    desk = visit(client, f"/admin/orders/{order.number}")
    assert "The price had expired when the order was placed." in desk.text
    folds = [summary.get_text(" ", strip=True) for summary in desk.all("details.fold > summary")]
    assert folds[0].startswith("How these prices came about")
    assert folds[1].startswith("Prices asked for again")


def test_a_service_that_has_gone_is_replaced_by_one_as_quick_that_costs_no_more(
    client: FlaskClient, world: World
):
    page = to_delivery(client)
    run = session.scalars(sa.select(QuoteRun)).one()
    dear = max(run.quotes, key=lambda quote: quote.price_minor)
    page = page.submit("/checkout/delivery", rate=dear.token)
    expired()
    world.world_journey("service_gone", service=dear.service)
    page = page.submit("/checkout/review")
    assert page.url == "/checkout/review"
    assert f"{dear.title} is not to be had at its price any more" in page.text
    place(page)
    order = the_order()
    assert order.quote.service != dear.service
    assert order.delivery_minor <= dear.price_minor
    assert order.parcels[0].decisions[0].verdict is Verdict.SWAPPED


def test_a_price_that_has_expired_is_asked_for_again_before_anything_is_ordered(
    client: FlaskClient, world: World
):
    page = to_review(client)
    service = expired().quotes[0].service
    world.world_journey("price_up_40")
    page = page.submit("/checkout/review")
    assert page.url == "/checkout/delivery"
    assert "nothing was ordered" in page.text
    assert "It was $" in page.text
    assert session.scalar(sa.select(sa.func.count(Order.id))) == 0
    newest = session.scalars(sa.select(QuoteRun).order_by(QuoteRun.id.desc())).first()
    assert newest is not None
    token = page.all("input[name=rate][checked]")[0]["value"]
    assert [q.service for q in newest.quotes if q.token == token] == [service]
