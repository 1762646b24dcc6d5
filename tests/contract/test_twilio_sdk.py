"""Twilio's client sends, fetches and lists texts, and its validator accepts the callbacks."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.contract.listener import Listener
from tests.world import TWILIO_SID, TWILIO_TOKEN, World

SHOP, ALICE = "+15005550006", "+14155550123"


@pytest.fixture
def client(world: World) -> Iterator[Client]:
    twilio = _client(world, TWILIO_TOKEN)
    yield twilio
    twilio.http_client.session.close()


def _client(world: World, token: str) -> Client:
    client = Client(TWILIO_SID, token)
    client.api.base_url = world.url
    return client


def send(client: Client, to: str = ALICE, **more: Any) -> Any:
    return client.messages.create(to=to, from_=SHOP, body="Your parcel is on its way.", **more)


def ended(client: Client, sid: str) -> Any:
    for _ in range(100):
        message = client.messages(sid).fetch()
        if message.status in ("delivered", "undelivered"):
            return message
        time.sleep(0.02)
    raise AssertionError("never ended")


def test_a_text_is_queued_and_then_delivered(client: Client, world: World) -> None:
    message = send(client)
    assert (message.sid[:2], len(message.sid), message.status) == ("SM", 34, "queued")
    assert message.date_created is not None
    message = ended(client, message.sid)
    assert (message.status, message.error_code, message.to) == ("delivered", None, ALICE)
    assert [(text["to"], text["status"]) for text in world.sms()] == [(ALICE, "delivered")]


def test_a_number_ending_in_four_zeros_is_never_reached(client: Client) -> None:
    message = ended(client, send(client, "+14155550000").sid)
    assert (message.status, message.error_code) == ("undelivered", 30003)


def test_texts_are_listed_newest_first_by_number(client: Client) -> None:
    sent = [send(client).sid for _ in range(3)]
    send(client, "+14155550199")
    assert [message.sid for message in client.messages.list(to=ALICE, page_size=2)] == sent[::-1]
    assert [message.sid for message in client.messages.list(to=ALICE, limit=1)] == sent[-1:]
    assert client.messages.list(from_=ALICE) == []


def test_every_step_is_told_and_signed(client: Client, listener: Listener) -> None:
    sid = send(client, status_callback=listener.url).sid
    heard = listener.wait(3)
    told = [dict(parse_qsl(call.body.decode())) for call in heard]
    assert [call["MessageStatus"] for call in told] == ["queued", "sent", "delivered"]
    assert {call["MessageSid"] for call in told} == {sid}
    for call, form in zip(heard, told, strict=True):
        signature = call.headers["X-Twilio-Signature"]
        assert RequestValidator(TWILIO_TOKEN).validate(listener.url, form, signature)
        assert not RequestValidator("another token").validate(listener.url, form, signature)


@pytest.mark.parametrize(
    ("to", "code"),
    [("+15005550001", 21211), ("555", 21211), ("+15005550004", 21610), ("+15005550009", 21614)],
)
def test_numbers_that_cannot_be_texted_are_refused(client: Client, to: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        send(client, to)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_number_that_said_stop_is_refused_until_it_says_start(
    client: Client, world: World
) -> None:
    world.stopped(ALICE)
    with pytest.raises(TwilioRestException) as refused:
        send(client)
    assert refused.value.code == 21610
    world.stopped(ALICE, stopped=False)
    assert send(client).status == "queued"


def test_a_wrong_token_is_nobody(world: World) -> None:
    stranger = _client(world, "guessed")
    with pytest.raises(TwilioRestException) as refused:
        send(stranger)
    assert (refused.value.status, refused.value.code) == (401, 20003)
    stranger.http_client.session.close()
    assert world.sms() == []


def test_an_unknown_text_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages("SM" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)
