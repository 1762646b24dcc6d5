"""Ask now: a person asks Shippo after one parcel, within the allowance, and is told what came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from jobs.queue import doorbell
from shop import circuit, throttle
from shop.db import session
from shop.gateways.errors import Cut
from shop.models import Parcel
from shop.outside import world_now
from shop.values import Standing, Via
from tests import make
from tests.faults.silence import questions
from tests.visit import Page, visit
from tests.world import World


@pytest.fixture
def desk(client: FlaskClient, world: World) -> FlaskClient:
    return make.signed_in(client, make.pat())


@pytest.fixture
def parcel(app) -> Parcel:
    return make.labelled(
        carrier="usps", tracking_number=make.NUMBER, poll_at=world_now() + timedelta(hours=6)
    )


def pressed(desk: FlaskClient, parcel: Parcel) -> Page:
    place = f"/admin/shipments/{parcel.id}"
    page = visit(desk, place).submit(f"{place}/refresh")
    session.expire_all()
    return page


@pytest.fixture
def sold(app, world: World, parcel: Parcel) -> Parcel:
    """The same with a label that the world knows."""
    world.populate(1)
    (label,) = world.ledger()
    parcel.carrier, parcel.tracking_number = label["carrier"], label["tracking_number"]
    parcel.transaction_id = label["object_id"]
    session.commit()
    return parcel


def test_it_is_asked_for_at_once_and_said_what_came(desk, world, sold):
    world.scan(sold.tracking_number, "TRANSIT", "package_departed")
    page = pressed(desk, sold)
    assert "News: it moved to In transit." in page.text
    assert "staff, heard" in page.text
    assert (sold.standing, sold.heard_via) == (Standing.IN_TRANSIT, Via.PERSON)
    assert not any(row.repaired for row in sold.snapshots)
    assert "No news since" in pressed(desk, sold).text
    world.scan(sold.tracking_number, "TRANSIT", "package_arrived")
    assert "Shippo told more of it; it stands where it did." in pressed(desk, sold).text
    assert len(questions(world)) == 3


def test_when_shippo_does_not_answer_that_is_said_and_nothing_changes(desk, world, parcel):
    world.fault("GET", "/tracks/*", "malformed")
    assert "did not answer as it should" in pressed(desk, parcel).text
    world.clear_faults()
    world.fault("GET", "/tracks/*", "status", code=404)
    assert "has no news of this number" in pressed(desk, parcel).text
    world.clear_faults()
    world.fault("GET", "/tracks/*", "status", code=401)
    assert "SHIPPO_API_TOKEN" in pressed(desk, parcel).text
    assert (parcel.standing, parcel.heard_at) == (Standing.LABEL_READY, None)


@pytest.mark.settings(shippo_tracks_per_minute=1)
def test_beyond_the_allowance_it_is_said_when_it_will_be_asked_and_it_is(desk, world, parcel):
    assert throttle.tracks_left(person=True)
    page = pressed(desk, parcel)
    assert "asked enough this minute: it is asked at" in page.text
    assert parcel.poll_at < world_now() + timedelta(minutes=2)
    lookup = visit(desk, "/admin/tracking?carrier=shippo&number=SHIPPO_TRANSIT", 429)
    assert "Not asked just now" in lookup.text
    doorbell().flushdb()
    for _ in range(5):
        circuit.told(circuit.FREE, Cut("no connection"))
    session.commit()
    assert "Waiting for Shippo to answer again" in pressed(desk, parcel).text
    assert questions(world) == []


def test_asked_too_often_is_said_and_a_viewer_may_not_ask(desk, client, world, parcel):
    world.fault("GET", "/tracks/*", "status", code=429)
    place = f"/admin/shipments/{parcel.id}"
    page = visit(desk, place)
    assert "asked too often" in page.submit(f"{place}/refresh").text
    make.signed_in(client, make.vera())
    assert "Ask now" not in visit(client, place).text
    page.submit(f"{place}/refresh", 403)
    assert len(questions(world)) == 1
