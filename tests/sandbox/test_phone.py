"""People answer: Twilio obeys their words, tells the application, and texts back what it says."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from playwright.sync_api import Page
from twilio.request_validator import RequestValidator

from tests.contract.listener import Listener
from tests.sandbox.test_pages import browser, page  # noqa: F401  one browser for all pages
from tests.world import TWILIO_TOKEN, World

ALICE, SHOP = "+14155550123", "+15005550006"
STOPPED = "You have successfully been unsubscribed."
SERVICE = "MG" + "0" * 32


@pytest.fixture(scope="module")
def application() -> Iterator[Listener]:
    """What answers Twilio's calls for the one sandbox of this file."""
    somebody = Listener(200)
    yield somebody
    somebody.close()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory, application: Listener) -> Iterator[World]:
    directory = Path(tmp_path_factory.mktemp("phone"))
    world = World.start(directory, SANDBOX_INBOUND_URL=application.url)
    yield world
    assert world.stop() == 0


@pytest.fixture
def phone(answered: World, application: Listener) -> World:
    """A sandbox whose inbound texts are heard, with nothing heard yet and nothing said to them."""
    answered.reset()
    application.heard.clear()
    application.says, application.kind = b"", "text/xml"
    return answered


def text(world: World, to: str = ALICE, body: str = "On its way.", **more: str) -> dict[str, Any]:
    form = {"To": to, "From": SHOP, "Body": body, **more}
    url = f"{world.url}/2010-04-01/Accounts/AC1/Messages.json"
    return dict(requests.post(url, form, auth=("AC1", TWILIO_TOKEN), timeout=5).json())


def heard(application: Listener) -> dict[str, str]:
    return dict(parse_qsl(application.heard[-1].body.decode(), keep_blank_values=True))


def bodies(world: World) -> list[str]:
    return [each["body"] for each in world.sms()]


def test_an_inbound_text_is_posted_as_twilio_posts_it_and_signed(
    phone: World, application: Listener
) -> None:
    text(phone)
    sid = phone.answer(ALICE, "Where is it? Grüße")["sid"]
    form, call = heard(application), application.heard[-1]
    assert {form[name] for name in ("MessageSid", "SmsSid", "SmsMessageSid")} == {sid}
    assert (form["From"], form["To"], form["Body"]) == (ALICE, SHOP, "Where is it? Grüße")
    assert (form["SmsStatus"], form["NumMedia"], form["NumSegments"]) == ("received", "0", "1")
    assert (form["AccountSid"], form["ApiVersion"]) == ("AC1", "2010-04-01")
    assert (form["FromCountry"], form["ToCountry"]) == ("US", "US")
    assert "OptOutType" not in form
    assert call.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    signature = call.headers["X-Twilio-Signature"]
    assert RequestValidator(TWILIO_TOKEN).validate(application.url, form, signature)


def test_what_the_application_answers_is_texted_back(phone: World, application: Listener) -> None:
    application.says = (
        b"<?xml version='1.0'?><Response><Message>It is in Reno.</Message>"
        b"<Message><Body>Out &amp; about tomorrow.</Body></Message></Response>"
    )
    told = phone.answer(ALICE, "Where is it?")
    assert [each["body"] for each in told["replies"]] == ["It is in Reno.", "Out & about tomorrow."]
    assert bodies(phone) == ["It is in Reno.", "Out & about tomorrow."]
    assert {each["direction"] for each in phone.sms()} == {"outbound-reply"}
    application.says, application.kind = b"Plainly yes.", "text/plain"
    phone.answer(ALICE, "Really?")
    assert bodies(phone)[-1] == "Plainly yes."


@pytest.mark.parametrize(
    "said", [b"<Response><Message>", b"<Other/>", b"<!DOCTYPE a><Response/>", b"Hello"]
)
def test_an_answer_that_is_no_twiml_is_complained_of(
    phone: World, application: Listener, said: bytes
) -> None:
    application.says = said
    told = phone.answer(ALICE, "Hello")
    assert told["webhook"]["error"].startswith("12100")
    assert (told["replies"], phone.callbacks()[-1]["error"]) == ([], told["webhook"]["error"])


def test_each_call_is_in_the_log_of_deliveries(phone: World, application: Listener) -> None:
    phone.answer(ALICE, "Hello")
    (line,) = phone.callbacks()
    assert (line["event"], line["status"], line["url"]) == ("inbound", 200, application.url)


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop ", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]
)
def test_a_word_alone_stops_further_texts_and_twilio_says_so(
    phone: World, application: Listener, word: str
) -> None:
    text(phone)
    told = phone.answer(ALICE, word)
    assert (told["keyword"], told["stopped"]) == ("STOP", True)
    assert told["replies"][0]["body"].startswith(STOPPED)
    assert text(phone)["code"] == 21610
    assert heard(application)["Body"] == word
    assert phone.answer(ALICE, word)["replies"] == []


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_a_word_alone_lets_texts_in_again(phone: World, word: str) -> None:
    phone.answer(ALICE, "STOP")
    told = phone.answer(ALICE, word)
    assert (told["stopped"], "re-subscribed" in told["replies"][0]["body"]) == (False, True)
    assert text(phone)["status"] == "queued"
    assert phone.answer(ALICE, word)["replies"] == []


@pytest.mark.parametrize("word", ["HELP", "info"])
def test_help_is_answered_by_twilio(phone: World, word: str) -> None:
    assert phone.answer(ALICE, word)["replies"][0]["body"].startswith("Reply STOP")


