"""While Shippo does not answer it is left alone, and one finds out for all when it does again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from shop import circuit
from shop.db import now, session
from shop.gateways.errors import Cut, Rejected, Unavailable
from shop.models import Circuit

pytestmark = pytest.mark.both_databases

GONE = Cut("no connection: ConnectionError")


def fail(times: int = 1, error: Exception = GONE) -> None:
    for _ in range(times):
        circuit.told(circuit.leave(), error)
        session.commit()


def due() -> None:
    """The time to try again has come."""
    session.execute(sa.update(Circuit).values(probe_at=now() - timedelta(seconds=1)))
    session.commit()


def pause() -> float:
    row = circuit.shut()
    assert row is not None
    assert row.probe_at is not None
    return (row.probe_at - now()).total_seconds()


def test_it_opens_at_the_fifth_failure_in_a_row_and_says_why(app: Flask):
    fail(4)
    assert circuit.shut() is None
    fail()
    refused = circuit.leave()
    assert not refused.granted
    assert refused.why == str(GONE)
    assert 9 < pause() <= 10


def test_an_answer_in_between_begins_the_count_anew_and_a_refusal_is_an_answer(app: Flask):
    fail(4)
    circuit.told(circuit.leave(), Rejected("no such address"))
    fail(4)
    circuit.told(circuit.leave(), None)
    fail(4)
    assert circuit.shut() is None


def test_each_try_in_vain_doubles_the_pause_up_to_five_minutes(app: Flask):
    fail(5)
    pauses = []
    for _ in range(7):
        due()
        fail()
        pauses.append(round(pause()))
    assert pauses == [20, 40, 80, 160, 300, 300, 300]


def test_the_answer_of_whoever_tried_opens_the_way_for_all(app: Flask):
    fail(5)
    due()
    holder = circuit.leave()
    assert holder.probe
    assert not circuit.leave().granted
    circuit.told(holder, None)
    assert circuit.leave() == circuit.FREE
    fail(4)
    assert circuit.shut() is None


def test_who_asked_for_a_pause_gets_it_at_once(app: Flask):
    fail(1, Unavailable("too many requests", timedelta(seconds=90)))
    assert 85 < pause() <= 90


def test_what_is_heard_late_from_before_does_not_prolong_it(app: Flask):
    early = [circuit.leave() for _ in range(3)]
    fail(5)
    before = pause()
    for holder in early:
        circuit.told(holder, GONE)
    assert pause() <= before
    circuit.told(early[0], None)
    assert circuit.shut() is None


def test_whoever_was_refused_has_nothing_to_tell(app: Flask):
    fail(5)
    circuit.told(circuit.leave(), None)
    assert circuit.shut() is not None


@pytest.mark.postgresql("at once: SQLite lets one write at a time")
@pytest.mark.settings(rates_deadline_s=0.1)
def test_of_many_who_come_at_once_exactly_one_may_try(app: Flask):
    fail(5)
    due()
    session.remove()

    def come(_: int) -> bool:
        with app.app_context():
            holder = circuit.leave()
            session.commit()
            return holder.probe

    with ThreadPoolExecutor(8) as hands:
        tried = list(hands.map(come, range(24)))
    assert tried.count(True) == 1


@pytest.mark.postgresql("at once: SQLite lets one write at a time")
def test_failures_at_once_are_all_counted(app: Flask):
    session.remove()

    def come(_: int) -> None:
        with app.app_context():
            circuit.told(circuit.FREE, GONE)
            session.commit()

    with ThreadPoolExecutor(5) as hands:
        list(hands.map(come, range(5)))
    assert circuit.shut() is not None
