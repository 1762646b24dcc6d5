"""The mailbox: what a malformed letter becomes, how a person reads, and leaves a list."""

from email.message import EmailMessage
from email.policy import SMTP as CRLF
from smtplib import SMTP

import pytest
import requests
from playwright.sync_api import Page

from tests.contract.listener import Listener
from tests.sandbox.test_pages import browser, page  # noqa: F401  one browser for all pages
from tests.world import World

ALICE = "alice@quayside.test"


def send(world: World, raw: bytes | EmailMessage, to: str = ALICE) -> str:
    """The id of the letter it became."""
    words = raw if isinstance(raw, bytes) else raw.as_bytes(policy=CRLF)
    with SMTP("127.0.0.1", world.smtp_port, timeout=5) as smtp:
        smtp.sendmail("hello@quayside.test", [to], words)
    return str(world.mail()[-1]["id"])


def offering(url: str, *, click: str = "List-Unsubscribe=One-Click") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Quayside <hello@quayside.test>", ALICE, "News"
    mail["List-Unsubscribe"] = f"<mailto:out@quayside.test?subject=out>, <{url}>"
    if click:
        mail["List-Unsubscribe-Post"] = click
    mail.set_content("Plain words.")
    mail.add_alternative("<p>Bold words.</p>", subtype="html")
    return mail


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"No headers at all",
        b"Subject: =?utf-8?q?broken\r\nFrom: <<>>\r\nTo: @@\r\n\r\nx",
        b"Subject: =?nocharset?B?AAAA?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nleft open",
        b"Date: never\r\nMessage-ID: <\r\nContent-Disposition: ;;;\r\n\r\n\x00",
    ],
)
def test_a_malformed_letter_is_kept_as_well_as_it_can_be(world: World, raw: bytes) -> None:
    mail_id = send(world, raw)
    for path in (f"mailbox/{mail_id}", f"mailbox/{mail_id}/html", "mailbox"):
        assert requests.get(f"{world.url}/_sandbox/{path}", timeout=5).status_code == 200


def test_one_click_is_a_post_as_rfc_8058_has_it(world: World, listener: Listener) -> None:
    mail_id = send(world, offering(listener.url))
    assert world.mail()[0]["unsubscribe"] == {
        "url": listener.url,
        "mailto": "mailto:out@quayside.test?subject=out",
        "one_click": True,
    }
    pressed = world.unsubscribe(mail_id)
    (heard,) = listener.wait(1)
    assert (heard.path, heard.body) == ("/hook?token=abc", b"List-Unsubscribe=One-Click")
    assert heard.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Cookie" not in heard.headers
    assert (pressed["status"], pressed["error"]) == (204, "")
    assert world.mail()[0]["unsubscribed"] == pressed


def test_a_redirect_is_not_followed(world: World) -> None:
    somebody = Listener(302)
    pressed = world.unsubscribe(send(world, offering(somebody.url)))
    assert (pressed["status"], len(somebody.heard)) == (302, 1)
    somebody.close()


def test_nobody_there_is_told(world: World) -> None:
    pressed = world.unsubscribe(send(world, offering("http://127.0.0.1:1/out")))
    assert (pressed["status"], bool(pressed["error"])) == (0, True)


@pytest.mark.parametrize(
    ("url", "click"),
    [
        ("https://example.com/out", "List-Unsubscribe=One-Click"),
        ("http://127.0.0.1:9/out", ""),
        ("http://127.0.0.1:9/out", "Something=Else"),
    ],
)
def test_what_cannot_be_pressed_is_refused(world: World, url: str, click: str) -> None:
    mail_id = send(world, offering(url, click=click))
    with pytest.raises(RuntimeError, match="400"):
        world.unsubscribe(mail_id)
    body = requests.get(f"{world.url}/_sandbox/mailbox/{mail_id}", timeout=5).text
    assert (url in body, "with one click" in body) == (True, False)


def test_an_unknown_letter_cannot_be_pressed(world: World) -> None:
    with pytest.raises(RuntimeError, match="404"):
        world.unsubscribe("nothing")


# The pages


def test_a_letter_is_left_by_one_press(
    world: World,
    listener: Listener,
    page: Page,  # noqa: F811
) -> None:
    page.goto(f"{world.url}/_sandbox/mailbox/{send(world, offering(listener.url))}")
    page.get_by_role("button", name="Unsubscribe with one click").click()
    page.get_by_text("Answered 204").wait_for()
    assert len(listener.heard) == 1


def test_a_letter_shows_all_that_it_is_made_of(world: World, page: Page) -> None:  # noqa: F811
    mail = offering("https://example.com/out")
    mail.add_attachment(b"x" * 2500, maintype="image", subtype="png", filename="map.png")
    page.goto(f"{world.url}/_sandbox/mailbox/{send(world, mail)}")
    page.frame_locator("iframe").get_by_text("Bold words.").wait_for()
    for name, words in (
        ("Plain text", "Plain words."),
        ("Headers", "Quayside <hello@quayside.test>"),
        ("Raw source", "Content-Type: multipart/mixed"),
    ):
        fold = page.locator("details.fold", has_text=name)
        fold.locator("summary").click()
        assert words in fold.inner_text()
    assert "map.png" in page.locator(".attached").inner_text()
    assert "mailto:out@quayside.test" in page.locator(".leaving").inner_text()


def test_the_list_says_who_what_and_to_whom(world: World, page: Page) -> None:  # noqa: F811
    send(world, offering("https://example.com/out"))
    send(world, b"Subject: Other\r\n\r\nx", "bob@quayside.test")
    page.goto(f"{world.url}/_sandbox/mailbox")
    rows = page.locator(".letters li")
    assert rows.count() == 2
    said = rows.last.inner_text()
    assert all(word in said for word in ("Quayside", "News", ALICE, "Plain words."))
    page.get_by_label("Recipient").fill(ALICE)
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**to=alice*")
    assert page.locator(".letters li").count() == 1


def test_misbehaving_is_planned_on_the_page_and_refusals_are_seen(
    world: World,
    page: Page,  # noqa: F811
) -> None:
    page.goto(f"{world.url}/_sandbox/mailbox")
    page.get_by_label("To whom").fill("@quayside.test")
    page.get_by_label("What to do").select_option("550")
    page.get_by_label("How often").fill("1")
    page.get_by_role("button", name="Misbehave").click()
    page.get_by_text("1 of 1 left").wait_for()
    with SMTP("127.0.0.1", world.smtp_port, timeout=5) as smtp:
        smtp.ehlo()
        smtp.mail("hello@quayside.test")
        assert smtp.rcpt(ALICE)[0] == 550
    page.reload()
    assert "550 5.1.1" in page.locator("#trouble").inner_text()