@pytest.mark.parametrize("body", ["STOP please", "don't stop", "ЅTOP", "S T O P"])
def test_other_words_stop_nothing(phone: World, body: str) -> None:
    told = phone.answer(ALICE, body)
    assert (told["keyword"], told["stopped"], told["replies"]) == (None, False, [])


def test_an_answer_to_who_has_stopped_does_not_arrive(phone: World, application: Listener) -> None:
    application.says = b"<Response><Message>Sorry to see you go.</Message></Response>"
    told = phone.answer(ALICE, "STOP")
    assert [each["status"] for each in told["replies"]] == ["queued", "failed"]
    assert phone.sms()[-1]["error_code"] == 21610


def test_with_a_messaging_service_the_word_is_named(phone: World, application: Listener) -> None:
    text(phone, MessagingServiceSid=SERVICE)
    phone.answer(ALICE, "end")
    assert heard(application)["OptOutType"] == "STOP"
    assert heard(application)["MessagingServiceSid"] == SERVICE


def test_an_application_may_call_twilio_while_it_answers(
    phone: World, application: Listener
) -> None:
    """The sandbox holds nothing while it waits for an answer."""
    application._slow = 0.3
    waiting = threading.Thread(target=phone.answer, args=(ALICE, "Hello"))
    waiting.start()
    application.wait(1)
    before = time.monotonic()
    assert text(phone)["status"] == "queued"
    assert time.monotonic() - before < 0.25
    waiting.join()
    application._slow = 0.0


def test_without_an_address_only_twilio_hears(world: World) -> None:
    told = world.answer(ALICE, "STOP", to="+15005550010")
    assert (told["webhook"], told["to"], told["stopped"]) == (None, "+15005550010", True)
    assert world.callbacks() == []


def test_only_this_machine_is_called(tmp_path: Path) -> None:
    world = World.start(tmp_path, SANDBOX_INBOUND_URL="http://example.com/inbound")
    told = world.answer(ALICE, "Hello")
    assert (told["webhook"]["status"], "not sent" in told["webhook"]["error"]) == (0, True)
    world.stop()


@pytest.mark.parametrize(
    "given", [{"from": "555", "body": "Hi"}, {"from": ALICE, "body": " "}, {"from": ALICE}]
)
def test_a_slip_is_told(world: World, given: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post("sms/inbound", **given)


@pytest.mark.parametrize("given", [{}, {"number": "555"}, {"number": ALICE, "stopped": "perhaps"}])
def test_who_stops_must_be_said_clearly(world: World, given: dict[str, str]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post("sms/stop", **given)


def test_the_numbers_that_bring_codes_about_can_be_asked_for(world: World) -> None:
    codes = {line["code"] for line in world.get("sms/codes")}
    assert {30003, 30004, 30005, 30006, 30007, 30008, 21610, 21211, 21614, 21635} <= codes
    assert {20429, 20003, 20500, None} <= codes


def test_what_was_said_survives_a_restart(phone: World) -> None:
    text(phone)
    phone.answer(ALICE, "STOP")
    phone.stop()
    phone.run()
    assert text(phone)["code"] == 21610
    assert [each["body"] for each in phone.sms("inbound")] == ["STOP"]


# The page


def test_a_conversation_is_read_and_answered_on_the_page(
    phone: World,
    application: Listener,
    page: Page,  # noqa: F811
) -> None:
    application.says = b"<Response><Message>In Reno.</Message></Response>"
    text(phone, body="Out for delivery.")
    page.goto(f"{phone.url}/_sandbox/phone")
    page.locator(".bubble", has_text="Out for delivery.").wait_for()
    page.get_by_label(f"Answer as {ALICE}").fill("Where is it?")
    page.get_by_role("button", name="Send").last.click()
    page.locator(".bubble-mine", has_text="Where is it?").wait_for()
    page.locator(".bubble", has_text="In Reno.").wait_for()
    assert "Webhook answered 200" in page.locator(".bubble-mine").inner_text()
    assert heard(application)["Body"] == "Where is it?"


def test_stop_is_one_press_and_the_page_says_what_it_did(phone: World, page: Page) -> None:  # noqa: F811
    text(phone)
    page.goto(f"{phone.url}/_sandbox/phone/{ALICE}")
    page.get_by_role("button", name=f"Answer STOP from {ALICE}").click()
    page.get_by_text("texts are refused, 21610").wait_for()
    page.locator(".bubble", has_text=STOPPED).wait_for()
    assert text(phone)["code"] == 21610
    page.get_by_role("button", name=f"Answer START from {ALICE}").click()
    page.locator(".bubble", has_text="re-subscribed").wait_for()
    assert page.get_by_text("texts are refused, 21610").count() == 0


def test_what_has_not_been_read_stands_out_until_it_is(phone: World) -> None:
    for to in (ALICE, "+14155550199"):
        text(phone, to)
    until_delivered(phone)
    here = f"{phone.url}/_sandbox/phone"
    assert "1 new" in requests.get(f"{here}/+14155550199", timeout=5).text
    assert "1 new" not in requests.get(f"{here}/{ALICE}", timeout=5).text


def until_delivered(world: World) -> None:
    for _ in range(100):
        if {each["status"] for each in world.sms()} == {"delivered"}:
            return
        time.sleep(0.02)
    raise AssertionError("never delivered")
