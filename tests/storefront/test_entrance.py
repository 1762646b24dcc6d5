"""Signing in and out, and opening an account."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import Account
from shop.seeding import PASSWORD
from shop.values import Role
from tests import make
from tests.storefront.test_cart import added
from tests.visit import visit

NEW = {"name": "Charlie Cole", "email": "Charlie@quayside.test", "password": "a long way round"}


def goes(client: FlaskClient, address: str, **fields: str) -> str:
    """Where a form leads when it is accepted."""
    page = visit(client, address)
    token = page.all("input[name=csrf_token]")[0]["value"]
    answer = client.post(address, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def test_customers_and_staff_go_to_their_own_rooms(client: FlaskClient):
    make.alice()
    make.pat()
    signs_in = {"password": PASSWORD}
    assert goes(client, "/login", email=" Alice@Quayside.test", **signs_in) == "/account/"
    assert client.get("/login").headers["Location"] == "/account/"
    other = client.application.test_client()
    assert goes(other, "/login", email="pat@quayside.test", **signs_in) == "/admin/"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/checkout", "/checkout"),
        ("//evil.example/x", "/account/"),
        ("https://evil.example", "/account/"),
        ("/\\evil.example", "/account/"),
        ("javascript:alert(1)", "/account/"),
    ],
)
def test_only_places_of_our_own_come_next(client: FlaskClient, wanted: str, reached: str):
    make.alice()
    address = f"/login?next={wanted}"
    assert goes(client, address, email="alice@quayside.test", password=PASSWORD) == reached


def test_a_wrong_password_and_an_unknown_name_read_the_same(client: FlaskClient):
    make.alice()
    page = visit(client, "/login")
    texts = []
    for email in ("alice@quayside.test", "nobody@quayside.test"):
        refused = page.submit("/login", 422, email=email, password="not this one")
        assert refused.all("#email")[0]["value"] == email
        texts.append(refused.text)
    assert texts[0] == texts[1]
    assert "E-mail or password is not right" in texts[0]


def test_guessing_is_slowed(client: FlaskClient):
    page = visit(client, "/login")
    for _ in range(10):
        page.submit("/login", 422, email="alice@quayside.test", password="guess")
    page.submit("/login", 429, email="alice@quayside.test", password="guess")


def test_the_cart_comes_along_and_the_session_is_renamed(client: FlaskClient):
    make.alice()
    make.product(stock=50)
    added(client, quantity=2)
    before = client.get_cookie("quayside")
    goes(client, "/login", email="alice@quayside.test", password=PASSWORD)
    after = client.get_cookie("quayside")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "Harbour mug" in visit(client, "/cart").text


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient):
    make.product(stock=50)
    token = added(client).all("input[name=csrf_token]")[0]["value"]
    make.signed_in(client, make.alice())
    key = client.get_cookie("quayside")
    assert key is not None
    assert client.get("/login").headers["Location"] == "/account/"
    answer = client.post("/logout", data={"csrf_token": token})
    assert answer.headers["Location"] == "/"
    other = client.application.test_client()
    other.set_cookie("quayside", key.value)
    assert other.get("/account/orders").headers["Location"].startswith("/login")
    assert "Nothing in it yet" in visit(client, "/cart").text


def test_an_account_is_opened_and_entered(client: FlaskClient):
    assert goes(client, "/register?next=/checkout", **NEW) == "/checkout"
    account = session.scalars(sa.select(Account)).one()
    assert (account.email, account.name) == ("charlie@quayside.test", "Charlie Cole")
    assert account.role is Role.CUSTOMER
    assert account.knows(NEW["password"])
    with client.session_transaction() as held:
        assert held["_user_id"] == str(account.id)


def test_nobody_registers_as_staff(client: FlaskClient):
    goes(client, "/register", **NEW, role="admin", demo="1")
    account = session.scalars(sa.select(Account)).one()
    assert (account.role, account.demo) == (Role.CUSTOMER, False)


def test_an_e_mail_has_one_account(client: FlaskClient):
    make.alice()
    taken = {**NEW, "email": "ALICE@quayside.test"}
    page = visit(client, "/register").submit("/register", 422, **taken)
    assert "sign in instead" in page.all(".error-summary")[0].get_text()
    assert session.scalar(sa.select(sa.func.count(Account.id))) == 1


def test_a_short_password_is_refused(client: FlaskClient):
    page = visit(client, "/register").submit("/register", 422, **{**NEW, "password": "short"})
    assert "at least 10 characters" in page.text
    assert page.all("#name")[0]["value"] == "Charlie Cole"


def test_the_demo_tells_its_sign_ins_and_nobody_else_does(client: FlaskClient):
    assert PASSWORD not in visit(client, "/login").text


@pytest.mark.settings(demo=True)
def test_a_demo_tells_its_sign_ins(client: FlaskClient):
    page = visit(client, "/login")
    assert PASSWORD in page.text
    assert "packer@quayside.test" in page.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "https://evil.test", "Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "http://localhost"}, 422),
        ({"Origin": "null"}, 422),
        ({}, 422),
    ],
)
def test_what_another_sites_page_sends_is_refused_even_with_a_token(
    client: FlaskClient, headers: dict[str, str], status: int
):
    token = visit(client, "/login").all("input[name=csrf_token]")[0]["value"]
    given = {"csrf_token": token, "email": "nobody@example.test", "password": "wrong"}
    assert client.post("/login", data=given, headers=headers).status_code == status
