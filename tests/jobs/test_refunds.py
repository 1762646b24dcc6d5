"""A label's money is asked back once, and followed to its end."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from jobs import audit, labels, polls
from jobs import refunds as job
from jobs.queue import later
from shop import circuit, custody, purchases, refunds, strays, throttle, voids
from shop.db import now, session
from shop.gateways.errors import Cut, Rejected
from shop.gateways.shippo import Shippo
from shop.models import (
    Account,
    LabelFile,
    LabelIntent,
    Message,
    Parcel,
    ProviderTransaction,
    Refund,
    TrackSnapshot,
    WebhookEvent,
)
from shop.values import (
    EventState,
    IntentState,
    MessageState,
    Milestone,
    Mode,
    ParcelState,
    RefundState,
    Standing,
    TransactionStatus,
    Via,
)
from tests import make
from tests.jobs.test_at_once import at_once
from tests.until import until
from tests.visit import visit
from tests.webhooks.test_shippo import ADDRESS, signature

pytestmark = pytest.mark.both_databases


def bought(work) -> Parcel:
    """A parcel whose label was bought at the sandbox just now."""
    parcel = make.placed().parcels[0]
    intent = purchases.wish(parcel)
    later(labels.buy, intent.id)
    session.commit()
    work.until(lambda: intent.state is IntentState.PURCHASED)
    return parcel


def refused(world, work) -> Refund:
    """The refund of a label that was used before the carrier had decided."""
    refund = wanted(bought(work))
    number = refund.parcel.tracking_number
    job.send(refund.id)
    world.scan(number, "TRANSIT", "package_accepted")
    work.until(lambda: refund.state is RefundState.REJECTED)
    return refund


def shippo(app) -> Shippo:
    """Shippo as the shop asks it, with no transaction of the test's own open."""
    session.rollback()
    return app.extensions["gateways"].shippo


def wanted(parcel: Parcel) -> Refund:
    refund = voids.void(parcel, make.pat())
    later(job.send, refund.id)
    session.commit()
    return refund


def posts(world) -> int:
    return len(world.requests("POST", "/refunds"))


def test_a_void_is_followed_until_the_money_is_back(app, world, work):
    parcel = bought(work)
    number = parcel.tracking_number
    refund = wanted(parcel)
    work.until(lambda: refund.filed_at is not None)
    assert (parcel.state, parcel.standing) == (ParcelState.NEEDS_LABEL, Standing.NO_LABEL)
    assert (parcel.tracking_number, parcel.transaction_id, parcel.poll_at) == (None, None, None)
    assert [intent.state for intent in parcel.intents] == [IntentState.VOIDED]
    assert refund.tracking_number == number
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert refund.due_at is None
    assert posts(world) == 1
    assert [sold["status"] for sold in world.ledger()] == ["REFUNDED"]


def test_a_void_of_a_label_used_meanwhile_is_followed_until_it_is_refused(app, world, work):
    refund = refused(world, work)
    parcel = refund.parcel
    assert [sold["status"] for sold in world.ledger()] == ["REFUNDREJECTED"]
    assert parcel.state is ParcelState.NEEDS_LABEL
    assert refund.used
    assert posts(world) == 1


def test_a_label_already_used_stays_the_parcels_when_shippo_refuses_at_once(app, world, work):
    parcel = bought(work)
    number = parcel.tracking_number
    world.policy(drop_every=1)
    refund = wanted(parcel)
    world.scan(number, "TRANSIT", "package_accepted")
    job.send(refund.id)
    assert refund.state is RefundState.REJECTED
    assert (parcel.state, parcel.tracking_number) == (ParcelState.LABELLED, number)
    assert voids.objection(parcel)


@pytest.mark.postgresql("at once: SQLite lets one write at a time")
def test_twenty_clicks_at_once_make_one_refund(app, world, work):
    parcel = bought(work)
    parcel_id, pat_id = parcel.id, make.pat().id

    def click() -> None:
        own = session.get(Parcel, parcel_id, with_for_update=True)
        try:
            refund = voids.void(own, session.get_one(Account, pat_id))
        except voids.CannotVoid:
            return  # so late that the label is gone already
        session.commit()
        job.send(refund.id)

    at_once(app, 20, click)
    assert posts(world) == 1
    assert session.query(Refund).count() == 1


