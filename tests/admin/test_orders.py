"""Orders at the desk: the views, the search, one order, and parts that refresh in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from shop.db import db
from shop.models import LabelAttempt
from shop.values import (
    IntentState,
    Money,
    ParcelState,
    QuoteSource,
    Standing,
    TrackingStatus,
    Via,
)
from tests import make
from tests.visit import Page, visit


@contextmanager
def queries() -> Iterator[list[str]]:
    """Every statement sent meanwhile."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def numbers(page: Page) -> list[str]:
    return [link.get_text() for link in page.all("a.table-main")]


def view_counts(page: Page) -> dict[str, str]:
    texts = [link.get_text(" ", strip=True) for link in page.all(".tabs a")]
    return {name: count for name, _space, count in (text.rpartition(" ") for text in texts)}


def test_each_view_holds_its_orders_and_counts_them(client: FlaskClient):
    make.signed_in(client, make.pat())
    waiting, ready = make.parcel().order, make.labelled().order
    moving = make.scanned(TrackingStatus.TRANSIT, tracking_number="1Z1", transaction_id="t1").order
    there = make.scanned(TrackingStatus.DELIVERED, tracking_number="1Z2", transaction_id="t2").order
    page = visit(client, "/admin/orders")
    newest_first = [there.number, moving.number, ready.number, waiting.number]
    assert numbers(page) == newest_first
    counts = {"All": "4", "Needs label": "1", "Ready to leave": "1", "In transit": "1"}
    assert view_counts(page) == {**counts, "Exceptions": "0", "Delivered": "1"}
    for name, order in zip(
        ("delivered", "in-transit", "ready", "needs-label"),
        (there, moving, ready, waiting),
        strict=True,
    ):
        assert numbers(visit(client, f"/admin/orders?view={name}")) == [order.number]


def test_an_order_with_an_open_case_is_under_exceptions(client: FlaskClient):
    case = make.case()
    page = visit(make.signed_in(client, make.pat()), "/admin/orders?view=exceptions")
    assert numbers(page) == [case.parcel.order.number]


def test_an_order_is_found_by_number_name_mail_and_tracking_number(client: FlaskClient):
    order = make.labelled().order
    make.parcel(order=make.order(name="Bob Brook", email="bob@quayside.test"))
    make.signed_in(client, make.vera())
    for text in (order.number, "alice arch", "ALICE@QUAY", "9205 5901 6491", "2751089"):
        answer = client.get("/admin/orders", query_string={"q": text})
        page = Page(client, answer, "/admin/orders")
        assert numbers(page) == [order.number], text
    for text in ("%", "_", "nobody"):
        assert not numbers(visit(client, f"/admin/orders?q={text.replace('%', '%25')}")), text


def test_the_page_shows_number_carrier_and_state(client: FlaskClient):
    make.labelled()
    page = visit(make.signed_in(client, make.vera()), "/admin/orders")
    row = page.all("tbody tr")[0].get_text(" ", strip=True)
    assert "9205 5901 6491 7312 7510 89" in row
    assert "USPS" in row
    assert "Ready to leave" in row


def test_long_lists_turn_by_key_and_back(client: FlaskClient):
    make.signed_in(client, make.pat())
    made = [make.parcel().order.number for _ in range(53)][::-1]
    first = visit(client, "/admin/orders?view=needs-label")
    assert numbers(first) == made[:50]
    assert not first.all("a[rel=prev]")
    make.parcel()  # a new one on top moves nothing on the next page
    older = visit(client, str(first.all("a[rel=next]")[0]["href"]))
    assert numbers(older) == made[50:]
    assert "view=needs-label" in older.all("a[rel=prev]")[0]["href"]
    back = client.get(str(older.all("a[rel=prev]")[0]["href"]))
    assert numbers(Page(client, back, "/admin/orders")) == made[:50]


def test_nonsense_in_the_address_is_harmless(client: FlaskClient):
    make.parcel()
    make.signed_in(client, make.pat())
    for query in ("after=x", "after=-3", "before=99999999999999999999", "view=nope"):
        assert client.get(f"/admin/orders?{query}").status_code == 200, query


def test_the_list_asks_as_many_questions_for_thirty_orders_as_for_one(client: FlaskClient):
    make.signed_in(client, make.pat())
    make.labelled(tracking_number="N0", transaction_id="T0")
    client.get("/admin/orders")
    with queries() as few:
        client.get("/admin/orders")
    for i in range(1, 30):
        make.labelled(tracking_number=f"N{i}", transaction_id=f"T{i}")
    with queries() as many:
        client.get("/admin/orders")
    assert len(many) == len(few)


