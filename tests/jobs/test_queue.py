"""`later` rings after the commit, and dies with a rollback."""

from __future__ import annotations

import contextvars
import zlib
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app import create_app
from jobs import labels, messages, worker
from jobs.queue import doorbell, later, queue
from shop.db import session
from shop.models import ShopSetting
from tests import make
from tests.conftest import close

pytestmark = pytest.mark.both_databases


def rung(name: str = "labels") -> list[tuple[str, list[int]]]:
    return [(job.func_name, list(job.args)) for job in queue(name, doorbell()).jobs]


def test_it_rings_after_the_commit_and_not_before(app):
    later(labels.buy, 7)
    assert rung() == []
    session.commit()
    assert rung() == [("jobs.labels.buy", [7])]


def test_a_ring_that_nobody_hears_dies_away_and_the_queue_does_not_choke(app):
    later(labels.buy, 7)
    session.commit()
    (waiting,) = queue("labels", doorbell()).jobs
    assert 0 < doorbell().ttl(waiting.key) <= 60
    doorbell().delete(waiting.key)  # as its time does
    later(labels.buy, 8)
    session.commit()
    contextvars.Context().run(worker.work, app, "labels", burst=True)
    assert doorbell().llen("rq:queue:labels") == 0


def test_a_rollback_forgets_it(app):
    later(labels.buy, 7)
    session.rollback()
    session.add(ShopSetting(name="anything", value={}))
    session.commit()
    assert rung() == []


def test_put_off_before_any_sql_it_still_dies_with_the_rollback(app):
    session.rollback()
    later(labels.buy, 7)
    session.rollback()
    session.execute(sa.select(1))
    session.commit()
    assert rung() == []


def test_a_released_savepoint_does_not_ring(app):
    later(labels.buy, 7)
    with session.begin_nested():
        session.add(ShopSetting(name="anything", value={}))
    assert rung() == []
    session.commit()
    assert len(rung()) == 1


def test_what_was_put_off_in_a_savepoint_dies_with_it_alone(app):
    later(labels.buy, 7)
    with session.begin_nested() as savepoint:
        later(labels.buy, 8)
        savepoint.rollback()
    session.commit()
    assert rung() == [("jobs.labels.buy", [7])]


def test_jobs_are_json_for_pickle_would_run_whatever_somebody_puts_in_redis(app):
    later(messages.deliver, 3)
    session.commit()
    (job,) = queue("messages", doorbell()).jobs
    stored = doorbell().hget(job.key, "data")
    assert zlib.decompress(stored).startswith(b"[")


def test_without_redis_the_commit_succeeds_all_the_same(app):
    alone = create_app(replace(app.extensions["settings"], redis_url="redis://127.0.0.1:1/0"))
    with alone.app_context():
        session.merge(ShopSetting(name="without redis", value={}))
        later(labels.buy, 7)
        session.commit()
        assert session.get(ShopSetting, "without redis") is not None
        session.remove()
        close(alone)


def test_an_argument_must_be_plain(app):
    with pytest.raises(TypeError):
        later(labels.buy, intent_id=make.NUMBER)
