"""No webhook of any parcel comes: all the same everything is known in time, and within limits."""

from __future__ import annotations

import contextvars

import pytest
from flask import Flask

from jobs import rounds, worker
from shop import throttle
from shop.db import session
from shop.models import Parcel
from shop.values import Standing
from tests.faults.silence import Plan, busiest, kept, questions
from tests.world import World

MANY = 40
LATE_S = 2
"""So much later than it was counted a question may come to Shippo's door."""


@pytest.mark.settings(shippo_tracks_per_minute=360)
def test_without_webhooks_everything_is_known_by_asking_and_nobody_is_asked_too_often(
    app: Flask, world: World
) -> None:
    def turn() -> None:
        session.rollback()
        rounds.ring()
        contextvars.Context().run(worker.work, app, "upkeep", burst=True)

    told = kept(world, Plan(MANY, 60, (300.0,)), turn, world.advance)
    asked = questions(world)
    tenth = throttle._tenth()
    assert tenth.amount == 33 < MANY
    assert busiest(asked, tenth.get_expiry() - LATE_S) <= tenth.amount
    assert told.busiest <= 360
    assert told.repaired >= MANY
    stands = {parcel.standing for parcel in session.query(Parcel)}
    assert stands == {Standing.DELIVERED, Standing.RETURNED, Standing.FAILED}
