"""Postage has its limits: so much a day, and so much a label before somebody is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from jobs import labels
from jobs.queue import later
from shop import purchases, spending
from shop.db import session
from shop.models import AuditEntry, LabelIntent
from shop.spending import Limits
from shop.values import Act, Hold, IntentState, Money, ParcelState
from tests import make
from tests.jobs.test_at_once import at_once
from tests.visit import Page, visit


def allowed(daily: int | None = None, each: int | None = None) -> None:
    """The merchant's limits, in cents."""
    spending.set_limits(Limits(daily_minor=daily, each_minor=each))
    session.commit()


def asked(by: int | None = None) -> LabelIntent:
    """A label asked for, of about eight dollars."""
    intent = purchases.wish(make.placed().parcels[0], asked_by=by)
    later(labels.buy, intent.id)
    session.commit()
    return intent


def order_page(client: FlaskClient, intent: LabelIntent) -> Page:
    return visit(client, f"/admin/orders/{intent.parcel.order.number}")


def test_a_test_shop_has_no_limit(app, world, work):
    assert spending.limits() == Limits(daily_minor=None, each_minor=None)
    intent = asked()
    work.until(lambda: intent.state is IntentState.PURCHASED)


@pytest.mark.settings(
    shippo_api_token="shippo_live_0123456789", public_url="http://localhost", clock_url=""
)
def test_a_live_shop_begins_with_limits_and_says_on_every_page_that_it_is_live(
    app, client: FlaskClient
):
    assert spending.limits() == Limits(daily_minor=500_00, each_minor=100_00)
    make.signed_in(client, make.vera())
    for path in ("/admin/", "/admin/orders", "/admin/purchases"):
        page = visit(client, path)
        assert "Live mode. Every label costs money. $0.00 of $500.00 are spent today." in page.text
        assert "Test mode" not in page.text


def test_a_test_shop_says_that_labels_cost_nothing(client: FlaskClient, world):
    make.signed_in(client, make.vera())
    page = visit(client, "/admin/")
    assert "Live mode" not in page.text
    assert "Test mode" in page.text


def test_a_dear_label_waits_until_an_administrator_approves(client: FlaskClient, world, work):
    allowed(each=100)
    make.signed_in(client, make.pat())
    intent = asked(make.pat().id)
    work()
    assert (intent.state, intent.hold, intent.due_at) == (IntentState.READY, Hold.APPROVAL, None)
    page = order_page(client, intent)
    assert "This purchase waits for approval" in page.text
    assert "Only administrators may approve" in page.text
    assert "waits for approval" in visit(client, "/admin/").text
    assert intent.parcel.order.number in visit(client, "/admin/purchases?view=waiting").text
    make.signed_in(client, make.ada())
    page = order_page(client, intent)
    assert f"Approve – ${intent.amount.amount} (test)" in page.text
    assert "Approved" in page.submit("/approve").text
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert [entry.act for entry in session.query(AuditEntry)] == [Act.APPROVE]


def test_what_an_order_asks_by_itself_waits_too(app, world, work):
    allowed(each=100)
    intent = asked()
    work()
    assert intent.hold is Hold.APPROVAL
    assert not world.requests("POST", "/transactions")


def test_an_administrators_own_press_is_leave_enough(app, world, work):
    allowed(each=100)
    intent = asked(make.ada().id)
    work.until(lambda: intent.state is IntentState.PURCHASED)


def test_a_packer_cannot_approve(client: FlaskClient, world, work):
    allowed(each=100)
    intent = asked()
    work()
    make.signed_in(client, make.pat())
    token = order_page(client, intent).all("input[name=csrf_token]")[0]["value"]
    path = f"/admin/shipments/{intent.parcel_id}/approve"
    assert client.post(path, data={"csrf_token": token}).status_code == 403
    assert intent.approved_at is None


def test_a_purchase_that_waits_is_taken_back(client: FlaskClient, world, work):
    allowed(each=100)
    intent = asked()
    work()
    make.signed_in(client, make.pat())
    page = order_page(client, intent).submit("/withdraw")
    assert "Nothing was bought" in page.text
    assert intent.state is IntentState.RELEASED
    assert intent.parcel.state is ParcelState.NEEDS_LABEL
    assert "Buy label" in page.text


def test_what_would_go_over_the_day_waits_until_midnight(client: FlaskClient, world, work):
    first = asked()
    work.until(lambda: first.state is IntentState.PURCHASED)
    allowed(daily=first.amount_minor + 1)
    second = asked()
    work()
    assert second.hold is Hold.CAP
    assert second.due_at is not None
    assert second.due_at > spending.midnight()
    make.signed_in(client, make.ada())
    page = order_page(client, second)
    assert "over today’s limit" in page.text
    assert "after midnight" in page.text
    page.submit("/approve")
    work.until(lambda: second.state is IntentState.PURCHASED)


def test_yesterdays_labels_and_refused_ones_do_not_count(app, world):
    moment = spending.midnight()
    make.intent(state=IntentState.PURCHASED, sent_at=moment - timedelta(minutes=1))
    make.intent(state=IntentState.FAILED, sent_at=moment + timedelta(minutes=1))
    make.intent(state=IntentState.READY)
    assert spending.spent_today() == Money(0)
    make.intent(state=IntentState.UNKNOWN, sent_at=moment + timedelta(minutes=1))
    assert spending.spent_today() == Money(785)


def test_eight_workers_at_once_do_not_exceed_the_day(app, world):
    wishes = [asked() for _ in range(8)]
    price = max(intent.amount_minor for intent in wishes)
    ids = [intent.id for intent in wishes]
    allowed(daily=3 * price)
    left = list(ids)
    at_once(app, 8, lambda: labels.buy(left.pop()))
    assert len(world.requests("POST", "/transactions")) == 3
    held = session.query(LabelIntent).filter_by(hold=Hold.CAP)
    assert held.count() == 5


def test_the_merchant_chooses_the_limits_and_what_waited_goes_on(client: FlaskClient, world, work):
    allowed(each=100)
    intent = asked()
    work()
    assert intent.hold is Hold.APPROVAL
    make.signed_in(client, make.ada())
    assert "$1.00" in visit(client, "/admin/settings").text
    page = visit(client, "/admin/settings/spending")
    page = page.submit("/spending", daily="50", each="")
    assert "Purchases that waited are looked at again" in page.text
    assert "$50.00" in page.text
    assert spending.limits() == Limits(daily_minor=50_00, each_minor=None)
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert intent.hold is None


def test_a_limit_that_is_no_amount_is_refused(client: FlaskClient, world):
    make.signed_in(client, make.ada())
    page = visit(client, "/admin/settings/spending").submit("/spending", 422, daily="-1", each="x")
    assert "Enter an amount from 0" in page.text
    assert spending.limits() == Limits(daily_minor=None, each_minor=None)


def test_nothing_at_all_may_be_spent_when_the_limit_is_none(client: FlaskClient, world, work):
    allowed(daily=0)
    intent = asked()
    work()
    assert intent.hold is Hold.CAP
    make.signed_in(client, make.ada())
    assert "$0.00" in visit(client, "/admin/settings").text
    assert visit(client, "/admin/settings/spending").all("#daily")[0]["value"] == "0.00"


def test_only_administrators_set_limits(client: FlaskClient, world):
    make.signed_in(client, make.pat())
    assert client.get("/admin/settings/spending").status_code == 403
