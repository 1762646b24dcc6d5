"""Who may do what at the desk, one line a person."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import Case, Contact, LabelFile, LabelIntent
from tests import make
from tests.visit import visit

PAGES = (
    "/admin/",
    "/admin/orders",
    "/admin/shipments",
    "/admin/tracking",
    "/admin/exceptions",
    "/admin/messages",
    "/admin/webhooks",
)


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_the_desk(client: FlaskClient, address: str):
    visit(make.signed_in(client, make.ada()), address)
    visit(make.signed_in(client, make.pat()), address)
    visit(make.signed_in(client, make.vera()), address)
    visit(make.signed_in(client, make.alice()), address, 404)


def test_charlie_is_asked_to_sign_in(client: FlaskClient):
    for address in (*PAGES, "/admin/settings"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/login?next=/admin/")


def test_settings(client: FlaskClient):
    visit(make.signed_in(client, make.ada()), "/admin/settings")
    visit(make.signed_in(client, make.pat()), "/admin/settings", 403)
    visit(make.signed_in(client, make.vera()), "/admin/settings", 403)
    visit(make.signed_in(client, make.alice()), "/admin/settings", 404)


def test_only_those_who_may_see_the_way_to_the_settings(client: FlaskClient):
    link = 'a[href="/admin/settings"]'
    assert visit(make.signed_in(client, make.ada()), "/admin/").all(link)
    assert not visit(make.signed_in(client, make.pat()), "/admin/").all(link)


def test_a_label_to_print(client: FlaskClient):
    parcel = make.labelled()
    make.saved(
        LabelFile(
            parcel_id=parcel.id,
            transaction_id=str(parcel.transaction_id),
            content_type="application/pdf",
            body=b"%PDF-1.4",
            fetched_at=parcel.labelled_at,
        )
    )
    address = f"/admin/shipments/{parcel.id}/label"
    answer = make.signed_in(client, make.pat()).get(address)
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.4")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Cache-Control"] == "no-store"
    assert make.signed_in(client, make.ada()).get(address).status_code == 200
    assert make.signed_in(client, make.vera()).get(address).status_code == 403
    assert make.signed_in(client, make.alice()).get(address).status_code == 404


def test_a_label_that_is_not_here_yet_is_explained(client: FlaskClient):
    parcel = make.labelled()
    page = visit(make.signed_in(client, make.pat()), f"/admin/shipments/{parcel.id}/label", 404)
    assert page.h1 == "This label is not here yet"


def test_buying(client: FlaskClient):
    address = f"/admin/shipments/{make.parcel().id}/buy"
    for who, status in ((make.vera(), 403), (make.alice(), 404)):
        assert make.signed_in(client, who).post(address).status_code in {400, status}
        assert not session.scalars(sa.select(LabelIntent)).all()


def test_vera_sees_the_button_locked_and_why(client: FlaskClient):
    order = make.parcel().order
    page = visit(make.signed_in(client, make.vera()), f"/admin/orders/{order.number}")
    assert not page.all("form[action$='/buy']")
    assert "Only packers and administrators may buy labels." in page.text


def test_vera_reads_a_case_and_cannot_work_on_it(client: FlaskClient):
    case = make.case()
    page = visit(make.signed_in(client, make.vera()), f"/admin/exceptions/{case.id}")
    assert not page.all("form[action*='/exceptions/']")
    token = str(page.all("input[name=csrf_token]")[0]["value"])
    said = {"csrf_token": token, "how": "phone", "note": "Hello", "resolution": "Done"}
    for act in ("contact", "close"):
        assert client.post(f"/admin/exceptions/{case.id}/{act}", data=said).status_code == 403
    assert not session.scalars(sa.select(Contact)).all()
    assert session.get_one(Case, case.id).open


def test_vera_sees_addresses_of_customers_masked(client: FlaskClient):
    make.message()
    assert "alice@" in visit(make.signed_in(client, make.pat()), "/admin/messages").text
    page = visit(make.signed_in(client, make.vera()), "/admin/messages")
    assert "a•••@quayside.test" in page.text
    assert "alice@" not in page.text