@pytest.mark.parametrize("do", ["commit_then_drop", "commit_then_5xx", "html_200"])
def test_a_void_whose_answer_is_lost_is_found_and_not_sent_again(app, world, work, do):
    parcel = bought(work)
    world.fault("POST", "/refunds", do, times=1)
    refund = wanted(parcel)
    job.send(refund.id)
    assert refund.state is RefundState.UNKNOWN
    assert parcel.state is ParcelState.LABELLED
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert posts(world) == 1
    assert parcel.tracking_number is None


def test_a_refund_found_at_its_label_is_found_by_name_too(app, world, work):
    parcel = bought(work)
    world.fault("POST", "/refunds", "commit_then_drop", times=1)
    refund = wanted(parcel)
    job.send(refund.id)
    job.look(refund.id)
    assert refund.state is RefundState.GRANTED or refund.refund_id
    asked = {request["path"] for request in world.requests("GET")}
    assert f"/transactions/{refund.transaction_id}" in asked


def test_the_end_of_a_refund_is_heard_by_webhook(app, client, world, work):
    parcel = bought(work)
    refund = wanted(parcel)
    job.send(refund.id)
    transaction, refund_id = parcel.refunds[0].transaction_id, refund.id
    assert refund.state is RefundState.FILED
    refund.due_at = datetime.now(UTC) + timedelta(days=1)
    session.commit()
    until(lambda: world.ledger()[0]["status"] == "REFUNDED")
    data = {"object_id": transaction, "status": "REFUNDED"}
    body = json.dumps({"event": "transaction_updated", "test": True, "data": data}).encode()
    headers = {"Shippo-Auth-Signature": signature(body)}
    answer = client.post(ADDRESS, data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 202
    work()
    refund = session.get_one(Refund, refund_id)
    assert (refund.state, refund.due_at) == (RefundState.GRANTED, None)
    assert session.query(WebhookEvent).one().state is EventState.DONE


def test_a_scan_of_a_voided_label_comes_by_webhook(app, client, world, work):
    parcel = bought(work)
    number = parcel.tracking_number
    refund = wanted(parcel)
    work.until(lambda: refund.state is RefundState.GRANTED)
    scan = {"status": "TRANSIT", "status_date": "2026-03-09T10:00:00Z"}
    data = {
        "carrier": "usps",
        "tracking_number": number,
        "transaction": refund.transaction_id,
        "tracking_status": scan,
        "tracking_history": [scan],
    }
    body = json.dumps({"event": "track_updated", "test": True, "data": data}).encode()
    headers = {"Shippo-Auth-Signature": signature(body)}
    for _ in range(2):
        client.post(ADDRESS, data=body, headers=headers, content_type="application/json")
    work()
    assert session.query(WebhookEvent).one().state is EventState.DONE
    assert session.get_one(Refund, refund.id).used_at is not None
    assert session.query(TrackSnapshot).count() == 1


def test_a_void_that_never_reached_shippo_is_asked_again_by_a_person_alone(app, world, work):
    parcel = bought(work)
    world.fault("POST", "/refunds", "drop_before", times=1)
    refund = wanted(parcel)
    work.until(lambda: voids.may_ask_again(refund))
    assert posts(world) == 1
    assert voids.again(refund, make.pat())
    session.commit()
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert posts(world) == 2


def test_a_void_asked_again_that_was_filed_the_first_time_is_filed_once(app, world, work):
    parcel = bought(work)
    world.fault("POST", "/refunds", "commit_then_drop", times=1)
    refund = wanted(parcel)
    job.send(refund.id)
    refund.sent_at -= timedelta(hours=1)
    assert voids.again(refund, make.pat())
    session.commit()
    job.send(refund.id)
    assert refund.filed_at is not None
    assert posts(world) == 2
    assert parcel.transaction_id is None
    work.until(lambda: refund.state is RefundState.GRANTED)


def test_what_shippo_does_not_know_is_not_voided_and_may_be_asked_later(app, world):
    parcel = make.labelled(transaction_id="c" * 32)
    refund = wanted(parcel)
    job.send(refund.id)
    assert refund.state is RefundState.FAILED
    assert refund.reason
    assert parcel.state is ParcelState.LABELLED
    assert not voids.objection(parcel)


def test_a_key_refused_while_asking_how_the_label_stands_says_nothing_of_the_label(
    app, world, work
):
    refund = wanted(bought(work))
    world.fault("POST", "/refunds", "status", code=400, times=1)
    world.fault("GET", "/transactions/*", "status", code=401, times=1)
    job.send(refund.id)
    assert refund.state is RefundState.UNKNOWN
    assert posts(world) == 1


def test_a_refusal_that_is_taken_back_is_money_back_whichever_is_heard_first(app, world, work):
    refund = refused(world, work)
    label = refund.transaction_id
    told = shippo(app).transaction(label)
    for status in (TransactionStatus.REFUNDED, TransactionStatus.REFUNDREJECTED):
        refunds.heard(replace(told, status=status))
        session.commit()
    assert (refund.state, refund.reason, refund.used) == (RefundState.GRANTED, "", False)


def test_too_many_requests_is_tried_again_later(app, world, work):
    refund = wanted(bought(work))
    world.fault("POST", "/refunds", "status", code=429, times=1)
    job.send(refund.id)
    assert refund.state is RefundState.WANTED
    assert refund.due_at > datetime.now(UTC)


def test_what_somebody_voided_in_the_shippo_account_is_taken_in(app, world, work):
    parcel = bought(work)
    transaction = parcel.transaction_id
    shippo(app).refund(transaction)
    labels.hear(transaction, Via.WEBHOOK)
    session.commit()
    (refund,) = parcel.refunds
    assert refund.asked_by is None
    assert parcel.state is ParcelState.NEEDS_LABEL
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert posts(world) == 1


def test_after_a_void_another_label_is_another_wish_and_the_first_stays_in_history(
    app, world, work
):
    parcel = bought(work)
    first = parcel.tracking_number
    refund = wanted(parcel)
    work.until(lambda: refund.filed_at is not None)
    again = purchases.wish(parcel)
    later(labels.buy, again.id)
    session.commit()
    work.until(lambda: again.state is IntentState.PURCHASED)
    assert parcel.tracking_number not in (None, first)
    assert refund.tracking_number == first
    assert [intent.state for intent in parcel.intents] == [
        IntentState.VOIDED,
        IntentState.PURCHASED,
    ]
    assert session.query(LabelFile).filter_by(transaction_id=refund.transaction_id).count() == 1
    audit.run()
    assert not session.query(ProviderTransaction).filter_by(surplus=True).all()
    said = session.query(Message).filter_by(milestone=Milestone.LABEL_READY).all()
    assert sorted(m.cause for m in said) == ["", "", f"void-{refund.id}", f"void-{refund.id}"]


def test_a_late_word_that_the_label_was_bought_does_not_bring_it_back(app, world, work):
    parcel = bought(work)
    transaction = parcel.transaction_id
    told = shippo(app).transaction(transaction)
    refund = wanted(parcel)
    work.until(lambda: refund.state is RefundState.GRANTED)
    labels.take_in(told, Via.LIST)
    session.commit()
    assert parcel.state is ParcelState.NEEDS_LABEL
    assert not session.get_one(ProviderTransaction, told.id).surplus


def test_what_was_to_be_said_of_a_voided_label_is_not_said(app, world, work):
    parcel = make.labelled(transaction_id="a" * 32)
    message = make.message(parcel=parcel)
    refund = make.saved(
        Refund(transaction_id="a" * 32, parcel=parcel, mode=Mode.TEST, state=RefundState.FILED)
    )
    custody.take_away(refund)
    session.commit()
    assert message.state is MessageState.SUPPRESSED
    assert "voided" in message.reason


def test_a_scan_of_a_voided_label_is_an_alarm_and_not_the_parcels_news(app, world, work):
    parcel = bought(work)
    number, transaction = parcel.tracking_number, parcel.transaction_id
    refund = wanted(parcel)
    work.until(lambda: refund.state is RefundState.GRANTED)
    world.scan(number, "TRANSIT", "package_accepted")
    told = shippo(app).track("usps", number)
    assert strays.scanned(told, Via.WEBHOOK, datetime.now(UTC))
    session.commit()
    assert refund.used_at is not None
    assert parcel.standing is Standing.NO_LABEL
    assert parcel.snapshots == []
    kept = session.query(TrackSnapshot).filter_by(refund_id=refund.id).count()
    assert kept >= 1
    assert transaction == refund.transaction_id


def test_a_label_whose_refund_was_refused_can_be_used_again(app, world, work):
    refund = refused(world, work)
    parcel, number, transaction = refund.parcel, refund.tracking_number, refund.transaction_id
    told = shippo(app).track("usps", number)
    strays.scanned(told, Via.WEBHOOK, datetime.now(UTC))
    session.commit()
    job.resumed(voids.keep(refund, make.pat()))
    session.commit()
    assert (parcel.tracking_number, parcel.transaction_id) == (number, transaction)
    assert (parcel.state, parcel.standing) == (ParcelState.LABELLED, Standing.IN_TRANSIT)
    assert parcel.intent.state is IntentState.PURCHASED
    assert voids.objection(parcel)


def test_a_label_is_not_taken_back_where_there_is_another(app, world, work):
    refund = refused(world, work)
    parcel = refund.parcel
    again = purchases.wish(parcel)
    session.commit()
    with pytest.raises(custody.CannotKeep):
        voids.keep(refund, make.pat())
    session.rollback()
    later(labels.buy, again.id)
    session.commit()
    work.until(lambda: again.state is IntentState.PURCHASED)
    with pytest.raises(custody.CannotKeep):
        voids.keep(refund, make.pat())


@pytest.mark.parametrize(
    ("days", "standing"), [(91, Standing.LABEL_READY), (0, Standing.IN_TRANSIT)]
)
def test_what_is_too_old_or_was_scanned_is_not_voided(app, world, days, standing):
    parcel = make.labelled(labelled_at=datetime.now(UTC) - timedelta(days=days))
    if standing is Standing.IN_TRANSIT:
        parcel = make.scanned(make.TrackingStatus.TRANSIT)
    with pytest.raises(voids.CannotVoid):
        voids.void(parcel, make.pat())


def test_a_worker_that_died_while_asking_leaves_it_unknown(app, world, work):
    parcel = bought(work)
    refund = voids.void(parcel, make.pat())
    session.commit()
    refunds.claim(refund.id)
    session.commit()
    session.refresh(refund)
    refund.deadline_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    job.look(refund.id)
    assert refund.state is RefundState.UNKNOWN
    job.look(refund.id)
    assert refund.state is RefundState.UNKNOWN  # Shippo says that it is not voided: no proof
    assert posts(world) == 0


def test_what_shippo_never_decides_is_given_to_a_person_after_sixty_days(app, world, work):
    refund = wanted(bought(work))
    work.until(lambda: refund.filed_at is not None)
    session.execute(
        sa.update(Refund).values(
            state=RefundState.FILED, sent_at=datetime.now(UTC) - timedelta(days=61)
        )
    )
    session.commit()
    session.refresh(refund)
    refunds.looked(refund)
    assert refund.due_at is None
    assert "Ask its support" in refund.reason


def test_in_the_other_mode_nothing_is_asked(app, world, work):
    refund = wanted(bought(work))
    refund.mode = Mode.LIVE
    session.commit()
    job.send(refund.id)
    assert posts(world) == 0
    assert refund.due_at > now() + timedelta(minutes=5)
    assert "live mode" in refund.reason


@pytest.mark.settings(shippo_posts_per_minute=2)
def test_no_more_voids_are_sent_a_minute_than_shippo_takes(app, world, work):
    refund = wanted(bought(work))
    for _ in range(2):
        throttle.refunds_left()
    job.send(refund.id)
    assert posts(world) == 0
    assert refund.state is RefundState.WANTED
    assert "next minute" in refund.reason


def test_a_second_label_of_a_parcel_gets_its_money_back_once(app, world, work):
    parcel = bought(work)
    rate, reference = parcel.rate_id, parcel.intent.reference
    second = shippo(app).buy(rate, reference)
    until(lambda: shippo(app).transaction(second.id).complete)
    audit.run()
    known = session.get_one(ProviderTransaction, second.id)
    assert known.surplus
    refund = voids.give_up(known, make.pat())
    assert voids.give_up(known, make.pat()).id == refund.id
    later(job.send, refund.id)
    session.commit()
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert parcel.state is ParcelState.LABELLED
    assert posts(world) == 1


def test_a_surplus_label_that_is_being_voided_is_not_given_to_the_parcel(app, world):
    first = make.intent(state=IntentState.RELEASED, due_at=None, attempt=1)
    second = purchases.wish(first.parcel)
    claim = purchases.claim(second.id)
    late = make.sold(first.reference, rate=first.rate_id)
    purchases.heard(late, Via.LIST)
    voids.give_up(session.get_one(ProviderTransaction, late.id), make.pat())
    purchases.failed(claim, Rejected("The carrier refused.", "400"))
    session.commit()
    assert second.state is IntentState.FAILED
    assert purchases.heard(late, Via.LIST) is None
    session.commit()
    assert first.parcel.transaction_id is None
    assert session.get_one(ProviderTransaction, late.id).surplus


@pytest.mark.postgresql("at once: SQLite lets one write at a time")
def test_a_void_pressed_while_its_label_is_being_heard_of_waits_its_turn(app, world, work):
    parcel = bought(work)
    parcel_id, intent_id = parcel.id, parcel.intent.id
    path = f"/admin/shipments/{parcel_id}/void"
    page = visit(make.signed_in(app.test_client(), make.pat()), path)
    token = page.form("/void").select_one("input[name=csrf_token]")["value"]
    answers: list[int] = []
    press = threading.Thread(
        target=lambda: answers.append(
            page.client.post(path, data={"csrf_token": token}).status_code
        )
    )
    session.get(LabelIntent, intent_id, with_for_update=True)
    press.start()
    press.join(0.5)
    session.get(Parcel, parcel_id, with_for_update=True)
    session.commit()
    press.join()
    assert answers == [303]
    assert session.query(Refund).count() == 1


def test_a_label_that_a_parcel_has_is_no_surplus(app, world, work):
    parcel = bought(work)
    known = session.get_one(ProviderTransaction, parcel.transaction_id)
    with pytest.raises(voids.CannotVoid):
        voids.give_up(known, make.pat())
    known.surplus = True
    with pytest.raises(voids.CannotVoid):
        voids.give_up(known, make.pat())


def test_a_poll_under_way_says_nothing_of_a_label_voided_meanwhile(app, world, work):
    parcel = bought(work)
    world.scan(parcel.tracking_number, "PRE_TRANSIT")
    refund = wanted(parcel)
    work.until(lambda: refund.filed_at is not None)
    polls.poll(parcel.id)
    assert parcel.snapshots == []


def test_a_purchase_in_doubt_that_was_voided_at_shippo_ends_as_voided(app, world, work):
    world.fault("POST", "/transactions", "commit_then_drop", times=1)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    labels.buy(intent.id)
    assert intent.state is IntentState.UNKNOWN
    until(lambda: world.ledger()[0]["status"] == "SUCCESS")
    shippo(app).refund(world.ledger()[0]["object_id"])
    work.until(lambda: session.get_one(LabelIntent, intent.id).state is IntentState.VOIDED)
    assert intent.parcel.state is ParcelState.NEEDS_LABEL


@pytest.mark.settings(breaker_pause_s=60)
def test_while_shippo_does_not_answer_a_void_waits_unsent_with_the_reason(app, world, work):
    refund = wanted(bought(work))
    cut_off()
    work()
    session.refresh(refund)
    assert (refund.state, refund.tries) == (RefundState.WANTED, 0)
    assert refund.due_at > now() + timedelta(seconds=50)
    assert "no connection" in refund.reason
    assert posts(world) == 0


@pytest.mark.settings(breaker_pause_s=0.2)
def test_when_shippo_answers_again_the_void_that_waited_is_sent_once(app, world, work):
    refund = wanted(bought(work))
    cut_off()
    work.until(lambda: refund.state is RefundState.GRANTED)
    assert refund.tries == 1
    assert posts(world) == 1


@pytest.mark.settings(shippo_api_url="http://127.0.0.1:9", breaker_failures=1)
def test_a_void_for_which_nobody_can_be_reached_counts_for_the_breaker(app, world):
    refund = wanted(make.labelled())
    job.send(refund.id)
    assert circuit.shut() is not None
    assert refund.state is RefundState.WANTED


def cut_off() -> None:
    """The last calls, whoever made them, got no connection."""
    for _ in range(5):
        circuit.told(circuit.leave(), Cut("no connection"))
    session.commit()
