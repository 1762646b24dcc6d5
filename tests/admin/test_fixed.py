"""At the desk: an order at fixed prices, how they came about, and what its label costs."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from shop import choices
from shop.db import now, session
from shop.models import Parcel
from shop.values import LabelWhen, ParcelState, RefundState
from tests import make
from tests.visit import Page, visit
from tests.world import World


def placed_at_the_desk(client: FlaskClient) -> Parcel:
    """An order at fixed prices whose label waits for a press."""
    make.fixed()
    choices.set_label_when(LabelWhen.BY_HAND)
    session.commit()
    make.signed_in(client, make.ada())
    return make.placed().parcels[0]


def order_page(client: FlaskClient, parcel: Parcel) -> Page:
    return visit(client, f"/admin/orders/{parcel.order.number}")


def text(page: Page, selector: str) -> str:
    return " ".join(" ".join(tag.get_text(" ").split()) for tag in page.all(selector))


def test_how_fixed_prices_came_about_is_told_without_carriers(client: FlaskClient, world: World):
    page = order_page(client, placed_at_the_desk(client))
    told = text(page, "details.fold")
    assert "2 offered, Fixed prices" in told
    assert "Your own, from the settings of that moment. No carrier was asked." in told
    for nonsense in ("Prices hold until", "Asked", "Why not live", "left out"):
        assert nonsense not in told
    rows = [" ".join(row.get_text(" ").split()) for row in page.all(".fold tbody tr")]
    assert rows == [
        "Standard delivery Bought as USPS Ground Advantage 4 days The customer’s choice $7.90",
        "Express delivery Bought as UPS 2nd Day Air® 2 days Offered $19.90",
    ]


def test_what_a_label_costs_is_about_so_much_until_it_is_told(
    client: FlaskClient, world: World, work
):
    parcel = placed_at_the_desk(client)
    page = order_page(client, parcel)
    assert "about $8.40 if bought" in page.text
    assert "Buy label – about $8.40 (test)" in page.text
    assert "Standard delivery, as the customer chose" in page.text
    assert page.text.count("Left over about −$0.50") == 2
    page.submit("/buy")
    page = order_page(client, parcel)
    assert "Label asked for, about $8.40" in page.text
    work.until(lambda: parcel.state is ParcelState.LABELLED and not parcel.estimated)
    page = order_page(client, parcel)
    cost = f"${parcel.cost_minor / 100:.2f}"
    assert f"{cost}, expected $8.40" in page.text
    assert "about" not in text(page, ".timeline")
    assert f"Label asked for, {cost}" in page.text
    assert cost in visit(client, "/admin/shipments").text


def test_what_comes_back_for_a_label_is_about_so_much_until_its_price_is_told(
    client: FlaskClient, world: World, work
):
    parcel = placed_at_the_desk(client)
    order_page(client, parcel).submit("/buy")
    work.until(lambda: parcel.state is ParcelState.LABELLED and not parcel.estimated)
    parcel.cost_minor, parcel.price_due_at = 8_40, now() + timedelta(hours=1)
    session.commit()
    path = f"/admin/shipments/{parcel.id}/void"
    assert "Money about $8.40" in visit(client, path).text
    visit(client, path).submit("/void")
    work.until(lambda: parcel.refunds[0].state is RefundState.GRANTED)
    page = order_page(client, parcel)
    assert "about $8.40, voided, money back" in page.text
    assert "about $8.40" in visit(client, "/admin/purchases?view=voids").text


def test_a_label_that_costs_what_was_expected_says_nothing_of_it(
    client: FlaskClient, world: World, work
):
    parcel = placed_at_the_desk(client)
    order_page(client, parcel).submit("/buy")
    work.until(lambda: parcel.state is ParcelState.LABELLED and not parcel.estimated)
    parcel.order.quote.cost_minor = parcel.cost_minor
    session.commit()
    assert "expected $" not in order_page(client, parcel).text


def test_a_rate_asked_for_instead_is_compared_with_what_was_expected(
    client: FlaskClient, world: World, work
):
    parcel = placed_at_the_desk(client)
    page = order_page(client, parcel)
    (button,) = page.all("button[formaction$=requote]")
    token = str(page.all("input[name=csrf_token]")[0]["value"])
    client.post(str(button["formaction"]), data={"csrf_token": token})
    work.until(lambda: parcel.decisions)
    page = order_page(client, parcel)
    assert "Agreed: Standard delivery (USPS Ground Advantage), $8.40." in page.text
