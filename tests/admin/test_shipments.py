"""Buying a label at the desk: once, however often somebody presses."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import LabelIntent, Parcel
from shop.values import IntentState, Mode, ParcelState
from tests import make
from tests.conftest import Work
from tests.visit import visit
from tests.world import World


def test_the_button_names_its_price_and_buys_once(client: FlaskClient, work: Work, world: World):
    order = make.placed()
    parcel = order.parcels[0]
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/orders/{order.number}")
    price = f"${parcel.cost.amount}" if parcel.cost else ""
    assert f"Buy label – {price} (test)" in page.text
    first = page.submit(f"/admin/shipments/{parcel.id}/buy")
    again = page.submit(f"/admin/shipments/{parcel.id}/buy")
    assert "The label is being bought." in first.text
    assert "This label has been asked for before" in again.text or "being bought" in again.text
    (intent,) = session.scalars(sa.select(LabelIntent)).all()
    assert intent.asked_by == make.pat().id
    work.until(lambda: session.get_one(Parcel, parcel.id).tracking_number)
    assert len(world.ledger()) == 1
    number = world.ledger()[0]["tracking_number"]
    for address in (f"/admin/orders/{order.number}", "/admin/orders", "/admin/shipments"):
        assert number in visit(client, address).text.replace(" ", "")
    shipment = visit(client, f"/admin/shipments/{parcel.id}")
    assert shipment.h1 == number
    assert "Pat" in visit(client, f"/admin/orders/{order.number}").text


def test_a_parcel_of_the_other_mode_offers_no_purchase(client: FlaskClient, world: World):
    parcel = make.parcel(mode=Mode.LIVE)
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/orders/{parcel.order.number}")
    assert "It was made in live mode, and the shop runs in test mode." in page.text
    assert not page.all("form[action$='/buy']")
    assert not page.all("form[action$='/requote']")
    token = str(page.all("input[name=csrf_token]")[0]["value"])
    client.post(f"/admin/shipments/{parcel.id}/buy", data={"csrf_token": token})
    assert not session.scalars(sa.select(LabelIntent)).all()
    assert "label to buy" not in visit(client, "/admin/").text


def test_a_press_on_a_parcel_without_a_rate_is_answered_with_the_cause(client: FlaskClient):
    parcel = make.parcel(rate_id=None, cost_minor=None, why="No carrier offered a rate")
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/orders/{parcel.order.number}")
    token = str(page.all("input[name=csrf_token]")[0]["value"])
    answer = client.post(f"/admin/shipments/{parcel.id}/buy", data={"csrf_token": token})
    assert answer.status_code == 303
    assert "No carrier offered a rate" in visit(client, answer.location.partition("#")[0]).text
    assert not session.scalars(sa.select(LabelIntent)).all()


def test_a_refused_purchase_is_folded_and_can_be_asked_for_again(
    client: FlaskClient, work: Work, world: World
):
    world.fault("POST", "/transactions", "status", code=422)
    order = make.parcel().order
    make.signed_in(client, make.pat())
    visit(client, f"/admin/orders/{order.number}").submit("/buy")
    work.until(
        lambda: session.scalar(sa.select(LabelIntent.state)) is IntentState.FAILED,
    )
    page = visit(client, f"/admin/orders/{order.number}")
    assert "One attempt came to nothing" in page.text
    assert "Label purchase refused" in page.text
    assert page.form("/buy")


def test_views_of_parcels_by_what_we_have_done(client: FlaskClient):
    make.parcel()
    make.labelled()
    make.signed_in(client, make.vera())
    page = visit(client, f"/admin/shipments?view={ParcelState.LABELLED.value}")
    assert [link.get_text() for link in page.all("a.table-main")] == ["9205 5901 6491 7312 7510 89"]
    assert visit(client, "/admin/shipments/999", 404)
