"""A label bought by a single call, without a rate: the second of Shippo's two flows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobs import labels
from jobs.queue import later
from shop import choices, purchases, refunds, requotes, reviews, voids
from shop.db import now, session
from shop.models import LabelIntent, Parcel, ProviderTransaction
from shop.outside import gateways, world_now
from shop.values import (
    IntentState,
    Money,
    ParcelState,
    QuoteSource,
    RefundStatus,
    ToldRefund,
    Verdict,
    Via,
)
from tests import make
from tests.until import until

pytestmark = pytest.mark.both_databases


def placed(**given) -> Parcel:
    """An order at a fixed price; its parcel."""
    make.fixed()
    return make.placed(**given).parcels[0]


def wished(parcel: Parcel) -> LabelIntent:
    intent = purchases.wish(parcel)
    later(labels.buy, intent.id)
    session.commit()
    return intent


def sent(world) -> list[str]:
    """What was asked of Shippo for money or rates."""
    posts = [*world.requests("POST", "/shipments"), *world.requests("POST", "/transactions")]
    return [f"{one['method']} {one['path']}" for one in posts]


def test_the_checkout_offers_the_merchants_prices_and_asks_nobody(app, world):
    make.fixed()
    before = len(world.requests())
    order = make.placed()
    assert len(world.requests()) == before
    assert order.quote.run.source is QuoteSource.FIXED
    assert [quote.title for quote in order.quote.run.quotes] == [
        "Standard delivery",
        "Express delivery",
    ]
    assert order.delivery == Money(7_90)
    parcel = order.parcels[0]
    assert (parcel.state, parcel.rate_id) == (ParcelState.NEEDS_LABEL, None)
    assert (parcel.carrier_name, parcel.service) == ("USPS", "usps_ground_advantage")
    assert (parcel.cost, parcel.estimated) == (Money(8_40), True)


def test_one_call_buys_it_and_tells_what_it_cost(app, world, work):
    parcel = placed()
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED and not parcel.estimated)
    assert sent(world) == ["POST /transactions"]
    (sold,) = world.ledger()
    assert sold["metadata"] == intent.reference
    assert sold["tracking_number"] == parcel.tracking_number
    assert parcel.cost == intent.amount == Money.of(sold["amount"], "USD")
    assert parcel.cost != Money(8_40)


def test_its_price_is_asked_for_where_the_answer_did_not_tell(app, world, work):
    world.fault("POST", "/transactions", "commit_then_drop")
    parcel = placed()
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED and not parcel.estimated)
    assert sent(world) == ["POST /transactions"]
    (sold,) = world.ledger()
    assert parcel.tracking_number == sold["tracking_number"]
    assert parcel.cost == Money.of(sold["amount"], "USD")


def test_a_price_nobody_tells_is_not_known_and_no_estimate_passes_for_it(app, world, work):
    world.fault("POST", "/transactions", "commit_then_drop")
    world.fault("GET", "/rates/*", "status", code=404)
    parcel = placed()
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED and not parcel.estimated)
    assert parcel.cost is None
    assert intent.amount == Money(8_40)


@pytest.mark.parametrize("code", [503, 401, 403])
def test_a_price_that_cannot_be_asked_for_now_is_asked_for_later(app, world, work, code):
    world.fault("POST", "/transactions", "commit_then_drop")
    world.fault("GET", "/rates/*", "status", code=code)
    parcel = placed()
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED)
    session.commit()
    labels.price(parcel.id)
    assert parcel.estimated
    assert parcel.price_due_at is not None
    world.clear_faults()
    parcel.price_due_at = now()
    session.commit()
    work.until(lambda: not parcel.estimated)
    assert parcel.cost == Money.of(world.ledger()[0]["amount"], "USD")


def test_the_price_of_a_label_found_late_is_its_own_wishs(app, world):
    world.fault("POST", "/transactions", "commit_then_drop", times=1)
    parcel = placed()
    first = purchases.wish(parcel)
    session.commit()
    labels.buy(first.id)
    until(lambda: world.ledger()[0]["status"] == "SUCCESS")
    first.state, parcel.state = IntentState.RELEASED, ParcelState.NEEDS_LABEL
    second = make.intent(parcel=parcel, state=IntentState.FAILED, due_at=None)
    (sold,) = world.ledger()
    late = make.sold(first.reference, id=sold["object_id"], tracking_number=sold["tracking_number"])
    assert purchases.heard(late, Via.WEBHOOK) is parcel
    session.commit()
    labels.price(parcel.id)
    paid = Money.of(sold["amount"], "USD")
    assert (parcel.cost, first.amount, second.amount) == (paid, paid, Money(8_40))


def test_a_label_found_late_travels_as_it_was_bought(app, world, work):
    parcel = placed()
    first = make.intent(
        parcel=parcel, state=IntentState.RELEASED, rate_id=None, due_at=None, attempt=1
    )
    requotes.want(parcel)
    session.commit()
    work.until(lambda: parcel.decisions)
    run = requotes.newest(parcel)
    other = next(quote for quote in run.quotes if quote.carrier != "usps")
    if parcel.intent is not first:
        parcel.intent.state = IntentState.FAILED
    parcel.state = ParcelState.NEEDS_RATE
    requotes.choose(parcel, other.token, make.ada())
    late = make.sold(first.reference)
    assert purchases.heard(late, Via.WEBHOOK) is parcel
    session.commit()
    assert (parcel.carrier, parcel.service) == ("usps", "usps_ground_advantage")
    assert (parcel.rate_id, parcel.cost, parcel.estimated) == (None, Money(8_40), True)


def test_a_label_taken_back_before_its_price_was_told_is_still_about_so_much(app, world, work):
    parcel = placed()
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED and not parcel.estimated)
    parcel.cost_minor, parcel.price_due_at = 8_40, now() + timedelta(hours=1)
    session.commit()
    refund = voids.void(parcel, make.pat())
    refunds.followed(refund.id, ToldRefund(id="r", transaction="", status=RefundStatus.PENDING))
    refunds.followed(refund.id, ToldRefund(id="r", transaction="", status=RefundStatus.ERROR))
    voids.keep(refund, make.pat())
    session.commit()
    assert parcel.estimated
    work.until(lambda: not parcel.estimated)
    assert parcel.cost == Money.of(world.ledger()[0]["amount"], "USD")


def test_a_lost_answer_is_found_on_the_newest_page_for_no_rate_is_known(app, world, work):
    world.fault("POST", "/transactions", "commit_then_drop")
    intent = wished(placed())
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert session.get_one(ProviderTransaction, intent.transaction_id).seen_via is Via.LIST
    assert world.requests("GET", "/transactions")
    assert len(world.ledger()) == 1


def test_what_never_arrived_is_never_sent_again(app, world, work):
    world.fault("POST", "/transactions", "drop_before")
    intent = wished(placed())
    work.until(lambda: intent.state is IntentState.NEEDS_REVIEW)
    assert sent(world) == ["POST /transactions"]
    assert world.ledger() == []


def test_a_refusal_is_said_and_the_carriers_can_be_asked_instead(app, world, work):
    make.fixed()
    (standard, express) = choices.fixed_options()
    gone = {**standard.to_json(), "account": "0" * 32}
    choices.set_fixed_options([type(standard).from_json(gone), express])
    parcel = make.placed().parcels[0]
    intent = wished(parcel)
    work()
    assert (intent.state, parcel.state) == (IntentState.FAILED, ParcelState.NEEDS_LABEL)
    assert "account" in parcel.why.lower()
    assert requotes.askable(parcel)
    requotes.want(parcel)
    session.commit()
    work.until(lambda: parcel.decisions)
    assert parcel.decisions[0].was == Money(8_40)
    if parcel.decisions[0].verdict.taken:
        assert (parcel.carrier_account, parcel.estimated) == (None, False)


def test_after_a_rate_was_asked_for_the_same_service_is_taken_within_the_policy(app, world, work):
    make.fixed(cost_minor=90_00)
    parcel = make.placed().parcels[0]
    requotes.want(parcel)
    session.commit()
    work.until(lambda: parcel.state is ParcelState.LABELLED)
    (row,) = parcel.decisions
    assert row.verdict is Verdict.SAME
    assert parcel.service == "usps_ground_advantage"
    assert parcel.rate_id is not None


def test_a_single_call_does_not_expire_with_the_offer(app, world, work):
    parcel = placed()
    parcel.order.quote.run.expires_at = world_now() - timedelta(days=1)
    intent = wished(parcel)
    work.until(lambda: intent.state is IntentState.PURCHASED)


def test_to_a_post_office_box_only_the_posts_option_is_offered(app, world):
    make.fixed()
    box = {**make.HOME.to_json(), "street1": "PO Box 12", "street2": ""}
    order = make.placed(address=box)
    assert [quote.name for quote in order.quote.run.quotes] == ["Standard delivery"]


def test_where_no_fixed_option_reaches_the_carriers_are_asked(app, world):
    express = make.fixed()[1]
    choices.set_fixed_options([express])
    box = {**make.HOME.to_json(), "street1": "PO Box 12", "street2": ""}
    order = make.placed(address=box)
    assert order.quote.run.source is QuoteSource.LIVE
    assert order.parcels[0].rate_id


def test_fixed_prices_are_offered_while_shippo_is_down(app, world):
    make.fixed()
    world.fault("POST", "/shipments", "drop_before", times=99)
    assert make.placed().quote.run.source is QuoteSource.FIXED


def test_a_person_cannot_adopt_a_transaction_without_our_reference_for_it(app, world):
    intent = wished(placed())
    purchases.claim(intent.id)
    found = make.sold("")
    with pytest.raises(reviews.CannotAdopt, match="reference"):
        reviews.adopt(intent, found, make.ada())


def test_the_accounts_are_told_with_what_they_sell(app, world):
    told = gateways.shippo.carrier_accounts()
    choices.set_carrier_accounts(told)
    session.commit()
    assert choices.carrier_accounts() == tuple(told)
    usps = next(account for account in told if account.carrier == "usps")
    assert "usps_ground_advantage" in {service.token for service in usps.services}
