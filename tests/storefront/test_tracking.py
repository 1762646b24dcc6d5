"""The order's page, the public page of a parcel, and how one finds them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shop.db import session
from shop.models import Message, Parcel
from shop.values import TrackingStatus
from tests import make
from tests.visit import visit
from tests.world import World

TRANSIT, DELIVERED = TrackingStatus.TRANSIT, TrackingStatus.DELIVERED
PROSE = "Left with ALICE ARCHER at 2215 SE Alder St, call +15035550142"
HX = {"HX-Request": "true"}


def order_page(parcel: Parcel) -> str:
    return f"/orders/{parcel.order.token}"


def public_page(parcel: Parcel) -> str:
    return f"/t/{parcel.token}"


def test_whoever_ordered_sees_everything_without_an_account(client: FlaskClient):
    parcel = make.scanned(TRANSIT, "out_for_delivery", details="On the truck")
    page = visit(client, order_page(parcel))
    assert page.h1 == "Out for delivery today"
    for told in (
        "9205 5901 6491 7312 7510 89",
        "Continue on usps.com",
        "On the truck",
        "Harbour mug",
    ):
        assert told in page.text
    assert "2215 SE Alder St" in page.text
    assert page.all(f'a[href="{public_page(parcel)}/carrier"]')


def test_an_order_just_placed_is_thanked_for_and_says_what_happens_next(client: FlaskClient):
    parcel = make.parcel()
    page = visit(client, order_page(parcel))
    assert page.h1 == "Your parcel is being packed"
    assert "Thank you for your order." in page.text
    assert "We write to alice@quayside.test and text the number ending 0142." in page.text
    assert "no tracking number yet" in page.text
    assert "No payment has been taken." in page.text


def test_strangers_see_scans_and_towns_only(client: FlaskClient):
    parcel = make.scanned(DELIVERED, "delivered", details=PROSE)
    order = parcel.order
    page = visit(client, public_page(parcel))
    assert page.h1.startswith("Delivered ")
    assert "Portland, OR" in page.text
    assert make.NUMBER in page.html
    secrets = [order.name, "Archer", "ARCHER", "Alder", order.to.zip, order.phone, order.email]
    secrets += ["$", "Harbour mug", order.number or "-", order.token]
    assert [secret for secret in secrets if secret in page.html] == []


@pytest.mark.parametrize("address", [order_page, public_page])
def test_a_live_part_answers_alone_and_stops_when_the_story_is_over(
    client: FlaskClient, address: object
):
    assert callable(address)
    parcel = make.scanned(TRANSIT, "package_arrived")
    moving = client.get(address(parcel), headers=HX).get_data(as_text=True)
    assert "<html" not in moving
    assert f'hx-get="{address(parcel)}"' in moving
    over = make.scanned(DELIVERED, "delivered", order=make.order(), transaction_id="other")
    assert "hx-get" not in client.get(address(over), headers=HX).get_data(as_text=True)


def test_such_an_address_is_not_passed_on_nor_kept_nor_listed(client: FlaskClient):
    parcel = make.labelled()
    for address in (order_page(parcel), public_page(parcel), f"{public_page(parcel)}/carrier"):
        headers = client.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/orders/x", "/t/x", "/t/x/carrier"])
def test_a_token_nobody_was_given_is_nothing(client: FlaskClient, address: str):
    visit(client, address, 404)


def test_the_way_on_leads_to_the_carriers_own_page(client: FlaskClient, world: World):
    parcel = make.labelled(tracking_url=f"{world.url}/carriers/usps/{make.NUMBER}")
    answer = client.get(f"{public_page(parcel)}/carrier")
    assert (answer.status_code, answer.location) == (302, parcel.tracking_url)


@pytest.mark.parametrize(
    "told", [None, "https://evil.example/track", "http://tools.usps.com/", "javascript:alert(1)"]
)
def test_the_way_on_never_leads_anywhere_else(client: FlaskClient, told: str | None):
    parcel = make.labelled(tracking_url=told)
    answer = client.get(f"{public_page(parcel)}/carrier")
    assert answer.location == (
        f"https://tools.usps.com/go/TrackConfirmAction?tLabels={make.NUMBER}"
    )


def test_without_a_number_there_is_no_way_on(client: FlaskClient):
    parcel = make.parcel()
    visit(client, f"{public_page(parcel)}/carrier", 404)
    assert not visit(client, public_page(parcel)).all('a[href$="/carrier"]')


def test_several_parcels_are_folded_and_the_one_in_trouble_is_open(client: FlaskClient):
    order = make.order()
    make.labelled(order=order)
    make.scanned(TRANSIT, "pickup_available", order=order, transaction_id="second")
    page = visit(client, f"/orders/{order.token}")
    assert page.h1 == "One of 2 parcels needs attention"
    assert [fold.has_attr("open") for fold in page.all("details.fold")] == [False, True]


def test_what_a_carrier_writes_is_text(client: FlaskClient):
    parcel = make.scanned(TRANSIT, details="<img src=x><b>here</b>")
    page = visit(client, order_page(parcel))
    assert not page.all('img[src="x"]')
    assert "<img src=x><b>here</b>" in page.text


def test_reading_these_pages_writes_nothing(client: FlaskClient):
    parcel = make.scanned(TRANSIT, "package_held")
    heard, seen = parcel.heard_at, len(parcel.snapshots)
    for address in (order_page(parcel), public_page(parcel), "/track"):
        visit(client, address)
    session.refresh(parcel)
    assert (parcel.heard_at, len(parcel.snapshots)) == (heard, seen)
    assert session.query(Message).count() == 0


@pytest.mark.parametrize(
    ("number", "email", "leads"),
    [
        ("{order}", "alice@quayside.test", order_page),
        (" {order} ", " Alice@Quayside.test ", order_page),
        ("9205 5901 6491 7312 7510 89", "", public_page),
        (make.NUMBER, "nobody@quayside.test", public_page),
    ],
)
def test_a_number_leads_to_its_page(client: FlaskClient, number: str, email: str, leads: object):
    assert callable(leads)
    parcel = make.labelled()
    asked = number.format(order=parcel.order.number).lower()
    page = visit(client, "/track").submit("/track", number=asked, email=email)
    assert page.url == leads(parcel)


def test_a_wrong_pair_is_answered_like_an_order_that_does_not_exist(client: FlaskClient):
    parcel = make.labelled()
    wrong = [
        (parcel.order.number, "bob@quayside.test"),
        ("Q-99999", "bob@quayside.test"),
        ("Q-99999", "alice@quayside.test"),
        ("1Z999AA10123456784", ""),
    ]
    said = set()
    for number, email in wrong:
        page = visit(client, "/track").submit("/track", 422, number=number, email=email)
        said.add(" ".join(found.get_text() for found in page.all(".field-error, .error-summary")))
        assert page.all("#number")[0].get("aria-invalid") == "true"
    assert len(said) == 1


def test_an_order_number_alone_asks_for_the_e_mail_whether_or_not_it_exists(client: FlaskClient):
    parcel = make.labelled()
    for number in (parcel.order.number, "Q-99999"):
        page = visit(client, "/track").submit("/track", 422, number=number, email="")
        assert "Enter the e-mail you ordered with." in page.text


def test_guessing_is_stopped(client: FlaskClient):
    make.labelled()
    for guess in range(5):
        visit(client, "/track").submit("/track", 422, number=f"Q-1000{guess}", email="a@b.test")
    page = visit(client, "/track").submit("/track", 429, number="Q-10009", email="a@b.test")
    assert int(page.answer.headers["Retry-After"]) > 0
