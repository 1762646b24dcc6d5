"""What a customer lets us tell them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from shop import letters
from shop.db import session
from shop.models import Account
from shop.values import Channel
from tests import make
from tests.visit import visit

ADDRESS = "/account/preferences"


def chosen(who: Account) -> tuple[bool | None, bool | None]:
    session.refresh(who)
    return who.mail_updates, who.text_updates


def test_the_page_says_where_updates_go_and_changes_nothing_by_being_read(client: FlaskClient):
    who = make.alice()
    make.order(account_id=who.id)
    page = visit(make.signed_in(client, who), ADDRESS)
    assert "To alice@quayside.test" in page.text
    assert "it ends in 0142" in page.text
    assert "Reply STOP" in page.text
    assert chosen(who) == (None, None)


@pytest.mark.parametrize("consent", [True, False])
def test_until_somebody_chooses_texts_follow_the_box_at_the_checkout(
    client: FlaskClient, consent: bool
):
    who = make.alice()
    make.order(account_id=who.id, text_consent=consent)
    page = visit(make.signed_in(client, who), ADDRESS)
    assert page.all("#mail")[0].has_attr("checked")
    assert page.all("#texts")[0].has_attr("checked") is consent


def test_a_choice_is_kept_said_and_followed(client: FlaskClient):
    who = make.alice()
    order = make.order(account_id=who.id)
    parcel = make.parcel(order=order)
    page = visit(make.signed_in(client, who), ADDRESS)
    form = page.form(ADDRESS)
    token = form.select_one('[name="csrf_token"]')
    assert token is not None
    answer = client.post(ADDRESS, data={"csrf_token": token["value"], "texts": "y"})
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    assert "Your choice is saved." in visit(client, ADDRESS).text
    assert chosen(who) == (False, True)
    by_mail = make.message(parcel=parcel)
    by_text = make.message(parcel=parcel, channel=Channel.SMS, recipient=order.phone)
    assert letters.silence(by_mail) == "The customer turned mail updates off."
    assert letters.silence(by_text) is None


def test_without_a_token_nothing_is_changed(client: FlaskClient):
    who = make.alice()
    answer = make.signed_in(client, who).post(ADDRESS, data={"texts": "y"})
    assert answer.status_code == 400
    assert chosen(who) == (None, None)


def test_charlie_has_to_sign_in_first(client: FlaskClient):
    assert client.get(ADDRESS).location == "/login?next=/account/preferences"
    assert client.post(ADDRESS).status_code in {303, 400}
