"""Each thing is said once by each channel, and the reason for silence is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jobs import messages, rounds
from shop.db import session
from shop.gateways.errors import Rejected, Unavailable, Unsure
from shop.gateways.mail import safe
from shop.values import Channel, MessageState
from tests import make

pytestmark = pytest.mark.both_databases

PHONE = "+15035550142"
INVALID = "+15005550001"


def text(**given):
    return make.message(**{"channel": Channel.SMS, "recipient": PHONE, **given})


def test_a_mail_is_html_and_text_under_an_id_of_its_own(app, world):
    letter = make.message()
    messages.deliver(letter.id)
    (mail,) = world.mail()
    assert letter.state is MessageState.SENT
    assert mail["html"]
    assert mail["text"]
    assert f"<{letter.token}@quayside.test>" in mail["raw"]


def test_a_text_carries_where_to_report_and_is_settled_by_the_report(app, world):
    sms = text()
    messages.deliver(sms.id)
    assert sms.state is MessageState.SENT
    assert sms.provider_id == world.sms()[0]["sid"]


def test_a_number_twilio_refuses_is_a_failure_with_twilios_reason(app, world):
    sms = text(recipient=INVALID)
    messages.deliver(sms.id)
    assert sms.state is MessageState.FAILED
    assert sms.reason
    assert sms.due_at is None


def test_a_text_whose_answer_was_lost_is_perhaps_sent_and_not_sent_again(app, world):
    path = "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"
    world.fault("POST", path, "commit_then_drop")
    sms = text()
    messages.deliver(sms.id)
    assert sms.state is MessageState.UNSURE
    assert sms.due_at is None
    rounds.ring()
    messages.deliver(sms.id)
    assert len(world.sms()) == 1


@pytest.mark.settings(smtp_url="smtp://127.0.0.1:1")
def test_without_a_mail_server_a_mail_waits_and_is_tried_again(app, world):
    letter = make.message()
    messages.deliver(letter.id)
    assert letter.state is MessageState.QUEUED
    assert letter.due_at > datetime.now(UTC)
    assert letter.reason


def test_the_text_of_a_worker_that_died_is_left_as_perhaps_sent(app, world):
    sms = text(state=MessageState.SENDING, tries=1)
    messages.recover(sms.id)
    assert sms.state is MessageState.UNSURE


def test_the_mail_of_a_worker_that_died_goes_once_more_and_then_no_more(app, world):
    letter = make.message(state=MessageState.SENDING, tries=1)
    messages.recover(letter.id)
    assert letter.state is MessageState.QUEUED
    messages.deliver(letter.id)
    assert len(world.mail()) == 1
    letter.state = MessageState.SENDING
    messages.recover(letter.id)
    assert letter.state is MessageState.UNSURE


def test_only_a_sending_of_unknown_fate_counts_against_a_mail(app, world):
    letter = make.message(state=MessageState.SENDING, tries=3, reason="Will be tried again: busy")
    messages.recover(letter.id)
    assert letter.state is MessageState.QUEUED
    messages.deliver(letter.id)
    assert letter.state is MessageState.SENT
    assert letter.reason.startswith("Possible duplicate")


def test_who_looks_for_a_dead_worker_too_late_leaves_the_next_one_alone(app):
    letter = make.message()
    letter.state, letter.tries = MessageState.SENDING, 2
    letter.due_at = datetime.now(UTC) + messages._lease()
    session.commit()
    messages.recover(letter.id)
    assert letter.state is MessageState.SENDING


def test_what_was_sent_after_all_is_not_left_waiting(app):
    for state in (MessageState.QUEUED, MessageState.UNSURE):
        letter = make.message(state=state, doubts=1, due_at=datetime.now(UTC))
        messages._sent(letter.id, "<an id>")
        session.commit()
        assert letter.state is MessageState.SENT
        assert letter.due_at is None


def test_once_it_is_sent_nobody_reads_that_it_will_be_tried_again(app, world):
    letter = make.message(tries=1, reason="Will be tried again: busy")
    messages.deliver(letter.id)
    assert (letter.state, letter.reason) == (MessageState.SENT, "")
    sms = text(state=MessageState.UNSURE, reason="May have been sent: ?")
    sms.settle("delivered")
    assert (sms.state, sms.reason) == (MessageState.DELIVERED, "")


@pytest.mark.settings(mail_from=f"Quayside <hello@{'long.' * 12}quayside.test>")
def test_a_long_message_id_does_not_undo_what_was_sent(app, world):
    letter = make.message()
    messages.deliver(letter.id)
    assert letter.state is MessageState.SENT
    assert len(world.mail()) == 1


def test_an_address_in_other_letters_is_written_as_mail_servers_know_it(app, world):
    letter = make.message(recipient="ann@stra\u00dfe.example")
    messages.deliver(letter.id)
    assert letter.state is MessageState.SENT
    assert world.mail()[0]["to"] == ["ann@xn--strae-oqa.example"]


def test_an_address_no_server_takes_is_a_failure_and_not_a_riddle(app, world):
    letter = make.message(recipient="j\u00f6rg@quayside.test")
    messages.deliver(letter.id)
    assert letter.state is MessageState.FAILED
    assert "ASCII" in letter.reason


def test_a_choice_made_after_the_decision_still_counts(app, world):
    alice = make.alice()
    letter = make.message(parcel=make.labelled(order=make.order(account_id=alice.id)))
    alice.mail_updates = False
    session.commit()
    messages.deliver(letter.id)
    assert letter.state is MessageState.SUPPRESSED
    assert world.mail() == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unavailable("busy"), MessageState.QUEUED),
        (Rejected("no"), MessageState.FAILED),
        (Unsure("?"), MessageState.UNSURE),
    ],
)
def test_what_an_error_means_for_a_text(app, error, state):
    sms = text(state=MessageState.SENDING, tries=1)
    messages._not_sent(sms.id, error)
    session.commit()
    assert sms.state is state


def test_after_the_last_try_it_has_failed(app):
    letter = make.message(state=MessageState.SENDING, tries=len(messages.BACKOFF_S) + 1)
    messages._not_sent(letter.id, Unavailable("still busy"))
    session.commit()
    assert letter.state is MessageState.FAILED


@pytest.mark.parametrize(
    "name",
    [
        "Eve\nBcc: x@evil.example",
        "Eve\r\nX: y",
        "Eve =?UTF-8?Q?=0ABcc:_x?=",
        "Eve\u2028x",
        "Eve\x0bx",
    ],
)
def test_a_name_that_would_become_a_header_is_refused(name):
    with pytest.raises(Rejected):
        safe(name)


def test_a_customer_with_such_a_name_gets_no_mail_and_staff_see_why(app, world):
    order = make.order(name="Eve\nBcc: x@evil.example")
    letter = make.message(parcel=make.labelled(order=order))
    messages.deliver(letter.id)
    assert letter.state is MessageState.FAILED
    assert world.mail() == []
    assert letter.created_at > datetime.now(UTC) - timedelta(minutes=1)
