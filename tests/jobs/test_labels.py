"""A label is bought once, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs import files, labels, rounds
from jobs.queue import later
from shop import cancellations, doubts, purchases
from shop.claims import Claim
from shop.db import session
from shop.models import LabelFile, LabelIntent, Parcel, ProviderTransaction
from shop.values import (
    IntentState,
    Milestone,
    Mode,
    ParcelState,
    Transaction,
    TransactionStatus,
    Via,
)
from tests import make

pytestmark = pytest.mark.both_databases


def wished() -> LabelIntent:
    """An order placed on live rates, its label asked for."""
    parcel = make.placed().parcels[0]
    intent = purchases.wish(parcel)
    later(labels.buy, intent.id)
    session.commit()
    return intent


def posts(world) -> int:
    return len(world.requests("POST", "/transactions"))


def test_a_label_is_bought_and_its_number_reaches_the_parcel(app, world, work):
    intent = wished()
    work.until(lambda: intent.state is IntentState.PURCHASED)
    (sold,) = world.ledger()
    assert sold["metadata"] == intent.reference
    assert intent.parcel.tracking_number == sold["tracking_number"]
    assert intent.parcel.state is ParcelState.LABELLED
    assert intent.parcel.carrier == sold["carrier"]


def slept(intent: LabelIntent) -> Claim:
    """The claim of a worker that stood still for an hour before it came to send."""
    claim = purchases.claim(intent.id)
    assert claim is not None
    session.commit()
    return replace(claim, taken=claim.taken - 3600)


@pytest.mark.parametrize(
    "now", [IntentState.SENDING, IntentState.UNKNOWN, IntentState.NEEDS_REVIEW]
)
def test_who_slept_after_its_claim_sends_nothing_and_the_wish_is_no_question(app, world, work, now):
    intent = wished()
    claim = slept(intent)
    intent.state, intent.parcel.state = now, ParcelState.UNKNOWN
    session.commit()
    labels.send(claim)
    assert posts(world) == 0
    assert (intent.state, intent.parcel.state) == (IntentState.READY, ParcelState.BUYING)
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert (intent.attempts[0].verdict, posts(world)) == ("not_sent", 1)


@pytest.mark.parametrize("now", [IntentState.RELEASED, IntentState.PURCHASED, IntentState.PENDING])
def test_who_slept_while_somebody_settled_it_changes_nothing(app, world, now):
    intent = wished()
    claim = slept(intent)
    intent.state, intent.due_at = now, None
    session.commit()
    labels.send(claim)
    assert posts(world) == 0
    assert intent.state is now


def test_a_second_wish_for_the_same_parcel_is_the_first(app, world):
    parcel = make.placed().parcels[0]
    first = purchases.wish(parcel)
    session.commit()
    assert purchases.wish(parcel).id == first.id


def test_two_doorbells_are_one_post(app, world, work):
    intent = wished()
    later(labels.buy, intent.id)
    session.commit()
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert posts(world) == 1


def test_bought_but_never_told_is_found_not_bought_again(app, world, work):
    world.fault("POST", "/transactions", "commit_then_drop")
    intent = wished()
    work()
    assert intent.state is IntentState.UNKNOWN
    assert intent.parcel.state is ParcelState.UNKNOWN
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert posts(world) == 1
    assert [sold["tracking_number"] for sold in world.ledger()] == [intent.parcel.tracking_number]


def test_a_server_error_after_the_sale_is_looked_up_too(app, world, work):
    world.fault("POST", "/transactions", "commit_then_5xx", code=503)
    intent = wished()
    work()
    assert intent.state is IntentState.UNKNOWN
    work.until(lambda: intent.state is IntentState.PURCHASED)
    assert posts(world) == 1


def test_what_was_perhaps_bought_and_is_not_found_ends_in_review_and_is_not_repeated(
    app, world, work
):
    world.fault("POST", "/transactions", "drop_before")
    intent = wished()
    work.until(lambda: intent.state is IntentState.NEEDS_REVIEW)
    assert posts(world) == 1
    assert intent.due_at is not None
    assert intent.parcel.state is ParcelState.UNKNOWN


def test_a_label_found_after_the_review_began_is_still_taken_in(app, world, work):
    intent = wished()
    rate, reference = intent.rate_id, f"qs1:{intent.token}:1"
    world.fault("POST", "/transactions", "drop_before", times=1)
    work.until(lambda: intent.state is IntentState.NEEDS_REVIEW)
    sold = make.sold(reference, rate=rate)
    assert purchases.heard(sold, Via.WEBHOOK) is not None
    assert intent.state is IntentState.PURCHASED


def test_nothing_listening_is_proof_that_nothing_was_sent(app, world, work):
    intent = wished()
    claim = purchases.claim(intent.id)
    session.commit()
    assert claim is not None
    purchases.failed(claim, purchases.Unavailable("no connection"))
    session.commit()
    assert intent.state is IntentState.READY
    assert intent.due_at > datetime.now(UTC)


def test_what_was_not_sent_of_an_order_called_off_meanwhile_is_never_sent(app, world):
    intent = wished()
    claim = purchases.claim(intent.id)
    session.commit()
    order = cancellations.locked(intent.parcel.order.number)
    cancellations.cancel(order, make.ada(), [])
    session.commit()
    purchases.failed(claim, purchases.Unavailable("no connection"))
    session.commit()
    assert (intent.state, intent.due_at) == (IntentState.RELEASED, None)
    assert intent.parcel.state is ParcelState.CANCELLED
    labels.buy(intent.id)
    assert posts(world) == 0


def test_a_label_heard_of_before_another_try_is_taken_in_and_nothing_more_is_sent(app, world):
    intent = wished()
    claim = purchases.claim(intent.id)
    session.commit()
    purchases.failed(claim, purchases.Unavailable("too many requests"))
    session.commit()
    assert intent.state is IntentState.READY
    sold = make.sold(intent.reference, rate=intent.rate_id)
    assert purchases.heard(sold, Via.WEBHOOK) is intent.parcel
    session.commit()
    assert intent.state is IntentState.PURCHASED
    labels.buy(intent.id)
    assert posts(world) == 0


def test_an_expired_rate_is_not_bought(app, world, work):
    intent = wished()
    intent.rate_until = datetime.now(UTC) - timedelta(minutes=1)
    session.commit()
    work()
    assert intent.state is IntentState.FAILED
    assert posts(world) == 0
    assert intent.parcel.state is ParcelState.NEEDS_RATE
    with pytest.raises(purchases.CannotBuy, match="expired"):
        purchases.wish(intent.parcel)


def test_an_unknown_rate_is_a_refusal_with_shippos_words(app, world, work):
    intent = make.intent()
    later(labels.buy, intent.id)
    session.commit()
    work()
    assert intent.state is IntentState.FAILED
    assert "rate" in intent.reason.lower()


def test_after_a_refusal_the_label_may_be_asked_for_again(app, world):
    refused = make.intent(state=IntentState.FAILED)
    again = purchases.wish(refused.parcel)
    assert again.id != refused.id


def test_a_word_that_comes_after_the_fence_has_moved_changes_nothing(app, world):
    intent = wished()
    old = purchases.claim(intent.id)
    assert old is not None
    intent.fence += 1
    session.commit()
    purchases.failed(old, purchases.Rejected("too late"))
    session.commit()
    assert intent.state is IntentState.SENDING


def test_a_sending_whose_worker_died_becomes_unknown_at_its_deadline(app, world, work):
    intent = wished()
    purchases.claim(intent.id)
    intent.deadline_at = intent.due_at = datetime.now(UTC) - timedelta(seconds=1)
    session.commit()
    rounds.ring()
    work()
    assert intent.state is not IntentState.SENDING
    assert posts(world) == 0


def test_a_second_label_for_one_parcel_is_noted_as_surplus(app, world, work):
    intent = wished()
    work.until(lambda: intent.state is IntentState.PURCHASED)
    number = intent.parcel.tracking_number
    other = make.sold(
        intent.reference, id="b" * 32, rate=intent.rate_id, tracking_number="1Z999AA10123456784"
    )
    purchases.heard(other, Via.LIST)
    session.commit()
    assert session.get_one(ProviderTransaction, "b" * 32).surplus
    assert session.get_one(Parcel, intent.parcel_id).tracking_number == number


def answer(intent: LabelIntent, status: TransactionStatus, **given) -> Transaction:
    """What Shippo says of a label, with nothing of ours written on it."""
    told = {"rate": intent.rate_id, "metadata": "", "raw_status": status.value, **given}
    return Transaction(id="c" * 32, status=status, **told)


def test_the_answer_to_our_own_post_is_ours_also_without_our_reference(app, world):
    intent = wished()
    claim = purchases.claim(intent.id)
    session.commit()
    assert claim is not None
    purchases.answered(claim, answer(intent, TransactionStatus.QUEUED))
    session.commit()
    assert intent.state is IntentState.PENDING
    sold = answer(intent, TransactionStatus.SUCCESS, tracking_number=make.NUMBER)
    assert purchases.heard(sold, Via.POLL) is not None
    assert intent.state is IntentState.PURCHASED


def test_a_label_shippo_never_finishes_goes_to_a_person_and_stays_there(app, world):
    intent = wished()
    claim = purchases.claim(intent.id)
    assert claim is not None
    queued = answer(intent, TransactionStatus.QUEUED)
    purchases.answered(claim, queued)
    intent.sent_at = datetime.now(UTC) - timedelta(hours=1)
    for _ in range(2):
        purchases.heard(queued, Via.POLL)
        doubts.looked(intent)
        session.commit()
        assert intent.state is IntentState.NEEDS_REVIEW
        assert intent.parcel.state is ParcelState.UNKNOWN
        assert intent.due_at is not None
    assert intent.looks == 2
    assert intent.reason


def test_a_label_bought_after_a_refusal_and_not_finished_is_looked_for(app, world):
    intent = make.intent(state=IntentState.FAILED, due_at=None, attempt=1)
    sold = answer(intent, TransactionStatus.SUCCESS, metadata=intent.reference)
    purchases.heard(sold, Via.WEBHOOK)
    session.commit()
    assert intent.state is IntentState.NEEDS_REVIEW
    assert intent.due_at is not None


def test_that_we_could_not_look_is_said_until_we_can(app, world):
    intent = make.intent(state=IntentState.UNKNOWN, sent_at=datetime.now(UTC), reason="no answer")
    world.fault("GET", "/transactions", "drop_before", nth=1)
    labels.look(intent.id)
    assert intent.reason.startswith("Could not look")
    labels.look(intent.id)
    assert not intent.reason


def test_a_purchase_of_the_other_mode_is_not_looked_for_with_this_key(app, world):
    intent = make.intent(state=IntentState.UNKNOWN, mode=Mode.LIVE, sent_at=datetime.now(UTC))
    labels.look(intent.id)
    assert "mode" in intent.reason
    assert intent.looks == 1
    assert world.requests("GET", "/transactions") == []


def test_a_label_file_that_was_refused_is_asked_for_again_and_not_for_ever(app, world):
    file = make.saved(LabelFile(parcel_id=make.labelled().id, transaction_id="d" * 32))
    files.fetch(file.id)
    assert file.note
    assert file.due_at is not None
    file.tries = files.MOST_REFUSALS
    session.commit()
    files.fetch(file.id)
    assert file.due_at is None


def test_the_label_file_is_fetched_and_kept(app, world, work):
    intent = wished()
    work.until(lambda: session.query(LabelFile).filter(LabelFile.fetched_at.is_not(None)).count())
    file = session.query(LabelFile).one()
    assert file.body.startswith(b"%PDF-")
    assert file.content_type == "application/pdf"
    assert file.transaction_id == intent.parcel.transaction_id


def test_the_customer_is_told_of_the_label_once_by_each_channel(app, world, work):
    intent = wished()
    work.until(lambda: len(world.mail()) == 1 and len(world.sms()) == 1)
    purchases.heard(
        make.sold(
            intent.reference,
            id=intent.parcel.transaction_id,
            rate=intent.rate_id,
            tracking_number=intent.parcel.tracking_number,
        ),
        Via.POLL,
    )
    session.commit()
    work()
    assert len(world.mail()) == 1
    assert intent.parcel.tracking_number in world.mail()[0]["text"].replace(" ", "")
    assert Milestone.LABEL_READY


def test_an_order_on_fallback_rates_waits_for_a_rate_with_the_cause(app, world):
    world.fault("POST", "/shipments", "commit_then_5xx", code=503)
    parcel = make.placed().parcels[0]
    assert parcel.state is ParcelState.NEEDS_RATE
    assert "503" in parcel.why
