"""Looking up any number by hand, against the world; nothing is kept of it (A6, A7)."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import TrackSnapshot
from tests import make
from tests.visit import visit
from tests.world import World


def test_a_number_is_asked_for_and_told_with_the_time(client: FlaskClient, world: World):
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/tracking").submit(
        "/admin/tracking", carrier="shippo", number="SHIPPO_DELIVERED"
    )
    assert "As of" in page.text
    assert "Delivered" in page.text
    assert len(world.requests("GET", "/tracks/shippo/SHIPPO_DELIVERED")) == 1
    assert "No, not one of ours" in page.text
    assert not session.scalar(sa.select(sa.func.count(TrackSnapshot.id)))


def test_a_number_of_ours_leads_to_our_parcel(client: FlaskClient, world: World):
    parcel = make.labelled(carrier="shippo", tracking_number="SHIPPO_TRANSIT")
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/tracking?carrier=shippo&number=SHIPPO_TRANSIT")
    assert page.all(f'a[href="/admin/shipments/{parcel.id}"]')
    assert parcel.order.number in page.text


def test_shippo_away_is_said_in_plain_words(client: FlaskClient, world: World):
    world.fault("GET", "/tracks/shippo/SHIPPO_TRANSIT", "drop_before")
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/tracking?carrier=shippo&number=SHIPPO_TRANSIT", 502)
    assert "Shippo could not be asked" in page.text


def test_a_number_shippo_refuses_is_said_in_plain_words(client: FlaskClient, world: World):
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/tracking?carrier=shippo&number=NOT_A_MAGIC_ONE")
    assert "Nothing found" in page.text


def test_what_is_not_filled_in_is_named(client: FlaskClient):
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/tracking?carrier=usps&number=", 422)
    assert page.all('[role=alert] a[href="#number"]')
    visit(client, "/admin/tracking?carrier=nobody&number=1", 422)
    visit(client, f"/admin/tracking?carrier=usps&number={'1' * 65}", 422)
