"""The pages: a person looks, presses and reads; in a browser, with its script and without."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from smtplib import SMTP
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from sandbox.board import words
from tests.journeys.browser import chromium, found_by_axe
from tests.sandbox.caller import Caller
from tests.world import TWILIO_TOKEN, World

RULES: dict[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What axe looks for: in the dark only the colours are others."""

BOARD = (
    "/_sandbox/",
    "/_sandbox/plays",
    "/_sandbox/trouble",
    "/_sandbox/calls",
    "/_sandbox/mailbox",
    "/_sandbox/phone",
    "/_sandbox/deliveries",
    "/_sandbox/sold",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(params=["script", "no script"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param == "script")
    yield context.new_page()
    context.close()


def lived_in(world: World, shippo: Caller) -> str:
    """A world in which something of everything has happened; the number of its parcel."""
    shippo.listen("http://127.0.0.1:1/hook")
    number = str(shippo.label("ups_ground")["tracking_number"])
    world.next_scan(number)
    world.scan(number, "TRANSIT", "delivery_attempted")
    letter(world)
    text(world, "+14155550123")
    return number


def letter(world: World, said: str = "Plain words.") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@quayside.test", "b@quayside.test", "On its way"
    mail.set_content(said)
    mail.add_alternative(
        "<html><head></head><body><p>Bold words.</p></body></html>", subtype="html"
    )
    with SMTP("127.0.0.1", world.smtp_port) as smtp:
        smtp.send_message(mail)


def text(world: World, to: str, said: str = "Out for delivery.") -> None:
    form = {"To": to, "From": "+15005550006", "Body": said}
    url = f"{world.url}/2010-04-01/Accounts/AC1/Messages.json"
    requests.post(url, form, auth=("AC1", TWILIO_TOKEN), timeout=5)


def test_a_scan_is_one_press_of_a_button(world: World, shippo: Caller, page: Page) -> None:
    number = str(shippo.label()["tracking_number"])
    page.goto(f"{world.url}/_sandbox/")
    for step in ("Label created", "Accepted"):
        page.get_by_role("button", name=f"Next scan: {step} for {number}").click()
        page.locator(".pill", has_text=re.compile(f"^{step}$")).wait_for()
    page.get_by_text(f"Something else for {number}").click()
    page.get_by_label(f"Trouble for {number}").select_option("package_lost")
    page.get_by_role("button", name=f"Scan trouble for {number}").click()
    page.locator(".pill", has_text="Lost").wait_for()
    events = shippo.get(f"/tracks/usps/{number}")["tracking_history"]
    assert [event["status"] for event in events] == ["PRE_TRANSIT", "TRANSIT", "FAILURE"]


def test_the_clock_is_moved_by_a_button(world: World, page: Page) -> None:
    before = world.clock()["offset_s"]
    page.goto(f"{world.url}/_sandbox/phone")
    page.get_by_role("button", name="Move the clock +1 day").click()
    hours = round(before / 3600) + 24
    page.locator("#clock", has_text=words.ahead(hours * 3600)).wait_for()
    assert page.url.endswith("/_sandbox/phone")
    assert world.clock()["offset_s"] == pytest.approx(before + 86400)


def test_a_letter_is_read_as_it_looks_and_cannot_run_anything(
    world: World, shippo: Caller, page: Page
) -> None:
    lived_in(world, shippo)
    page.goto(f"{world.url}/_sandbox/mailbox")
    page.get_by_role("link", name="On its way").click()
    page.frame_locator("iframe").get_by_text("Bold words.").wait_for()
    assert "allow-scripts" not in (page.locator("iframe").get_attribute("sandbox") or "")
    body = requests.get(f"{page.url}/html", timeout=5)
    assert "default-src 'none'" in body.headers["Content-Security-Policy"]
    assert "allow-scripts" not in body.headers["Content-Security-Policy"]


def test_the_carriers_page_shows_the_scans_and_whose_it_pretends_to_be(
    world: World, shippo: Caller, page: Page
) -> None:
    number = lived_in(world, shippo)
    page.goto(
        shippo.get(f"/transactions/{world.ledger()[0]['object_id']}")["tracking_url_provider"]
    )
    assert page.title() == "Delivery attempted · UPS tracking"
    assert page.locator("h1").all_inner_texts() == ["Delivery attempted"]
    assert page.get_by_text("Sandbox: this page pretends to be UPS’s").is_visible()
    assert page.locator(".tl li").count() == 2
    said = page.inner_text("body")
    assert number in "".join(said.split())
    assert "Alice" not in said
    assert "350 5th Ave" not in said


def test_a_number_the_carrier_does_not_know_is_not_found(world: World) -> None:
    for path in ("/carriers/ups/1Z5R89390357567127", "/carriers/nobody/1"):
        answer = requests.get(world.url + path, timeout=5)
        assert (answer.status_code, "No parcel found" in answer.text) == (404, True)


@pytest.mark.parametrize("scheme", RULES)
def test_every_page_is_sound_at_every_width(
    world: World, shippo: Caller, browser: Browser, scheme: str
) -> None:
    number = lived_in(world, shippo)
    ones = (f"/_sandbox/mailbox/{world.mail()[0]['id']}", f"/_sandbox/parcel/{number}")
    world.fault("POST", "/transactions", "commit_then_drop", nth=1)
    world.post("journey", name="half_refuse")
    context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = context.new_page()
    carriers = (f"/carriers/ups/{number}", "/carriers/dhl_express/1234567890", "/carriers/usps")
    for path in (*BOARD, *ones, *carriers):
        page.goto(world.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        heading = page.locator("h1").all_inner_texts()
        assert (len(heading), page.title().startswith(heading[0])) == (1, True), path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert found_by_axe(page, **RULES[scheme]) == [], path
    context.close()
