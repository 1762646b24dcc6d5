"""However strangely Shippo tells of a label it has sold, the label is ours, and bought once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs import labels
from shop.db import assert_idle, session
from shop.gateways import open_gateways
from shop.models import LabelIntent, Parcel, ProviderTransaction
from shop.values import IntentState
from tests import make
from tests.faults.lies import LIES, Liar, Lie, Told, lying
from tests.until import until
from tests.world import World

EXAMPLES = int(os.environ.get("MUTATIONS", "60"))
NOT_LOST = {
    IntentState.SENDING,
    IntentState.PENDING,
    IntentState.UNKNOWN,
    IntentState.NEEDS_REVIEW,
    IntentState.PURCHASED,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@pytest.fixture
def liar(app: Flask, world: World) -> Iterator[Liar]:
    """What stands between the shop and Shippo."""
    knobs = app.extensions["settings"]
    with lying(world.url) as liar:
        ours = replace(knobs, shippo_api_url=liar.url)
        app.extensions["gateways"] = open_gateways(ours, ready=assert_idle)
        yield liar


@pytest.fixture
def rate(app: Flask, world: World) -> str:
    """A rate that can be bought as often as one likes: Shippo sells as often as it is asked."""
    found = make.placed().parcels[0].rate_id
    assert found is not None
    session.rollback()  # nothing is held open while lies are made up
    return found


def bought(rate: str) -> int:
    """One label asked for and sent for; the wish's id."""
    wish = make.intent(parcel=make.parcel(rate_id=rate)).id
    labels.buy(wish)
    session.rollback()
    return wish


def state(wish: int) -> IntentState:
    found = session.get_one(LabelIntent, wish).state
    session.rollback()
    return found


def taken_in(world: World, wishes: list[int]) -> None:
    """Once Shippo's list can be read, each label sold is known and stands on its own parcel."""
    until(lambda: {sold["status"] for sold in world.ledger()} == {"SUCCESS"})
    session.rollback()
    assert labels.scan(datetime.now(UTC) - timedelta(hours=1))
    ledger = {sold["metadata"]: sold["object_id"] for sold in world.ledger()}
    assert len(ledger) == len(world.ledger()) == len(wishes)
    for wish in wishes:
        intent = session.get_one(LabelIntent, wish)
        own = ledger[intent.reference]
        known = session.get_one(ProviderTransaction, own)
        assert intent.state is IntentState.PURCHASED, f"{wish}: {intent.reason}"
        assert session.get_one(Parcel, intent.parcel_id).transaction_id == own
        assert (known.intent_id, known.surplus) == (wish, False)


def test_each_of_sixty_lies_leaves_a_label_that_is_ours_and_no_second_one(
    rate: str, liar: Liar, world: World
) -> None:
    assert len(LIES) >= 60
    wishes: list[int] = []
    for place, (name, lie) in enumerate(LIES.items()):
        liar.lie, liar.at_once = lie, place % 2 == 0  # every other label is queued
        wishes.append(bought(rate))
        assert state(wishes[-1]) in NOT_LOST, name
    assert len(world.requests("POST", "/transactions")) == len(LIES)
    taken_in(world, wishes)


def test_whatever_is_done_to_an_answer_the_label_is_ours_and_no_second_one(
    rate: str, liar: Liar, world: World
) -> None:
    wishes: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(lie=lies(), at_once=st.booleans())
    def told(lie: Lie, at_once: bool) -> None:
        liar.lie, liar.at_once = lie, at_once
        wishes.append(bought(rate))
        assert state(wishes[-1]) in NOT_LOST

    told()
    assert len(wishes) >= EXAMPLES
    assert len(world.requests("POST", "/transactions")) == len(wishes)
    taken_in(world, wishes)


@st.composite
def lies(draw: st.DrawFn) -> Lie:
    """An answer with some of its values changed, then some of its bytes, then its code."""
    edits = draw(st.lists(st.tuples(st.integers(0, 40), st.none() | JSON), max_size=3))
    cuts = draw(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4)), max_size=2))
    code = draw(st.sampled_from([201, 201, 201, 200, 202, 203, 206]))

    def lie(told: Told) -> Told:
        doc = told.doc
        for place, value in edits:
            _edited(doc, place, value)
        body = json.dumps(doc).encode()
        for place, piece in cuts:
            at = int(place * len(body))
            body = body[:at] + piece + body[at + 1 :]
        return replace(told, status=code, body=body) if _honest(told, body) else told

    return lie


def _edited(doc: dict[str, Any], place: int, value: Any) -> None:
    """Change one field to something else, or take it away."""
    name = list(doc)[place % len(doc)] if doc else ""
    if value is None:
        doc.pop(name, None)
    else:
        doc[name] = value


def _honest(told: Told, body: bytes) -> bool:
    """Whether the answer is still of this label, and does not say itself that it failed."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return True
    if not isinstance(said, dict):
        return True
    other = said.get("object_id") not in {None, told.doc["object_id"]}
    return not other and said.get("status") != "ERROR"
