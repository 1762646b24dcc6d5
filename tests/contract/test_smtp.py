"""smtplib hands over letters; the mailbox has all of them, and the server misbehaves when asked."""

import smtplib
import threading
import time
from email.message import EmailMessage
from typing import Any

import pytest

from tests.world import World

ALICE, BOB = "alice@quayside.test", "bob@quayside.test"


def letter(to: str, subject: str = "On its way") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Quayside <hello@quayside.test>",
        to,
        subject,
    )
    message.set_content("Your parcel left today.\n")
    message.add_alternative("<p>Your parcel left <b>today</b>.</p>", subtype="html")
    return message


def server(world: World, timeout: float = 5) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=timeout)


def send(world: World, to: str, subject: str = "On its way", timeout: float = 5) -> None:
    with server(world, timeout) as smtp:
        smtp.send_message(letter(to, subject))


def refused(world: World, to: str) -> int:
    """The code with which a recipient is refused."""
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(world, to)
    return int(refusal.value.recipients[to][0])


def tries(world: World) -> list[tuple[str, list[str], str]]:
    return [(each["status"], each["to"], each["outcome"][:3]) for each in world.attempts()]


def test_a_letter_arrives_whole(world: World) -> None:
    send(world, ALICE, "Über den Fluss – Q-10234")
    (mail,) = world.mail()
    assert mail["from"] == "hello@quayside.test"
    assert mail["to"] == [ALICE]
    assert mail["subject"] == "Über den Fluss – Q-10234"
    assert mail["text"] == "Your parcel left today.\n"
    assert "<b>today</b>" in mail["html"]
    assert "Subject: =?utf-8?" in mail["raw"]
    assert ["Subject", "Über den Fluss – Q-10234"] in mail["headers"]


def test_letters_are_kept_in_order_with_who_they_were_for(world: World) -> None:
    with server(world) as smtp:
        for number in range(3):
            smtp.send_message(letter(ALICE, f"Letter {number}"), to_addrs=[BOB])
    assert [(mail["subject"], mail["to"]) for mail in world.mail()] == [
        (f"Letter {number}", [BOB]) for number in range(3)
    ]


def test_letters_can_be_asked_for_by_recipient(world: World) -> None:
    for to in (ALICE, BOB, ALICE):
        send(world, to)
    assert len(world.mail("ALICE@quayside.test")) == 2
    assert len(world.mail(BOB)) == 1
    assert world.mail("nobody@quayside.test") == []


def test_a_sign_in_is_taken_whatever_it_says(world: World) -> None:
    with server(world) as smtp:
        smtp.login("anyone", "anything")
        smtp.sendmail("a@quayside.test", [BOB], "Subject: Plain\r\n\r\nOnly text.\r\n")
    (mail,) = world.mail()
    assert (mail["text"].strip(), mail["html"]) == ("Only text.", "")


def test_what_the_server_can_do_is_announced(world: World) -> None:
    with server(world) as smtp:
        smtp.ehlo()
        offered = smtp.esmtp_features
    assert offered["size"] == str(10 * 1024 * 1024)
    assert {"8bitmime", "smtputf8", "auth"} <= set(offered)


def test_addresses_and_headers_may_be_in_any_script(world: World) -> None:
    message = letter("žofie@háčky.test", "Zásilka je na cestě")
    with server(world) as smtp:
        smtp.send_message(message)
    (mail,) = world.mail("žofie@háčky.test")
    assert "\r\nSubject: Zásilka je na cestě\r\n" in mail["raw"]
    assert mail["subject"] == "Zásilka je na cestě"


def test_attachments_are_listed(world: World) -> None:
    message = letter(ALICE)
    message.add_attachment(
        b"%PDF-1.4 " + b"x" * 991, maintype="application", subtype="pdf", filename="slip.pdf"
    )
    with server(world) as smtp:
        smtp.send_message(message)
    (mail,) = world.mail()
    assert mail["attachments"] == [{"name": "slip.pdf", "type": "application/pdf", "size": 1000}]
    assert mail["text"] == "Your parcel left today.\n"


def test_ten_megabytes_are_the_most(world: World) -> None:
    with server(world) as smtp:
        smtp.ehlo()
        assert smtp.mail(BOB, ["SIZE=10485761"])[0] == 552
        assert smtp.mail(BOB)[0] == 250
        smtp.rcpt(ALICE)
        code, _ = smtp.data("Subject: Large\r\n\r\n" + ("x" * 998 + "\r\n") * 10_500)
    assert code == 552
    assert world.mail() == []
    assert [outcome for _, _, outcome in tries(world)] == ["552", "552"]


# Addresses that ask for trouble


@pytest.mark.parametrize(
    ("local", "code"),
    [
        ("busy421", 421),
        ("later450", 450),
        ("later451", 451),
        ("later452", 452),
        ("no550", 550),
        ("no551", 551),
        ("no553", 553),
        ("no554", 554),
        ("quota552", 552),
        ("alice+no550", 550),
        ("Alice+Later451", 451),
    ],
)
def test_an_address_can_ask_to_be_refused(world: World, local: str, code: int) -> None:
    to = f"{local}@quayside.test"
    assert refused(world, to) == code
    assert world.mail() == []
    assert tries(world) == [("refused", [to], str(code))]


