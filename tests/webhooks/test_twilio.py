"""Twilio's receipts: signed, taken in once, and never turned back."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from shop.db import session
from shop.values import Channel, MessageState
from tests import make
from tests.conftest import PUBLIC_URL
from tests.world import TWILIO_TOKEN

pytestmark = pytest.mark.both_databases


@pytest.fixture
def text(app):
    return make.message(channel=Channel.SMS, recipient="+15035550142", state=MessageState.SENT)


def receipt(client, text, status: str, secret: str = TWILIO_TOKEN, **more: str):
    path = f"/webhooks/twilio/status?message={text.token}"
    fields = {"MessageSid": "SM1", "MessageStatus": status, **more}
    signed = RequestValidator(secret).compute_signature(PUBLIC_URL + path, fields)
    answer = client.post(path, data=fields, headers={"X-Twilio-Signature": signed})
    session.refresh(text)
    return answer


def test_a_receipt_settles_the_text(client, text):
    assert receipt(client, text, "delivered").status_code == 204
    assert text.state is MessageState.DELIVERED
    assert text.provider_id == "SM1"


def test_a_late_word_does_not_undo_a_final_one(client, text):
    receipt(client, text, "delivered")
    receipt(client, text, "sent")
    assert text.state is MessageState.DELIVERED


def test_a_text_that_did_not_arrive_says_why(client, text):
    receipt(client, text, "undelivered", ErrorCode="30003")
    assert text.state is MessageState.UNDELIVERED
    assert "30003" in text.reason


def test_a_receipt_proves_a_text_whose_answer_was_lost(client, text):
    text.state = MessageState.UNSURE
    session.commit()
    receipt(client, text, "sent")
    assert text.state is MessageState.SENT


def test_a_word_we_do_not_know_changes_no_state(client, text):
    assert receipt(client, text, "teleported").status_code == 204
    assert text.state is MessageState.SENT


def test_a_forged_receipt_is_403_and_changes_nothing(client, text):
    assert receipt(client, text, "failed", secret="not Twilio's").status_code == 403
    assert text.state is MessageState.SENT


def test_more_fields_than_we_know_are_no_forgery(client, text):
    assert receipt(client, text, "delivered", Brandnew="1").status_code == 204


def test_an_address_that_is_no_text_is_403(client):
    answer = client.post("/webhooks/twilio/status", query_string=b"message=\xff".decode("latin-1"))
    raw = {"QUERY_STRING": "message=\xff"}
    assert client.post("/webhooks/twilio/status", environ_overrides=raw).status_code == 403
    assert answer.status_code == 403
