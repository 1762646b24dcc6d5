"""Redis is away: people buy all the same, and what is to be done stands in the rows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from shop import throttle
from shop.db import session
from shop.models import LabelIntent, Order
from shop.seeding import PASSWORD
from shop.values import IntentState
from tests import make
from tests.conftest import Browser, close
from tests.storefront.test_checkout import place, to_review
from tests.visit import visit
from tests.world import World


@pytest.fixture(params=["nobody", "silence"])
def without(app: Flask, request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    """The same shop on the same rows, with nobody at Redis' address, or one who never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silence:
        port = 1 if request.param == "nobody" else silence.getsockname()[1]
        address = f"redis://127.0.0.1:{port}/0"
        alone = create_app(replace(app.extensions["settings"], redis_url=address))
        alone.test_client_class = Browser
        yield alone.test_client()
        with alone.app_context():
            close(alone)


def test_an_order_is_placed_and_its_label_waits_for_the_rounds(without: FlaskClient, world: World):
    assert place(to_review(without)).startswith("/orders/")
    assert session.query(Order).count() == 1
    (intent,) = session.query(LabelIntent)
    assert intent.state is IntentState.READY
    assert intent.due_at is not None


def test_where_one_could_guess_the_door_stays_shut(without: FlaskClient):
    make.alice()
    page = visit(without, "/login")
    page.submit("/login", status=503, email="alice@quayside.test", password=PASSWORD)
    assert without.get("/readyz").status_code == 503


@pytest.mark.parametrize("without", ["nobody"], indirect=True)
def test_staff_may_still_ask_uncounted_and_the_doctor_says_what_is_away(
    without: FlaskClient, world: World
):
    make.signed_in(without, make.ada())
    found = visit(without, "/admin/tracking?carrier=shippo&number=SHIPPO_TRANSIT")
    assert "As of" in found.text
    troubled = visit(without, "/admin/setup").all('.checks-item[data-tone="bad"] b')
    broken = [name.get_text() for name in troubled]
    assert "Redis" in broken
    assert "Worker of labels" in broken
    with without.application.app_context():
        assert not throttle.tracks_left()
        assert throttle.tracks_room() == 0