@pytest.mark.parametrize("local", ["bob421", "later4512", "no550s", "mylater451", "alice+x-no550"])
def test_other_addresses_ask_for_nothing(world: World, local: str) -> None:
    send(world, f"{local}@quayside.test")
    assert len(world.mail()) == 1


def test_421_ends_the_connection(world: World) -> None:
    with server(world) as smtp:
        smtp.ehlo()
        smtp.mail(BOB)
        assert smtp.rcpt("busy421@quayside.test")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.rcpt(ALICE)


def test_one_recipient_is_refused_and_the_other_taken(world: World) -> None:
    with server(world) as smtp:
        failed = smtp.send_message(letter(ALICE), to_addrs=[ALICE, "no550@quayside.test"])
    assert list(failed) == ["no550@quayside.test"]
    assert [mail["to"] for mail in world.mail()] == [[ALICE]]


def test_a_number_says_how_often(world: World) -> None:
    to = "alice+later451-2@quayside.test"
    assert [refused(world, to), refused(world, to)] == [451, 451]
    send(world, to)
    assert [status for status, _, _ in tries(world)] == ["refused", "refused", "kept"]


@pytest.mark.parametrize(("local", "code"), [("spam554", 554), ("defer451", 451)])
def test_some_are_refused_after_the_whole_letter(world: World, local: str, code: int) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(world, f"{local}@quayside.test")
    assert refusal.value.smtp_code == code
    assert world.mail() == []


def dropped(world: World, to: str) -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(world, to)


def test_cut_off_before_the_dot_nothing_is_kept(world: World) -> None:
    dropped(world, "drop-before-dot-1@quayside.test")
    assert world.mail() == []
    send(world, "drop-before-dot-1@quayside.test")
    assert [status for status, _, _ in tries(world)] == ["cut", "kept"]


def test_cut_off_after_the_dot_it_is_kept_unsaid(world: World) -> None:
    dropped(world, "drop-after-dot-1@quayside.test")
    assert len(world.mail()) == 1
    send(world, "drop-after-dot-1@quayside.test")
    assert len(world.mail()) == 2


def test_a_stall_holds_up_nobody_else(world: World) -> None:
    begun = time.monotonic()
    slow = threading.Thread(target=send, args=(world, "stall-1@quayside.test"))
    slow.start()
    send(world, ALICE)
    assert time.monotonic() - begun < 0.9
    slow.join()
    assert time.monotonic() - begun >= 1
    assert len(world.mail()) == 2


def test_who_hangs_up_during_a_stall_has_sent_it_all_the_same(world: World) -> None:
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(world, "stall@quayside.test", timeout=0.3)
    assert len(world.mail()) == 1


def test_a_bounce_is_mailed_to_the_sender(world: World) -> None:
    send(world, "bounce550@quayside.test", "Lost words")
    (report,) = world.mail("hello@quayside.test")
    assert "multipart/report" in report["raw"]
    assert "Final-Recipient: rfc822; bounce550@quayside.test" in report["raw"]
    assert "Subject: Lost words" in report["raw"]
    assert report["from"] == ""


# Trouble that is planned


def test_a_recipient_can_be_misbehaved_to(world: World) -> None:
    world.misbehave(ALICE, "451", times=2)
    assert [refused(world, ALICE), refused(world, ALICE)] == [451, 451]
    send(world, ALICE)
    send(world, BOB)
    assert world.behaviours() == [
        {"recipient": ALICE, "do": "451", "at": "rcpt", "times": 2, "left": 0, "seconds": 30}
    ]


def test_a_domain_and_everybody_can_be_misbehaved_to(world: World) -> None:
    world.misbehave("@quayside.test", "452")
    assert refused(world, ALICE) == 452
    send(world, "carol@example.test")
    world.misbehave("*", "421", times=1)
    assert refused(world, "carol@example.test") == 421
    world.behave()
    send(world, ALICE)


@pytest.mark.parametrize(
    ("do", "how"),
    [("drop_before_dot", {}), ("drop_after_dot", {}), ("421", {"at": "data"})],
)
def test_every_cut_can_be_planned(world: World, do: str, how: dict[str, Any]) -> None:
    world.misbehave(ALICE, do, times=1, **how)
    with pytest.raises((smtplib.SMTPServerDisconnected, smtplib.SMTPDataError)):
        send(world, ALICE)
    assert len(world.mail()) == (do == "drop_after_dot")


def test_good_manners_can_be_asked_for_again(world: World) -> None:
    world.misbehave(ALICE, "550")
    assert world.misbehave(ALICE, "take") == {"cleared": 1}
    send(world, ALICE)


@pytest.mark.parametrize(
    "given",
    [
        {"recipient": "alice", "do": "451"},
        {"recipient": ALICE, "do": "251"},
        {"recipient": ALICE, "do": "451", "times": 0},
        {"recipient": ALICE, "do": "451", "at": "mail"},
        {"recipient": ALICE, "do": "stall", "seconds": 241},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(world: World, given: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post("mail/behaviour", **given)


def test_what_was_planned_and_kept_survives_a_restart(world: World) -> None:
    world.misbehave(ALICE, "451", times=2)
    refused(world, ALICE)
    send(world, BOB)
    world.stop()
    world.run()
    assert refused(world, ALICE) == 451
    send(world, ALICE)
    assert [mail["to"] for mail in world.mail()] == [[BOB], [ALICE]]
