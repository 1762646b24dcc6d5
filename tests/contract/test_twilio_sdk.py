"""Twilio's client sends, fetches and lists texts, and its validator accepts the callbacks."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.contract.listener import Listener
from tests.world import TWILIO_SID, TWILIO_TOKEN, World

SHOP, ALICE = "+15005550006", "+14155550123"
SERVICE = "MG" + "0" * 32
OVER = ("delivered", "undelivered", "failed", "canceled")


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
    given = {"from_": SHOP, "body": "Your parcel is on its way.", **more}
    return client.messages.create(to=to, **given)


def refused(client: Client, to: str = ALICE, **more: Any) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refusal:
        send(client, to, **more)
    return refusal.value.status, refusal.value.code


def ended(client: Client, sid: str) -> Any:
    for _ in range(200):
        message = client.messages(sid).fetch()
        if message.status in OVER:
            return message
        time.sleep(0.02)
    raise AssertionError("never ended")


def told(listener: Listener, count: int) -> list[dict[str, str]]:
    return [dict(parse_qsl(call.body.decode())) for call in listener.wait(count)]


# Sending


def test_a_text_is_queued_and_then_delivered(client: Client, world: World) -> None:
    message = send(client)
    assert (message.sid[:2], len(message.sid), message.status) == ("SM", 34, "queued")
    assert (message.date_created is not None, message.date_sent) == (True, None)
    message = ended(client, message.sid)
    assert (message.status, message.error_code, message.to) == ("delivered", None, ALICE)
    assert message.date_sent >= message.date_created
    assert [(text["to"], text["status"]) for text in world.sms()] == [(ALICE, "delivered")]


def test_a_text_has_every_field_that_twilio_has(client: Client) -> None:
    message = send(client)
    path = f"/2010-04-01/Accounts/{TWILIO_SID}/Messages/{message.sid}"
    assert (message.account_sid, message.api_version) == (TWILIO_SID, "2010-04-01")
    assert (message.body, message.direction) == ("Your parcel is on its way.", "outbound-api")
    assert (message.from_, message.messaging_service_sid) == (SHOP, None)
    assert (message.num_media, message.num_segments) == ("0", "1")
    assert (message.price, message.price_unit) == (None, "USD")
    assert (message.error_code, message.error_message) == (None, None)
    assert message.uri == f"{path}.json"
    assert message.subresource_uris == {"media": f"{path}/Media.json"}


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("a" * 160, "1"),
        ("a" * 161, "2"),
        ("a" * 306, "2"),
        ("a" * 307, "3"),
        ("€" * 80, "1"),
        ("€" * 81, "2"),
        ("a" * 152 + "€" + "a" * 153, "3"),
        ("ł" * 70, "1"),
        ("ł" * 71, "2"),
        ("ł" * 134, "2"),
        ("ł" * 135, "3"),
        ("📦" * 35, "1"),
        ("📦" * 36, "2"),
    ],
)
def test_segments_are_counted_in_gsm_letters_or_in_words_of_sixteen_bits(
    client: Client, body: str, segments: str
) -> None:
    assert send(client, body=body).num_segments == segments


def test_a_messaging_service_finds_the_sender(client: Client) -> None:
    message = client.messages.create(to=ALICE, messaging_service_sid=SERVICE, body="On its way.")
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    message = ended(client, message.sid)
    assert (message.status, message.from_, message.num_segments) == ("delivered", SHOP, "1")
    assert message.messaging_service_sid == SERVICE


# What becomes of it


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("0000", "undelivered", 30003),
        ("30003", "undelivered", 30003),
        ("30004", "undelivered", 30004),
        ("30005", "undelivered", 30005),
        ("30006", "undelivered", 30006),
        ("30007", "undelivered", 30007),
        ("30008", "undelivered", 30008),
        ("30001", "failed", 30001),
        ("30036", "failed", 30036),
    ],
)
def test_a_numbers_last_digits_decide_how_its_texts_end(
    client: Client, ending: str, status: str, code: int
) -> None:
    number = "+14155550123"[: -len(ending)] + ending
    message = ended(client, send(client, number).sid)
    assert (message.status, message.error_code) == (status, code)
    assert message.error_message
    assert (message.date_sent is None) == (status == "failed")


@pytest.mark.parametrize(
    ("to", "status", "code"),
    [
        ("+15005550001", 400, 21211),
        ("+15005550002", 400, 21612),
        ("+15005550003", 400, 21408),
        ("+15005550004", 400, 21610),
        ("+15005550009", 400, 21614),
        ("555", 400, 21211),
        ("+14155521211", 400, 21211),
        ("+14155521408", 400, 21408),
        ("+14155521610", 400, 21610),
        ("+14155521612", 400, 21612),
        ("+14155521614", 400, 21614),
        ("+14155521635", 400, 21635),
        ("+14155520429", 429, 20429),
        ("+14155520003", 401, 20003),
        ("+14155520500", 500, 20500),
        ("", 400, 21604),
        (SHOP, 400, 21266),
    ],
)
def test_some_numbers_are_refused_at_once(
    client: Client, world: World, to: str, status: int, code: int
) -> None:
    assert refused(client, to) == (status, code)
    assert world.sms() == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"from_": ""}, 21603),
        ({"from_": "+12"}, 21212),
        ({"messaging_service_sid": "MGnone"}, 21701),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"validity_period": 0}, 90007),
        ({"validity_period": 36001}, 90007),
        ({"status_callback": "not an address"}, 21609),
    ],
)
def test_what_is_wrong_with_a_text_is_said_in_twilios_numbers(
    client: Client, given: dict[str, Any], code: int
) -> None:
    assert refused(client, **given) == (400, code)


def test_a_refusal_says_what_is_wrong_and_where_to_read_more(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(client, "+15005550009")
    assert "'To' number is not a valid mobile number: +15005550009" in refusal.value.msg


def test_senders_may_be_short_codes_and_names(client: Client) -> None:
    assert send(client, from_="24273", validity_period=14400).status == "queued"
    assert send(client, from_="Quayside").from_ == "Quayside"


def test_a_wrong_token_is_nobody(world: World) -> None:
    stranger = _client(world, "guessed")
    assert refused(stranger) == (401, 20003)
    stranger.http_client.session.close()
    assert world.sms() == []


# Receipts


def test_every_step_is_told_and_signed(client: Client, listener: Listener) -> None:
    sid = send(client, status_callback=listener.url).sid
    calls = told(listener, 3)
    assert [call["MessageStatus"] for call in calls] == ["queued", "sent", "delivered"]
    assert [call["SmsStatus"] for call in calls] == ["queued", "sent", "delivered"]
    assert {(call["MessageSid"], call["AccountSid"]) for call in calls} == {(sid, TWILIO_SID)}
    assert {(call["From"], call["To"]) for call in calls} == {(SHOP, ALICE)}
    for heard, form in zip(listener.heard, calls, strict=True):
        signature = heard.headers["X-Twilio-Signature"]
        assert "?token=abc" in heard.path
        assert RequestValidator(TWILIO_TOKEN).validate(listener.url, form, signature)
        assert not RequestValidator("another token").validate(listener.url, form, signature)
        other = listener.url.replace("abc", "abd")
        assert not RequestValidator(TWILIO_TOKEN).validate(other, form, signature)


def test_a_receipt_names_the_code_and_the_service(client: Client, listener: Listener) -> None:
    send(client, "+14155530006", status_callback=listener.url, messaging_service_sid=SERVICE)
    last = told(listener, 3)[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30006")
    assert last["MessagingServiceSid"] == SERVICE


def test_receipts_can_come_twice_and_in_no_order(client: Client, listener: Listener) -> None:
    sid = send(client, "+14155522222", status_callback=listener.url).sid
    steps = [call["MessageStatus"] for call in told(listener, 6)]
    assert sorted(steps) == sorted(["queued", "sent", "delivered"] * 2)
    assert steps.index("delivered") < steps.index("queued")
    assert ended(client, sid).status == "delivered"


# Lists


def test_texts_are_listed_newest_first_by_number(client: Client) -> None:
    sent = [send(client).sid for _ in range(5)]
    send(client, "+14155550199")
    assert [message.sid for message in client.messages.list(to=ALICE, page_size=2)] == sent[::-1]
    assert [message.sid for message in client.messages.list(to=ALICE, limit=1)] == sent[-1:]
    assert client.messages.list(from_=ALICE) == []
    assert len(client.messages.list(from_=SHOP, page_size=4)) == 6


def test_pages_lead_forward_and_back(client: Client) -> None:
    sent = [send(client).sid for _ in range(5)][::-1]
    first = client.messages.page(page_size=2)
    assert [message.sid for message in first] == sent[:2]
    assert first.previous_page_url is None
    second = first.next_page()
    assert second is not None
    assert [message.sid for message in second] == sent[2:4]
    third, before = second.next_page(), second.previous_page()
    assert third is not None
    assert before is not None
    assert [message.sid for message in third] == sent[4:]
    assert third.next_page_url is None
    assert [message.sid for message in before] == sent[:2]


def test_what_comes_and_goes_while_paging_is_seen_once(client: Client) -> None:
    sent = [ended(client, send(client).sid).sid for _ in range(4)]
    seen = []
    for message in client.messages.stream(page_size=2):
        seen.append(message.sid)
        message.delete()
        send(client)
    assert seen == sent[::-1]


def test_texts_are_listed_by_the_day_they_were_sent(client: Client, world: World) -> None:
    first = ended(client, send(client).sid)
    world.advance(48)
    second = ended(client, send(client).sid)
    between = first.date_sent + timedelta(hours=24)
    days = first.date_sent.date(), second.date_sent.date()
    by = {
        "before": client.messages.list(date_sent_before=between),
        "after": client.messages.list(date_sent_after=between),
        "first": client.messages.list(date_sent=days[0]),
        "second": client.messages.list(date_sent=days[1]),
    }
    found = {name: [message.sid for message in some] for name, some in by.items()}
    assert found == {
        "before": [first.sid],
        "after": [second.sid],
        "first": [first.sid],
        "second": [second.sid],
    }


# Changing


def test_the_words_of_a_text_can_be_taken_away(client: Client) -> None:
    message = ended(client, send(client).sid).update(body="")
    assert (message.body, message.status) == ("", "delivered")
    assert client.messages(message.sid).fetch().body == ""


def test_a_text_that_is_over_can_be_forgotten(client: Client) -> None:
    sid = ended(client, send(client).sid).sid
    assert client.messages(sid).delete() is True
    with pytest.raises(TwilioRestException) as gone:
        client.messages(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)


def scheduled(client: Client, world: World, hours: float = 6, **more: Any) -> Any:
    now = datetime.fromisoformat(world.clock()["now"])
    wanted = {"schedule_type": "fixed", "send_at": now + timedelta(hours=hours), **more}
    return client.messages.create(
        to=ALICE, body="Out today.", messaging_service_sid=SERVICE, **wanted
    )


def test_a_scheduled_text_goes_out_when_the_clock_gets_there(client: Client, world: World) -> None:
    message = scheduled(client, world)
    assert (message.status, message.date_sent) == ("scheduled", None)
    world.advance(5)
    assert client.messages(message.sid).fetch().status == "scheduled"
    world.advance(2)
    assert ended(client, message.sid).status == "delivered"


def test_a_scheduled_text_can_be_canceled(client: Client, world: World, listener: Listener) -> None:
    message = scheduled(client, world, status_callback=listener.url).update(status="canceled")
    assert message.status == "canceled"
    assert told(listener, 1)[0]["MessageStatus"] == "canceled"
    world.advance(7)
    assert client.messages(message.sid).fetch().status == "canceled"


def test_what_has_gone_out_cannot_be_canceled(client: Client) -> None:
    message = ended(client, send(client).sid)
    with pytest.raises(TwilioRestException) as refusal:
        message.update(status="canceled")
    assert (refusal.value.status, refusal.value.code) == (409, 30409)


@pytest.mark.parametrize("hours", [0.2, 36 * 24])
def test_texts_are_scheduled_a_quarter_of_an_hour_to_35_days_ahead(
    client: Client, world: World, hours: float
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        scheduled(client, world, hours)
    assert (refusal.value.status, refusal.value.code) == (400, 35114)


def test_who_stops_in_the_meantime_is_not_texted_as_scheduled(client: Client, world: World) -> None:
    message = scheduled(client, world)
    world.stopped(ALICE)
    world.advance(7)
    message = ended(client, message.sid)
    assert (message.status, message.error_code) == ("failed", 21610)


def test_a_text_on_its_way_can_be_neither_forgotten_nor_emptied(
    client: Client, world: World
) -> None:
    waiting = scheduled(client, world)
    for change in (waiting.delete, lambda: waiting.update(body="")):
        with pytest.raises(TwilioRestException) as refusal:
            change()
        assert (refusal.value.status, refusal.value.code) == (409, 20009)


def test_what_twilio_has_and_the_sandbox_has_not_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client.calls("CA" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_an_unknown_text_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


# What people answer


def test_a_number_that_said_stop_is_refused_until_it_says_start(
    client: Client, world: World
) -> None:
    send(client)
    world.answer(ALICE, "STOP")
    assert refused(client) == (400, 21610)
    world.answer(ALICE, "START")
    assert send(client).status == "queued"
    world.stopped(ALICE)
    assert refused(client) == (400, 21610)
    world.stopped(ALICE, stopped=False)
    assert send(client).status == "queued"


def test_what_people_text_is_in_the_list(client: Client, world: World) -> None:
    sent = send(client).sid
    world.answer(ALICE, "Where is it?")
    answer, text = client.messages.list()
    assert text.sid == sent
    assert (answer.direction, answer.status, answer.body) == ("inbound", "received", "Where is it?")
    assert (answer.from_, answer.to, answer.account_sid) == (ALICE, SHOP, TWILIO_SID)
    assert [message.sid for message in client.messages.list(from_=ALICE)] == [answer.sid]