def test_looking_writes_nothing(client: FlaskClient):
    number = make.scanned(TrackingStatus.TRANSIT).order.number
    make.signed_in(client, make.pat())
    case = make.case(parcel=make.labelled(tracking_number="N1", transaction_id="T1"))
    with queries() as seen:
        for address in ("", "orders", f"orders/{number}", "shipments", f"exceptions/{case.id}"):
            client.get(f"/admin/{address}")
    writes = [s for s in seen if s.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [s for s in writes if "web_session" not in s]


def test_a_live_part_is_answered_alone_and_asks_for_itself(client: FlaskClient):
    order = make.parcel().order
    make.signed_in(client, make.pat())
    for address in (
        "/admin/",
        "/admin/orders?view=needs-label",
        f"/admin/orders/{order.number}",
        "/admin/shipments",
        "/admin/exceptions",
        "/admin/messages",
        "/admin/webhooks",
    ):
        whole = visit(client, address)
        assert f'hx-get="{address}"' in whole.html
        part = client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
        assert part.lstrip().startswith('<div class="live"'), address
        assert "<html" not in part


def test_one_order_with_its_parcel_label_scans_and_money(client: FlaskClient):
    parcel = make.scanned(
        TrackingStatus.TRANSIT, "package_departed", details="Departed the facility"
    )
    order = parcel.order
    page = visit(make.signed_in(client, make.pat()), f"/admin/orders/{order.number}")
    assert page.h1 == order.number
    for said in (
        "In transit",
        "9205 5901 6491 7312 7510 89",
        "by webhook",
        "Left a sorting centre",
        "“Departed the facility”",
        "Portland, OR",
        "webhook, heard",
        "Left over +$1.60",
        "Order placed, promised",
    ):
        assert said in page.text, said
    assert visit(client, "/admin/orders/Q-99999", 404).h1 == "We cannot find that page"


def test_the_source_of_a_number_is_said_as_it_was(client: FlaskClient):
    make.signed_in(client, make.pat())
    for via, word in ((Via.POLL, "by poll"), (Via.ANSWER, "by answer to the purchase")):
        order = make.labelled(
            labelled_via=via, tracking_number=via.value, transaction_id=via.value
        ).order
        assert word in visit(client, f"/admin/orders/{order.number}").text


def test_a_timeline_shows_one_kind_alone(client: FlaskClient):
    order = make.scanned(TrackingStatus.TRANSIT, details="At the hub").order
    make.message(parcel=order.parcels[0])
    make.signed_in(client, make.pat())
    messages = visit(client, f"/admin/orders/{order.number}?show=messages").text
    assert "E-mail “Label ready”" in messages
    assert "At the hub" not in messages


def test_the_page_of_an_arrived_order_stops_asking(client: FlaskClient):
    order = make.scanned(TrackingStatus.DELIVERED).order
    page = visit(make.signed_in(client, make.pat()), f"/admin/orders/{order.number}")
    assert not page.all("[data-live]")


def test_an_unknown_purchase_is_said_plainly_and_locks_buying(client: FlaskClient):
    sent = datetime.now(UTC) - timedelta(minutes=5)
    parcel = make.parcel(state=ParcelState.UNKNOWN)
    make.intent(
        parcel=parcel, state=IntentState.UNKNOWN, sent_at=sent, looked_at=sent, looks=4, attempt=1
    )
    page = visit(make.signed_in(client, make.ada()), f"/admin/orders/{parcel.order.number}")
    for said in (
        "to buy USPS Priority Mail, $7.85. The answer was lost.",
        "It may or may not have been bought.",
        "Next check",
        "Do not buy again yet.",
        "Looked 4 times",
        "It goes to a person after",
        "$7.85 or nothing",
        "+$1.60 to +$9.45",
    ):
        assert said in page.text, said
    assert not page.all("form[action$='/buy']")


def test_a_purchase_in_review_is_a_persons(client: FlaskClient):
    parcel = make.parcel(state=ParcelState.UNKNOWN)
    intent = make.intent(parcel=parcel, state=IntentState.NEEDS_REVIEW, attempt=1)
    intent.reason = "Could not look: no connection"
    make.saved(
        LabelAttempt(intent_id=intent.id, attempt=1, fence=1, verdict="unknown", detail="cut off")
    )
    make.signed_in(client, make.ada())
    page = visit(client, f"/admin/orders/{parcel.order.number}")
    assert "In review: a person has to find out" in page.text
    assert "Answer Cut off Since then Could not look: no connection" in page.text
    assert intent.reference in page.text
    assert not page.all("form[action$='/buy']")


def test_a_parcel_without_a_rate_says_why_and_that_it_cannot_be_bought(client: FlaskClient):
    order = make.order(source=QuoteSource.FALLBACK)
    make.parcel(
        order=order,
        state=ParcelState.NEEDS_RATE,
        standing=Standing.NO_LABEL,
        why="Shippo: no answer within 2 s",
        carrier="",
        carrier_name="",
        service_name="Standard delivery",
    )
    page = visit(make.signed_in(client, make.ada()), f"/admin/orders/{order.number}")
    assert "Shippo: no answer within 2 s" in page.text
    assert "needs a rate before a label can be bought" in page.text
    assert "Ask the carriers again" in page.text
    assert not page.all("form[action$='/buy']")


def test_what_is_left_over_may_be_a_loss(app: Flask, client: FlaskClient):
    order = make.parcel(cost_minor=1245).order
    page = visit(make.signed_in(client, make.ada()), f"/admin/orders/{order.number}")
    assert order.delivery == Money(945)
    assert "Left over −$3.00" in page.text
