"""The desk's home: what needs a person, true numbers, and how the machinery is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from shop.models import WebhookEvent
from shop.values import (
    Cause,
    EventState,
    IntentState,
    MessageState,
    ParcelState,
    TrackingStatus,
)
from tests import make
from tests.visit import Page, visit


def titles(page: Page) -> list[str]:
    return [title.get_text() for title in page.all(".needs h3")]


def stat(page: Page, name: str) -> str:
    for one in page.all(".stat"):
        if one.select(".stat-name")[0].get_text() == name:
            return one.select(".stat-number")[0].get_text(strip=True)
    raise AssertionError(name)


def test_an_empty_desk_teaches(client: FlaskClient):
    page = visit(make.signed_in(client, make.vera()), "/admin/")
    assert "The first order has yet to come" in page.text
    assert stat(page, "Orders today") == "0"
    assert "Nothing heard yet" in page.text


def test_what_needs_a_person_is_ranked_and_only_the_first_is_urgent(client: FlaskClient):
    make.message(
        parcel=make.labelled(tracking_number="N", transaction_id="N"), state=MessageState.FAILED
    )
    make.parcel()
    make.parcel(state=ParcelState.NEEDS_RATE, rate_id=None, cost_minor=None)
    doubtful = make.parcel(state=ParcelState.UNKNOWN)
    make.intent(parcel=doubtful, state=IntentState.UNKNOWN, sent_at=datetime.now(UTC))
    case = make.case(Cause.LOST)
    page = visit(make.signed_in(client, make.pat()), "/admin/")
    assert titles(page) == [
        f"Lost, {case.parcel.order.number}",
        f"Label for {doubtful.order.number}: bought or not?",
        "One parcel needs a rate",
        "One label to buy",
        "One message did not arrive for certain",
    ]
    assert len(page.all('.needs .button[data-tone="signal"]')) == 1
    assert page.all(".needs a.button")[0]["href"] == f"/admin/exceptions/{case.id}"


def test_a_long_list_is_cut_and_says_so(client: FlaskClient):
    for i in range(9):
        parcel = make.labelled(tracking_number=f"N{i}", transaction_id=f"T{i}")
        make.case(parcel=parcel)
    page = visit(make.signed_in(client, make.pat()), "/admin/")
    assert len(titles(page)) == 9
    assert titles(page)[-1] == "There are more parcels in trouble"


def test_the_numbers_are_counted(client: FlaskClient):
    make.scanned(TrackingStatus.DELIVERED, tracking_number="A", transaction_id="A")
    make.scanned(TrackingStatus.TRANSIT, tracking_number="B", transaction_id="B")
    make.parcel(order=make.order(placed_at=datetime.now(UTC) - timedelta(days=1)))
    page = visit(make.signed_in(client, make.vera()), "/admin/")
    assert stat(page, "Parcels in transit") == "1"
    assert stat(page, "Open cases") == "0"
    assert int(stat(page, "Orders today")) + int(stat(page, "Delivered today")) in {2, 3}


def test_an_inbox_that_is_not_read_is_said(client: FlaskClient):
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    make.saved(
        WebhookEvent(
            delivery_key="k",
            event="track_updated",
            body=b"{}",
            proof="token",
            state=EventState.NEW,
            first_seen_at=long_ago,
            due_at=long_ago,
        )
    )
    page = visit(make.signed_in(client, make.vera()), "/admin/")
    warned = [item.dt.get_text(strip=True) for item in page.all('.health [data-tone="warn"]')]
    assert warned == ["Inbox", "Jobs"]
    listed = visit(client, "/admin/webhooks?view=new")
    assert "track_updated" in listed.text
    assert "once" in listed.text


def test_messages_are_listed_with_their_reasons(client: FlaskClient):
    make.message(state=MessageState.SUPPRESSED, reason="The customer turned mail updates off.")
    make.signed_in(client, make.pat())
    assert "turned mail updates off" in visit(client, "/admin/messages?view=silent").text
    assert "No messages here" in visit(client, "/admin/messages?view=troubled").text
