"""While the database is away Shippo hears 503 at once, and is told nothing was kept."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing
from dataclasses import replace

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from shop.db import db, session
from shop.models import WebhookEvent
from tests.webhooks.test_shippo import ADDRESS, SAID, post

BODY = json.dumps(SAID).encode()
SHIPPO_WAITS_S = 3


def shop_on(settings, port: int) -> Flask:
    """A shop whose database is said to be at this port."""
    url = f"postgresql+psycopg://shop@127.0.0.1:{port}/shop"
    return create_app(replace(settings, database_url=url))


def refused(client: FlaskClient) -> bool:
    """Whether it is 503, with a time to come again, before Shippo has stopped waiting."""
    begun = time.monotonic()
    answer = post(client, BODY)
    assert time.monotonic() - begun < SHIPPO_WAITS_S
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0


def test_a_database_that_is_not_there_is_503_at_once_for_whoever_has_the_proof(settings):
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        client = shop_on(settings, nobody.getsockname()[1]).test_client()
        assert refused(client)
        assert post(client, BODY, sign="t=1,v1=0").status_code == 401
        assert post(client, b"").status_code == 503
        assert client.get(ADDRESS).status_code == 200


def test_a_database_that_does_not_answer_is_503_before_shippo_gives_up(settings):
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        assert refused(shop_on(settings, deaf.getsockname()[1]).test_client())


def test_a_database_that_has_begun_anew_is_spoken_to_again_at_once(client):
    assert post(client, BODY).status_code == 202
    other = json.dumps({**SAID, "data": {"carrier": "ups"}}).encode()
    _hang_up()
    assert post(client, other).status_code == 202
    assert session.query(WebhookEvent).count() == 2


def test_a_row_that_somebody_else_holds_too_long_is_503_and_later_202(client):
    assert post(client, BODY).status_code == 202
    with db.engine.connect() as other:
        other.execute(sa.text("SELECT id FROM webhook_event FOR UPDATE"))
        assert refused(client)
    assert post(client, BODY).status_code == 202
    assert [event.seen for event in session.query(WebhookEvent)] == [2]


def _hang_up() -> None:
    """What a PostgreSQL that is restarted does to everybody who has a connection."""
    session.rollback()
    everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    others = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    alone = sa.create_engine(db.engine.url)
    with alone.connect() as connection:
        connection.execute(sa.text(f"{everybody} {others}"))
    alone.dispose()
