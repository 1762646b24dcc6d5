"""A customer sees their own orders, all of them, and nobody else's."""

from __future__ import annotations

from flask.testing import FlaskClient

from shop.models import Order
from shop.values import TrackingStatus
from tests import make
from tests.visit import visit


def alices() -> Order:
    who = make.alice()
    order = make.order(account_id=who.id)
    make.scanned(TrackingStatus.TRANSIT, "package_arrived", order=order, details="At the hub")
    return order


def test_alice_sees_her_orders_newest_first(client: FlaskClient):
    first, second = alices(), make.order(account_id=make.alice().id)
    make.parcel(order=second)
    page = visit(make.signed_in(client, make.alice()), "/account/")
    assert page.url == "/account/orders"
    hrefs = [str(link["href"]) for link in page.all(".order-tile h2 a")]
    assert hrefs == [f"/account/orders/{second.number}", f"/account/orders/{first.number}"]
    assert "Your parcel is being packed" in page.text


def test_alice_sees_her_order_with_its_parcel_and_the_way_to_the_carrier(client: FlaskClient):
    order = alices()
    page = visit(make.signed_in(client, make.alice()), f"/account/orders/{order.number}")
    assert page.h1.startswith("Arrives ")
    assert "At the hub" in page.text
    assert page.all(f'a[href="/t/{order.parcels[0].token}/carrier"]')
    assert page.all(f'[data-live][hx-get="/account/orders/{order.number}"]')


def test_who_has_not_asked_for_texts_is_shown_where_to(client: FlaskClient):
    who = make.alice()
    order = make.order(account_id=who.id, text_consent=False)
    make.labelled(order=order)
    page = visit(make.signed_in(client, who), f"/account/orders/{order.number}")
    assert "We can text the number ending 0142" in page.text
    make.saved(who).text_updates = True
    make.saved(who)
    assert "We can text" not in visit(client, f"/account/orders/{order.number}").text


def test_her_live_part_answers_alone(client: FlaskClient):
    order = alices()
    answer = make.signed_in(client, make.alice()).get(
        f"/account/orders/{order.number}", headers={"HX-Request": "true"}
    )
    assert answer.get_data(as_text=True).strip().startswith('<div class="live" id="order"')


def test_to_bob_her_order_does_not_exist(client: FlaskClient):
    order = alices()
    bob = make.signed_in(client, make.bob())
    hers = visit(bob, f"/account/orders/{order.number}", 404)
    assert hers.text == visit(bob, "/account/orders/Q-99999", 404).text
    assert "No orders yet" in visit(bob, "/account/orders").text


def test_charlie_has_to_sign_in_first(client: FlaskClient):
    order = alices()
    for address in ("/account/", "/account/orders", f"/account/orders/{order.number}"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/login?next=/account/")


def test_an_order_placed_as_a_guest_is_not_claimed_by_its_e_mail(client: FlaskClient):
    guests = make.order()
    make.parcel(order=guests)
    alice = make.signed_in(client, make.alice())
    assert guests.email == make.alice().email
    assert "No orders yet" in visit(alice, "/account/orders").text
    visit(alice, f"/account/orders/{guests.number}", 404)


def test_many_orders_come_page_by_page(client: FlaskClient):
    who = make.alice()
    orders = [make.order(account_id=who.id) for _ in range(22)]
    for order in orders:
        make.parcel(order=order)
    alice = make.signed_in(client, who)
    page = visit(alice, "/account/orders")
    assert len(page.all(".order-tile")) == 20
    older = visit(alice, str(page.all('a[rel="next"]')[0]["href"]))
    assert [tile.get_text() for tile in older.all(".order-tile h2")] == [
        "Your parcel is being packed"
    ] * 2
    assert older.all('a[rel="prev"]')
    assert not older.all('a[rel="next"]')
