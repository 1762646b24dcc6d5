"""The first `make run` keeps its rows in SQLite: there too, while all processes write at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import labels
from jobs.queue import later
from shop import purchases
from shop.db import reading, session
from shop.models import LabelIntent, Message, Parcel
from shop.settings import Settings
from shop.values import IntentState, MessageState, Standing
from tests import make
from tests.processes import Shop
from tests.until import until
from tests.world import World

MANY = 8


@pytest.fixture
def place(place: Settings, tmp_path: Path) -> Settings:
    return replace(place, database_url=f"sqlite:///{tmp_path / 'a shop.sqlite3'}")


@pytest.mark.commands
def test_eight_orders_at_once_are_eight_labels_and_eight_mails(
    shop: Shop, rows: object, outside: World
) -> None:
    shop.start()
    shop.ready()
    intents = []
    for _ in range(MANY):
        intent = purchases.wish(make.placed().parcels[0])
        later(labels.buy, intent.id)
        session.commit()
        intents.append(intent)
    until(lambda: _all(LabelIntent, IntentState.PURCHASED), 60)
    numbers = {label["tracking_number"] for label in outside.ledger()}
    assert numbers == _numbers()
    assert len(numbers) == MANY
    until(lambda: len(outside.mail()) == len(outside.sms()) == MANY, 60)
    for number in numbers:
        outside.scan(number, "DELIVERED")
    until(lambda: _standing(Standing.DELIVERED), 60)
    until(lambda: len(outside.mail()) == len(outside.sms()) == 2 * MANY, 60)
    lost = {MessageState.FAILED, MessageState.UNSURE}
    with _looking():
        assert not [message for message in session.query(Message) if message.state in lost]


def _all(kind: type[LabelIntent], state: IntentState) -> bool:
    with _looking():
        return all(row.state is state for row in session.query(kind))


def _standing(standing: Standing) -> bool:
    with _looking():
        return all(parcel.standing is standing for parcel in session.query(Parcel))


def _numbers() -> set[str | None]:
    with _looking():
        return {parcel.tracking_number for parcel in session.query(Parcel)}


@contextmanager
def _looking() -> Iterator[None]:
    """Read, and let go: whoever only looks must not hold the one lock SQLite has for writing."""
    session.rollback()
    with reading():
        yield
        session.rollback()
