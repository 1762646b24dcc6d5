"""A purchase in doubt is settled by a person: looked for, named, or given up and bought again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from jobs import labels
from jobs.queue import later
from shop import purchases, reviews
from shop.db import db, session
from shop.models import AuditEntry, LabelIntent, ProviderTransaction
from shop.values import Act, IntentState, ParcelState, TransactionStatus, Via
from tests import make
from tests.until import until
from tests.visit import Page, visit


def in_review(**given) -> LabelIntent:
    """Sent an hour ago, looked for, not found."""
    hour = datetime.now(UTC) - timedelta(hours=1)
    return make.intent(
        **{
            "parcel": make.parcel(state=ParcelState.UNKNOWN),
            "state": IntentState.NEEDS_REVIEW,
            "attempt": 1,
            "looks": 5,
            "sent_at": hour,
            "deadline_at": hour + timedelta(seconds=85),
            **given,
        }
    )


def order_page(client: FlaskClient, intent: LabelIntent) -> Page:
    return visit(client, f"/admin/orders/{intent.parcel.order.number}")


def lost(world) -> LabelIntent:
    """Bought, and nobody here knows: the answer is lost, and so was every look for an hour."""
    intent = unanswered(world, "commit_then_drop")
    world.fault("GET", "/transactions", "status", code=503)
    labels.look(intent.id)
    assert intent.state is IntentState.NEEDS_REVIEW
    world.clear_faults()
    until(lambda: world.ledger()[0]["status"] == "SUCCESS")  # nobody here looks meanwhile
    return intent


def given_up(world) -> tuple[LabelIntent, LabelIntent]:
    """One bought and lost, released by a person, and the next, which waits to be sent."""
    intent = lost(world)
    reviews.release(intent, make.pat(), "gave up")
    again = purchases.wish(intent.parcel)
    later(labels.buy, again.id)
    session.commit()
    return intent, again


def unanswered(world, do: str) -> LabelIntent:
    """Sent an hour ago, and the answer never came."""
    world.fault("POST", "/transactions", do, times=1)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    assert intent.state is IntentState.UNKNOWN
    intent.sent_at -= timedelta(hours=1)
    session.commit()
    return intent


def test_staff_who_cannot_wait_have_shippo_asked_at_once(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    intent = lost(world)
    intent.due_at = datetime.now(UTC) + timedelta(hours=6)
    session.commit()
    page = order_page(client, intent).submit("/check")
    assert "Shippo is being asked" in page.text
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert len(world.requests("POST", "/transactions")) == 1


def test_a_label_found_in_the_shippo_account_is_entered_and_nothing_bought(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    intent = lost(world)
    (sold,) = world.ledger()
    page = order_page(client, intent)
    page = page.submit("/adopt", transaction=sold["object_id"])
    assert "taken in" in page.text
    assert intent.parcel.tracking_number == sold["tracking_number"]
    assert intent.parcel.labelled_via is Via.PERSON
    assert "Entered the Shippo transaction" in page.text
    assert len(world.ledger()) == 1


@pytest.mark.parametrize("wrong", ["", "nonsense", "f" * 32])
def test_what_is_no_transaction_of_ours_is_not_taken_in(client: FlaskClient, world, work, wrong):
    make.signed_in(client, make.pat())
    intent = in_review()
    page = order_page(client, intent).submit("/adopt", transaction=wrong)
    assert any(said in page.text for said in ("Enter the", "32 letters", "did not show"))
    assert intent.state is IntentState.NEEDS_REVIEW
    assert session.query(AuditEntry).count() == 0


def test_the_label_of_another_parcel_is_not_taken_in(client: FlaskClient, world, work):
    make.signed_in(client, make.pat())
    other = purchases.wish(make.placed().parcels[0])
    later(labels.buy, other.id)
    session.commit()
    work.until(lambda: other.state is IntentState.PURCHASED)
    intent = in_review()
    page = order_page(client, intent)
    page = page.submit("/adopt", transaction=other.parcel.transaction_id)
    assert "belongs to another parcel" in page.text
    assert intent.parcel.tracking_number is None


def test_giving_up_takes_the_orders_number_and_a_reason_and_buys_once_more(
    client: FlaskClient, world, work
):
    make.signed_in(client, make.pat())
    intent = unanswered(world, "drop_before")
    labels.look(intent.id)
    assert intent.state is IntentState.NEEDS_REVIEW
    number = intent.parcel.order.number
    assert "Release and buy again" in order_page(client, intent).text
    page = visit(client, f"/admin/shipments/{intent.parcel_id}/release")
    page = page.submit("/release", 422, number="Q-1", reason="Not in the account")
    assert intent.state is IntentState.NEEDS_REVIEW
    page.submit("/release", number=number.lower(), reason="Not in the account")
    work.until(lambda: intent.parcel.state is ParcelState.LABELLED)
    session.refresh(intent)
    assert intent.state is IntentState.RELEASED
    assert len(world.ledger()) == 1
    entry = session.query(AuditEntry).one()
    assert (entry.act, entry.note, entry.account.name) == (
        Act.RELEASE,
        "Not in the account",
        "Pat",
    )


def test_a_label_that_turns_up_after_the_second_was_bought_is_surplus(app, world, work):
    intent, again = given_up(world)
    work.until(lambda: again.state is IntentState.PURCHASED)
    first = next(sold for sold in world.ledger() if sold["metadata"] == intent.reference)
    session.commit()
    labels.hear(first["object_id"], Via.WEBHOOK)
    session.commit()
    assert session.get_one(ProviderTransaction, first["object_id"]).surplus
    assert again.parcel.transaction_id != first["object_id"]


def test_a_label_that_turns_up_before_the_second_was_sent_is_the_one_and_only(app, world, work):
    intent, again = given_up(world)
    labels.hear(world.ledger()[0]["object_id"], Via.WEBHOOK)
    session.commit()
    assert (intent.state, again.state) == (IntentState.PURCHASED, IntentState.RELEASED)
    assert again.reason == "A label that was asked for before has been found."
    work()
    assert len(world.requests("POST", "/transactions")) == 1
    assert intent.parcel.state is ParcelState.LABELLED


def test_one_that_turns_up_while_the_second_is_being_sent_is_surplus(app, world):
    _, again = given_up(world)
    first = world.ledger()[0]["object_id"]
    with sa.Connection(db.engine) as other:
        held = sa.select(LabelIntent.id).filter_by(id=again.id).with_for_update()
        other.execute(held)  # as a claim does, for a moment
        session.rollback()
        labels.hear(first, Via.WEBHOOK)
        session.commit()
    assert session.get_one(ProviderTransaction, first).surplus
    assert again.state is IntentState.READY


def test_what_is_being_bought_cannot_be_released(client: FlaskClient):
    make.signed_in(client, make.pat())
    intent = in_review(state=IntentState.UNKNOWN)
    page = visit(client, f"/admin/shipments/{intent.parcel_id}/release")
    assert "not in doubt any more" in page.text
    assert intent.state is IntentState.UNKNOWN


def test_who_may_not_buy_may_not_settle(client: FlaskClient):
    make.signed_in(client, make.vera())
    intent = in_review()
    assert "Check now" not in order_page(client, intent).text
    for act in ("check", "adopt", "release"):
        answer = client.post(f"/admin/shipments/{intent.parcel_id}/{act}")
        assert answer.status_code in (400, 403)


def test_the_page_says_when_the_list_has_gone_past_a_purchase(client: FlaskClient):
    make.signed_in(client, make.pat())
    intent = in_review()
    assert "Very likely" not in order_page(client, intent).text
    session.add(
        ProviderTransaction(
            object_id="e" * 32,
            mode=intent.mode,
            status=TransactionStatus.SUCCESS,
            seen_via=Via.LIST,
            created_at=datetime.now(UTC),
        )
    )
    session.commit()
    assert "Very likely it was not bought" in order_page(client, intent).text
