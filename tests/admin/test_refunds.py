"""The desk voids labels, gives surplus ones back, and calls orders off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from admin import paging
from jobs import audit, labels
from jobs import refunds as sending
from jobs.queue import later
from shop import purchases, voids
from shop.db import session
from shop.models import (
    AuditEntry,
    LabelIntent,
    Message,
    Order,
    Parcel,
    Product,
    ProviderTransaction,
    Refund,
)
from shop.values import (
    Act,
    IntentState,
    MessageState,
    Mode,
    ParcelState,
    RefundState,
    Standing,
    TrackingStatus,
)
from tests import make
from tests.jobs.test_at_once import at_once
from tests.jobs.test_refunds import bought, shippo
from tests.until import until
from tests.visit import Page, visit


def order_page(client: FlaskClient, parcel: Parcel) -> Page:
    return visit(client, f"/admin/orders/{parcel.order.number}")


def void_page(client: FlaskClient, parcel: Parcel) -> Page:
    return visit(client, f"/admin/shipments/{parcel.id}/void")


def posted(client: FlaskClient, path: str) -> int:
    """What a POST without its page is answered with."""
    token = visit(client, "/admin/").all("input[name=csrf_token]")[0]["value"]
    return client.post(path, data={"csrf_token": token}).status_code


def used(world, work) -> Refund:
    """A label voided, scanned all the same, and its refund refused."""
    parcel = bought(work)
    number = parcel.tracking_number
    refund = make.saved(sent(parcel))
    sending.send(refund.id)
    world.scan(number, "TRANSIT", "package_accepted")
    work.until(lambda: refund.state is RefundState.REJECTED)
    return refund


def sent(parcel: Parcel) -> Refund:
    return voids.void(parcel, make.pat())


def test_a_label_is_voided_from_its_order_and_the_page_tells_how_it_went(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    parcel = bought(work)
    price, number = parcel.cost, parcel.tracking_number
    assert order_page(client, parcel).all(f'a[href="/admin/shipments/{parcel.id}/void"]')
    page = void_page(client, parcel)
    assert f"Void label – ${price.amount} back (test)" in page.text
    assert "up to 14 business days" in page.text
    assert "Not yet" in page.text
    page = page.submit("/void")
    assert "Shippo is being asked" in page.text
    assert "This label is being voided" in page.text
    work.until(lambda: parcel.refunds and parcel.refunds[0].state is RefundState.GRANTED)
    page = order_page(client, parcel)
    assert "Voided, money back" in page.text
    assert number in page.text.replace(" ", "")
    assert "Buy label" in page.text
    assert [e.act for e in session.query(AuditEntry).order_by(AuditEntry.id)] == [Act.VOID]


def test_twenty_presses_at_once_are_one_refund(app, client: FlaskClient, world, work):
    parcel = bought(work)
    path = f"/admin/shipments/{parcel.id}/void"
    browsers = [make.signed_in(app.test_client(), make.pat()) for _ in range(20)]
    pages = [visit(browser, path) for browser in browsers]
    answers: list[int] = []

    def press() -> None:
        page = pages.pop()
        token = page.form("/void").select_one("input[name=csrf_token]")["value"]
        answers.append(page.client.post(path, data={"csrf_token": token}).status_code)

    at_once(app, 20, press)
    assert answers == [303] * 20
    work()
    assert len(world.requests("POST", "/refunds")) == 1
    assert session.query(Refund).count() == 1


def test_the_void_page_says_why_a_label_cannot_be_voided(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    parcel = make.scanned(TrackingStatus.TRANSIT)
    page = void_page(client, parcel)
    assert "A carrier has scanned it" in page.text
    assert not order_page(client, parcel).all(f'a[href="/admin/shipments/{parcel.id}/void"]')
    assert posted(client, f"/admin/shipments/{parcel.id}/void") == 303
    assert session.query(Refund).count() == 0


def test_an_old_label_may_be_voided_with_a_warning(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    parcel = make.labelled(labelled_at=datetime.now(UTC) - timedelta(days=31))
    assert "The carrier may refuse" in void_page(client, parcel).text


def test_the_customer_who_was_told_the_number_is_spoken_of(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    parcel = make.labelled()
    assert "has not been told the number" in void_page(client, parcel).text
    make.message(parcel=parcel, state=MessageState.SENT)
    assert "was told the number" in void_page(client, parcel).text


def test_a_customer_sees_no_number_of_a_voided_label(client: FlaskClient, world, work):
    parcel = bought(work)
    number = parcel.tracking_number
    token = parcel.order.token
    page = visit(client, f"/orders/{token}")
    assert number in page.text.replace(" ", "")
    refund = make.saved(sent(parcel))
    later(sending.send, refund.id)
    session.commit()
    work.until(lambda: refund.filed_at is not None)
    page = visit(client, f"/orders/{token}")
    assert number not in page.text.replace(" ", "")
    assert "being packed" in page.text


def test_a_viewer_neither_voids_nor_cancels(client: FlaskClient, world):
    parcel = make.labelled()
    number = parcel.order.number
    make.signed_in(client, make.vera())
    for path in (f"/admin/shipments/{parcel.id}/void", f"/admin/orders/{number}/cancel"):
        assert client.get(path).status_code == 403
        assert posted(client, path) == 403
    assert posted(client, "/admin/surplus/abc") == 403
    assert "Void label" not in order_page(client, parcel).text


def test_a_refused_refund_is_loud_until_somebody_takes_the_label_back(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    refund = used(world, work)
    parcel, number = refund.parcel, refund.tracking_number
    assert "The refund of a label of" in visit(client, "/admin/").text
    page = order_page(client, parcel)
    assert "Shippo refused the refund" in page.text
    page = page.submit(f"/refunds/{refund.id}/keep")
    assert "has its first label again" in page.text
    work.until(lambda: parcel.standing is Standing.IN_TRANSIT)
    assert parcel.tracking_number == number
    assert "The refund of a label of" not in visit(client, "/admin/").text


def test_a_refused_refund_is_noted(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    refund = used(world, work)
    order_page(client, refund.parcel).submit(f"/refunds/{refund.id}/note")
    assert "The refund of a label of" not in visit(client, "/admin/").text


def test_a_void_in_doubt_is_asked_again_by_a_person(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    parcel = bought(work)
    world.fault("POST", "/refunds", "drop_before", times=1)
    refund = make.saved(sent(parcel))
    sending.send(refund.id)
    assert refund.state is RefundState.UNKNOWN
    assert "We do not know yet whether this label was voided" in order_page(client, parcel).text
    refund.sent_at -= timedelta(hours=1)
    session.commit()
    assert "voided or not?" in visit(client, "/admin/").text
    order_page(client, parcel).submit(f"/refunds/{refund.id}/again")
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert len(world.requests("POST", "/refunds")) == 2


def test_a_surplus_label_is_given_back_with_one_press(app, client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    parcel = bought(work)
    rate, reference = parcel.rate_id, parcel.intent.reference
    second = shippo(app).buy(rate, reference)
    until(lambda: shippo(app).transaction(second.id).complete)
    audit.run()
    assert "One label too many" in visit(client, "/admin/").text
    page = visit(client, "/admin/purchases")
    assert f"A second label for {parcel.order.number}" in page.text
    page = page.submit(f"/surplus/{second.id}")
    assert "Shippo is being asked" in page.text
    work.until(lambda: session.query(Refund).one().state is RefundState.GRANTED)
    page = visit(client, "/admin/purchases?view=surplus")
    assert "Voided, money back" in page.text
    assert not page.all("form[action*=surplus]")
    assert "One label too many" not in visit(client, "/admin/").text
    assert parcel.state is ParcelState.LABELLED


def test_a_label_with_our_reference_and_no_wish_of_ours_is_surplus(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    make.stray()
    page = visit(client, "/admin/purchases?view=surplus")
    assert "we know of no such wish" in page.text
    assert "Not known" in page.text


def too_many(number: int, mode: Mode = Mode.TEST) -> list[ProviderTransaction]:
    """Labels with our reference that no wish asked for, all seen in the same moment."""
    moment = datetime.now(UTC)
    return [make.stray(object_id=f"{n:032x}", mode=mode, seen_at=moment) for n in range(number)]


def test_surplus_labels_are_read_a_page_at_a_time_and_none_is_left_out(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    wanted = {known.object_id for known in too_many(paging.SIZE + 3)}
    page = visit(client, "/admin/purchases?view=surplus")
    (older,) = page.all("a[rel=next]")
    rest = visit(client, older["href"])
    assert [len(each.all("tbody tr")) for each in (page, rest)] == [paging.SIZE, 3]
    asked = [form["action"] for each in (page, rest) for form in each.all("form[action*=surplus]")]
    assert {action.rpartition("/")[2] for action in asked} == wanted
    (newer,) = rest.all("a[rel=prev]")
    assert len(visit(client, newer["href"]).all("tbody tr")) == paging.SIZE


@pytest.mark.parametrize(
    "after", ["x", "2026-13-01~a", "0001-01-01T00:00:00+23:59~a", "~", "a~b~c"]
)
def test_a_place_the_surplus_has_not_is_its_beginning(client: FlaskClient, world, after):
    make.signed_in(client, make.pat())
    too_many(1)
    page = visit(client, f"/admin/purchases?view=surplus&after={quote(after)}")
    assert len(page.all("tbody tr")) == 1


def test_surplus_of_the_other_mode_is_counted_and_not_refunded(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    known = too_many(2, mode=Mode.LIVE)[0]
    page = visit(client, "/admin/purchases?view=surplus")
    assert "2 surplus labels of live mode are not listed" in page.text
    assert not page.all("tbody tr")
    assert "too many" not in visit(client, "/admin/").text
    with pytest.raises(voids.CannotVoid, match="live mode"):
        voids.give_up(known, make.pat())


def test_purchases_in_doubt_and_in_review_have_their_views(client: FlaskClient, world):
    make.signed_in(client, make.vera())
    make.intent(parcel=make.parcel(state=ParcelState.UNKNOWN), state=IntentState.UNKNOWN)
    review = make.intent(
        parcel=make.parcel(state=ParcelState.UNKNOWN), state=IntentState.NEEDS_REVIEW
    )
    for view in ("doubt", "review"):
        page = visit(client, f"/admin/purchases?view={view}")
        assert len(page.all("tbody tr")) == 1
    assert review.parcel.order.number in page.text


def test_an_empty_ledger_says_what_will_stand_there(client: FlaskClient, world):
    make.signed_in(client, make.vera())
    assert "Nothing here" in visit(client, "/admin/purchases").text


def test_an_order_is_called_off_with_its_label_and_its_goods_are_back(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    parcel = bought(work)
    order = parcel.order
    before = session.query(Product).filter_by(slug="harbour-mug").one().stock
    assert "Cancel order" in order_page(client, parcel).text
    page = visit(client, f"/admin/orders/{order.number}/cancel")
    page = page.submit("/cancel")
    assert "The order is cancelled" in page.text
    assert session.query(Product).filter_by(slug="harbour-mug").one().stock == before + order.count
    work.until(lambda: session.query(Refund).one().state is RefundState.GRANTED)
    assert (parcel.state, parcel.standing) == (ParcelState.CANCELLED, Standing.CANCELLED)
    page = order_page(client, parcel)
    assert "Cancelled" in page.text
    assert "Buy label" not in page.text
    assert "Cancel order" not in page.text
    with pytest.raises(purchases.CannotBuy):
        purchases.wish(parcel)
    session.rollback()
    page = visit(client, f"/orders/{order.token}")
    assert page.h1 == "Cancelled"
    queued = session.query(Message).filter(Message.state == MessageState.QUEUED)
    assert queued.count() == 0


def test_a_label_that_was_not_ticked_is_shown_until_it_is_voided(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    parcel = bought(work)
    number = parcel.order.number
    visit(client, f"/admin/orders/{number}/cancel").submit("/cancel", void="")
    assert session.get_one(Order, parcel.order_id).cancelled_at
    assert session.query(Refund).count() == 0
    assert f"{number} is cancelled, and has a label" in visit(client, "/admin/").text
    assert "this label is paid for" in order_page(client, parcel).text
    void_page(client, parcel).submit("/void")
    work.until(lambda: session.query(Refund).one().state is RefundState.GRANTED)
    assert f"{number} is cancelled, and has a label" not in visit(client, "/admin/").text


def test_an_order_that_is_on_its_way_is_not_called_off(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    parcel = make.scanned(TrackingStatus.TRANSIT)
    page = visit(client, f"/admin/orders/{parcel.order.number}/cancel")
    assert "cannot be called back" in page.text
    assert posted(client, f"/admin/orders/{parcel.order.number}/cancel") == 303
    assert session.get_one(Order, parcel.order_id).cancelled_at is None


def test_a_purchase_not_sent_is_taken_back_with_its_order(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    assert posted(client, f"/admin/orders/{intent.parcel.order.number}/cancel") == 303
    labels.buy(intent.id)
    assert intent.state is IntentState.RELEASED
    assert intent.parcel.state is ParcelState.CANCELLED
    assert not world.requests("POST", "/transactions")


def test_a_label_found_after_its_order_was_called_off_waits_to_be_voided(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    world.fault("POST", "/transactions", "commit_then_drop", times=1)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    number = intent.parcel.order.number
    page = visit(client, f"/admin/orders/{number}/cancel")
    assert "perhaps bought" in page.text
    page.submit("/cancel")
    work.until(lambda: session.get_one(LabelIntent, intent.id).state is IntentState.PURCHASED)
    assert intent.parcel.standing is Standing.CANCELLED
    assert f"{number} is cancelled, and has a label" in visit(client, "/admin/").text
    said = {message.state for message in session.query(Message)}
    assert said == {MessageState.SUPPRESSED}


def test_a_refund_that_was_refused_outright_leaves_the_label_in_use(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    parcel = make.labelled(transaction_id="b" * 32)
    make.saved(
        Refund(
            transaction_id="b" * 32,
            parcel_id=parcel.id,
            mode=Mode.TEST,
            state=RefundState.REJECTED,
            label={},
        )
    )
    assert "asked for before" in void_page(client, parcel).text
