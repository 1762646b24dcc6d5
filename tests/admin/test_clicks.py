"""However many press at once, and however often, a parcel's label is asked for once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from jobs import labels
from shop.db import session
from shop.models import Account, LabelIntent, Order
from shop.values import IntentState
from tests import make
from tests.conftest import Work
from tests.jobs.test_at_once import at_once
from tests.visit import visit
from tests.world import World

pytestmark = pytest.mark.postgresql("at once: SQLite lets one write at a time")

CLICKS = 50


class Hand:
    """One member of staff, with as many tabs as wanted open on the same desk."""

    def __init__(self, app: Flask, who: Account, order: Order) -> None:
        self._app = app
        client = make.signed_in(app.test_client(), who)
        page = visit(client, f"/admin/orders/{order.number}")
        self._token = str(page.all("input[name=csrf_token]")[0]["value"])
        cookie = client.get_cookie("quayside")
        assert cookie is not None
        self._cookie = cookie.value

    def tab(self) -> FlaskClient:
        client = self._app.test_client()
        client.set_cookie("quayside", self._cookie)
        return client

    def press(self, tab: FlaskClient, parcel_id: int) -> int:
        said = {"csrf_token": self._token}
        return tab.post(f"/admin/shipments/{parcel_id}/buy", data=said).status_code


def pressed(presses: Sequence[tuple[Hand, int]]) -> Counter[int]:
    """All of these at the same moment, each in a tab of its own; how they were answered."""
    gate, answers = threading.Barrier(len(presses)), Counter[int]()

    def press(hand: Hand, parcel_id: int) -> None:
        tab = hand.tab()
        gate.wait()
        answers[hand.press(tab, parcel_id)] += 1

    session.rollback()
    threads = [threading.Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def posts(world: World) -> int:
    return len(world.requests("POST", "/transactions"))


@pytest.fixture
def staff(app: Flask, world: World) -> tuple[Hand, Hand]:
    order = make.placed()
    return Hand(app, make.ada(), order), Hand(app, make.pat(), order)


def test_fifty_presses_of_one_button_by_two_people_are_one_purchase(
    staff: tuple[Hand, Hand], work: Work, world: World
) -> None:
    parcel = make.placed().parcels[0].id
    answers = pressed([(staff[place % 2], parcel) for place in range(CLICKS)])
    assert answers == {303: CLICKS}
    work.until(lambda: session.scalar(sa.select(LabelIntent.state)) is IntentState.PURCHASED, 30)
    assert posts(world) == len(world.ledger()) == 1
    assert session.scalar(sa.select(sa.func.count(LabelIntent.id))) == 1


def test_a_press_after_the_purchase_buys_no_second_label(
    staff: tuple[Hand, Hand], work: Work, world: World
) -> None:
    parcel = make.placed().parcels[0].id
    pressed([(staff[0], parcel)])
    work.until(lambda: session.scalar(sa.select(LabelIntent.state)) is IntentState.PURCHASED, 30)
    pressed([(hand, parcel) for hand in staff])
    work()
    assert posts(world) == len(world.ledger()) == 1


def test_many_parcels_at_once_some_of_them_twice_are_one_purchase_each(
    app: Flask, staff: tuple[Hand, Hand], work: Work, world: World
) -> None:
    """Pressed for by two people and worked through by four at once, each in another order."""
    parcels = [make.placed().parcels[0].id for _ in range(20)]
    chance = random.Random(4)
    presses = [(hand, parcel) for hand in staff for parcel in parcels]
    presses += [(staff[0], parcel) for parcel in parcels[:10]]
    chance.shuffle(presses)
    assert pressed(presses) == {303: len(presses)}
    wishes = list(session.scalars(sa.select(LabelIntent.id)))
    assert len(wishes) == len(parcels)

    def work_through() -> None:
        for wish in chance.sample(wishes * 2, len(wishes) * 2):
            labels.buy(wish)

    at_once(app, 4, work_through)
    work.until(lambda: not _unbought(), 30)
    assert posts(world) == len(world.ledger()) == len(parcels)


def _unbought() -> list[int]:
    bought = LabelIntent.state == IntentState.PURCHASED
    return list(session.scalars(sa.select(LabelIntent.id).where(~bought)))
