"""smtplib hands over letters, and the mailbox has all of them."""

import smtplib
from email.message import EmailMessage

from tests.world import World


def letter(to: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Quayside <hello@quayside.test>",
        to,
        subject,
    )
    message.set_content("Your parcel left today.\n")
    message.add_alternative("<p>Your parcel left <b>today</b>.</p>", subtype="html")
    return message


def test_a_letter_arrives_whole(world: World) -> None:
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=5) as smtp:
        smtp.send_message(letter("alice@quayside.test", "Über den Fluss – Q-10234"))
    (mail,) = world.mail()
    assert mail["from"] == "hello@quayside.test"
    assert mail["to"] == ["alice@quayside.test"]
    assert mail["subject"] == "Über den Fluss – Q-10234"
    assert mail["text"] == "Your parcel left today.\n"
    assert "<b>today</b>" in mail["html"]
    assert "Subject: =?utf-8?" in mail["raw"]


def test_letters_are_kept_in_order_with_who_they_were_for(world: World) -> None:
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=5) as smtp:
        for number in range(3):
            smtp.send_message(
                letter("alice@quayside.test", f"Letter {number}"), to_addrs=["bob@quayside.test"]
            )
    assert [(mail["subject"], mail["to"]) for mail in world.mail()] == [
        (f"Letter {number}", ["bob@quayside.test"]) for number in range(3)
    ]


def test_a_sign_in_is_taken_whatever_it_says(world: World) -> None:
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=5) as smtp:
        smtp.login("anyone", "anything")
        smtp.sendmail(
            "a@quayside.test", ["b@quayside.test"], "Subject: Plain\r\n\r\nOnly text.\r\n"
        )
    (mail,) = world.mail()
    assert (mail["text"].strip(), mail["html"]) == ("Only text.", "")
