"""What goes into a cart, and out of it."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import Basket, BasketLine, WebSession
from tests import make
from tests.visit import Page, visit


def added(client: FlaskClient, slug: str = "harbour-mug", quantity: int = 1) -> Page:
    return visit(client, f"/products/{slug}").submit(f"/cart/{slug}", quantity=quantity)


def held() -> list[int]:
    return list(session.scalars(sa.select(BasketLine.quantity).order_by(BasketLine.id)))


def test_an_empty_cart_says_what_will_be_here(client: FlaskClient):
    page = visit(client, "/cart")
    assert "Nothing in it yet" in page.text
    assert page.all('.empty a[href="/products"]')


def test_looking_writes_nothing(client: FlaskClient):
    make.product()
    for address in ("/", "/products", "/products/harbour-mug", "/cart", "/checkout"):
        visit(client, address)
    assert session.scalar(sa.select(sa.func.count(Basket.id))) == 0


def test_adding_twice_adds_up(client: FlaskClient):
    make.product(stock=50)
    added(client, quantity=2)
    page = added(client, quantity=3)
    assert held() == [5]
    assert "Harbour mug: 5 in your cart." in page.text
    assert "$120.00" in page.text


def test_a_line_is_changed_and_removed(client: FlaskClient):
    make.product(stock=50)
    page = added(client)
    page = page.submit("/cart/harbour-mug", quantity=4)
    assert held() == [4]
    page = page.submit("/cart/harbour-mug", quantity=0)
    assert held() == []
    assert "out of your cart" in page.text


def test_a_cart_takes_no_more_than_there_is_and_says_so(client: FlaskClient):
    make.product(stock=4)
    page = added(client, quantity=9)
    assert held() == [4]
    assert "only 4 of Harbour mug left" in page.text
    make.product(stock=500)
    page = page.submit("/cart/harbour-mug", quantity=99)
    assert held() == [20]
    assert "at most 20 of one thing" in page.text


def test_what_is_not_a_number_changes_nothing(client: FlaskClient):
    make.product(stock=50)
    page = added(client, quantity=2).submit("/cart/harbour-mug", quantity="a few")
    assert held() == [2]
    assert "whole number" in page.text
    page.submit("/cart/harbour-mug", quantity=-1)
    assert held() == [2]


def test_the_meter_states_its_basis(client: FlaskClient):
    make.product(stock=50)
    page = added(client, quantity=4)
    assert "$24.00 more after discounts for free standard delivery" in page.text
    assert "is free in the 48 states" in page.submit("/cart/harbour-mug", quantity=5).text


def test_what_sold_out_meanwhile_is_shown_and_stops_the_checkout(client: FlaskClient):
    make.product(stock=50)
    added(client, quantity=2)
    make.product(stock=0)
    page = visit(client, "/checkout")
    assert page.url == "/cart"
    assert "Sold out" in page.text
    assert not page.all('a[href="/checkout"]')


def test_a_cart_without_a_token_is_refused(client: FlaskClient):
    make.product(stock=50)
    assert client.post("/cart/harbour-mug", data={"quantity": 1}).status_code == 400
    assert held() == []


def test_the_cart_is_on_the_server(client: FlaskClient):
    make.product(stock=50)
    added(client)
    cookie = client.get_cookie("quayside")
    assert cookie is not None
    assert session.scalar(sa.select(Basket.token)) not in cookie.value
    assert session.scalar(sa.select(sa.func.count(WebSession.key_hash))) == 1
