"""Parcels in trouble at the desk: the list, the case, the word with the carrier (A15, A17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from shop.db import session
from shop.models import Case, Contact
from shop.values import Cause, TrackingStatus
from tests import make
from tests.visit import visit


def trouble(cause: Cause, name: str, **given: object) -> Case:
    parcel = make.scanned(
        TrackingStatus.FAILURE, details=name, tracking_number=name, transaction_id=name
    )
    return make.case(cause, parcel=parcel, **given)


def test_the_worst_stands_first_and_the_way_there_counts_them(client: FlaskClient):
    mild, worst = trouble(Cause.ATTEMPTED, "A"), trouble(Cause.LOST, "B")
    older = trouble(Cause.ATTEMPTED, "C", opened_at=datetime.now(UTC) - timedelta(days=1))
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/exceptions")
    links = [link["href"] for link in page.all("a.table-main")]
    assert links == [f"/admin/exceptions/{case.id}" for case in (worst, older, mild)]
    assert page.all('.desk-nav a[href="/admin/exceptions"] .count')[0].get_text() == "3"
    assert "1 day" in page.text


def test_a_case_names_cause_evidence_carrier_and_what_to_say(client: FlaskClient):
    case = make.case()
    page = visit(make.signed_in(client, make.vera()), f"/admin/exceptions/{case.id}")
    assert page.h1 == f"Delivery failed, {case.parcel.order.number}"
    assert page.all('a[href="tel:1-800-275-8777"]')
    assert "Within 60 days" in page.text or "within 60 days" in page.text
    text = page.all("textarea#enquiry")[0]
    assert str(case.parcel.tracking_number) in text.get_text()
    assert text.has_attr("readonly")
    assert page.all('.steps [data-state="stop"]')
    assert {"case_head", "case_evidence"} == {
        str(part["hx-get"]).rpartition("=")[2] for part in page.all("[data-live]")
    }


def test_the_two_live_parts_of_a_case_answer_alone(client: FlaskClient):
    case = make.case()
    make.signed_in(client, make.vera())
    head, evidence = (
        client.get(f"/admin/exceptions/{case.id}?part={part}").get_data(as_text=True).lstrip()
        for part in ("case_head", "case_evidence")
    )
    assert head.startswith('<div class="live" id="case-head"')
    assert evidence.startswith('<div class="live" id="case-evidence"')


def test_a_word_with_the_carrier_is_logged_with_who_how_and_what(client: FlaskClient):
    case = make.case()
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/exceptions/{case.id}")
    logged = page.submit("/contact", how="phone", note="Ann says: tomorrow before noon.")
    (row,) = session.scalars(sa.select(Contact)).all()
    assert (row.account_id, row.how) == (make.pat().id, "phone")
    for said in ("Written down in the log.", "Ann says: tomorrow before noon.", "Pat"):
        assert said in logged.text
    assert logged.all('.check-list [data-state="done"]')
    order = visit(client, f"/admin/orders/{case.parcel.order.number}")
    assert "Ann says: tomorrow before noon." in order.text


def test_the_button_pressed_twice_logs_one_word(client: FlaskClient):
    case = make.case()
    page = visit(make.signed_in(client, make.pat()), f"/admin/exceptions/{case.id}")
    for note in ("They look for it.", "They look for it.", "Found."):
        page.submit(f"/admin/exceptions/{case.id}/contact", how="phone", note=note)
    assert list(session.scalars(sa.select(Contact.note).order_by(Contact.id))) == [
        "They look for it.",
        "Found.",
    ]


def test_a_contact_without_a_note_is_not_logged(client: FlaskClient):
    case = make.case()
    page = visit(make.signed_in(client, make.pat()), f"/admin/exceptions/{case.id}")
    refused = page.submit("/contact", 422, how="phone", note="  ")
    assert refused.all('[role=alert] a[href="#note"]')
    refused = page.submit("/contact", 422, how="pigeon", note="Coo")
    assert not session.scalars(sa.select(Contact)).all()


def test_a_case_is_closed_with_how_it_ended_and_only_once(client: FlaskClient):
    case = make.case()
    make.signed_in(client, make.pat())
    page = visit(client, f"/admin/exceptions/{case.id}")
    page.submit("/close", 422, resolution="")
    page.submit("/close", resolution="Sent again, free of charge")
    closed_at = session.get_one(Case, case.id, populate_existing=True).closed_at
    assert closed_at
    again = page.submit("/close", resolution="Something else")
    assert "nothing has changed" in again.text
    row = session.get_one(Case, case.id, populate_existing=True)
    assert (row.closed_at, row.resolution) == (closed_at, "Sent again, free of charge")
    assert not visit(client, "/admin/exceptions").all("a.table-main")
    assert "Sent again" in visit(client, "/admin/exceptions?view=closed").text


def test_every_cause_has_something_to_do(client: FlaskClient):
    make.signed_in(client, make.pat())
    for cause in Cause:
        case = trouble(cause, cause.value)
        page = visit(client, f"/admin/exceptions/{case.id}")
        assert len(page.all(".check-list-item")) >= 3
