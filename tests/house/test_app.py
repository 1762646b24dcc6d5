"""The app as a whole: health, sessions, hosts, tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import request

from shop.access import own_path
from shop.db import HeldOpen, session
from shop.models import WebSession
from shop.outside import gateways
from shop.seeding import PASSWORD
from tests import make
from tests.visit import visit


def cookie(client) -> str:
    found = client.get_cookie("quayside")
    return found.value if found else ""


def sign_in(client) -> None:
    visit(client, "/login").submit("/login", email="alice@quayside.test", password=PASSWORD)


def test_health_needs_nothing_and_readiness_names_what_it_stands_on(client):
    assert client.get("/healthz").json == {"ok": True}
    assert client.get("/readyz").json == {"ready": True, "redis": True, "schema": True}


@pytest.mark.settings(demo=True)
def test_in_a_demo_readiness_waits_for_the_webhooks(client, world):
    from jobs import rounds

    for hook in gateways.shippo.webhooks():
        gateways.shippo.unregister(hook.id)
    assert client.get("/readyz").status_code == 503
    rounds.register_webhooks()
    assert client.get("/readyz").status_code == 200


@pytest.mark.settings(demo=True)
def test_in_a_demo_shippos_webhooks_are_listed_once_a_minute_however_often_readiness_is_asked(
    client, world
):
    from jobs import rounds

    def listed() -> int:
        return len(world.requests("GET", "/webhooks"))

    rounds.register_webhooks()
    before = listed()
    assert [client.get("/readyz").status_code for _ in range(3)] == [200, 200, 200]
    assert listed() == before + 1
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert client.get("/readyz").status_code == 200
    assert listed() == before + 2


def test_metrics_count_rows_by_state(client):
    make.intent()
    assert 'quayside_label_intents{state="ready"} 1.0' in client.get("/metrics").text


@pytest.mark.settings(metrics_token="let-me-see")
def test_metrics_want_their_token(client):
    assert client.get("/metrics").status_code == 401
    bearer = {"Authorization": "Bearer let-me-see"}
    assert client.get("/metrics", headers=bearer).status_code == 200


def test_without_a_token_metrics_answer_this_machine_alone(client):
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_overrides=stranger).status_code == 401


def test_signing_in_gives_the_session_a_new_name_and_signing_out_kills_it(client):
    make.alice()
    visit(client, "/login")
    before = cookie(client)
    sign_in(client)
    signed_in = cookie(client)
    assert signed_in != before
    visit(client, "/account/orders").submit("/logout")
    client.set_cookie("quayside", signed_in)
    assert client.get("/account/orders").status_code == 303
    client.set_cookie("quayside", before)
    assert client.get("/account/orders").status_code == 303


def test_a_page_still_open_as_one_signs_out_does_not_bring_the_session_back(app):
    make.alice()
    client = app.test_client()
    sign_in(client)
    kept = session.scalars(sa.select(WebSession.key_hash)).one()
    with app.test_request_context(headers={"Cookie": f"quayside={cookie(client)}"}):
        late = app.session_interface.open_session(app, request)
        assert late["_user_id"]
        with client.application.app_context():
            session.execute(sa.delete(WebSession))
            session.commit()
        late["basket"] = "a cart filled meanwhile"
        app.session_interface.save_session(app, late, app.response_class())
    assert kept not in session.scalars(sa.select(WebSession.key_hash)).all()


def test_what_customers_typed_is_in_no_error(app):
    with pytest.raises(sa.exc.SQLAlchemyError) as told:
        session.execute(sa.text("SELECT :word FROM nowhere"), {"word": "alice@quayside.test"})
    session.rollback()
    assert "alice" not in str(told.value)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/shipments/99999999999",
        "/admin/shipments/99999999999/label",
        "/admin/exceptions/99999999999",
    ],
)
def test_a_number_no_row_can_have_is_not_found(client, path):
    make.signed_in(client, make.ada())
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("before", ["99999999999", "-99999999999", "9" * 5000, "x"])
def test_a_place_no_list_has_is_its_beginning(client, before):
    make.signed_in(client, make.alice())
    assert client.get(f"/account/orders?before={before}").status_code == 200


def test_the_cookie_is_not_what_the_database_holds(client):
    make.alice()
    sign_in(client)
    kept = set(session.scalars(sa.select(WebSession.key_hash)))
    assert cookie(client) not in kept


def test_looking_at_a_page_writes_nothing(client):
    make.product()
    client.get("/")
    assert session.query(WebSession).count() == 0


def test_a_demo_account_is_nobody_outside_a_demo(client):
    make.alice(demo=True)
    sign_in_page = visit(client, "/login")
    sign_in_page.submit("/login", status=422, email="alice@quayside.test", password=PASSWORD)
    assert client.get("/account/orders").status_code == 303


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_its_token_is_refused(client):
    assert client.post("/login", data={"email": "a", "password": "b"}).status_code == 400


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "/a\nb", ""],
)
def test_after_signing_in_nobody_is_sent_to_another_site(target):
    assert own_path(target) is None


def test_a_place_of_our_own_is_gone_on_to():
    assert own_path("/account/orders?page=2") == "/account/orders?page=2"


def test_no_call_leaves_while_a_transaction_is_open(app, world):
    session.execute(sa.select(1))
    with pytest.raises(HeldOpen):
        gateways.shippo.track("usps", make.NUMBER)
    session.commit()
    assert gateways.shippo.track("shippo", "SHIPPO_TRANSIT").number


def test_an_error_page_looks_like_the_shop_and_says_what_to_do(client):
    page = visit(client, "/nothing-here", status=404)
    assert page.h1
    assert "SELECT" not in page.html


@pytest.mark.parametrize("path", ["/products?q=a%00b", "/orders/a%00b", "/products/a%00b"])
def test_a_nul_is_refused_at_every_door(client, path):
    assert client.get(path).status_code == 400


def test_a_nul_in_a_form_is_refused_too(client):
    make.alice()
    visit(client, "/login").submit("/login", status=400, email="a\0b", password="x")
