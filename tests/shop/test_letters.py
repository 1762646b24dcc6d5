"""What customers are sent: complete, true, harmless, and a text is one text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from shop import letters
from shop.gateways import mail
from shop.gateways.errors import Rejected
from shop.models import Message, Parcel
from shop.values import Cause, Channel, Milestone, Standing, TrackingStatus
from tests import make

pytestmark = [
    pytest.mark.usefixtures("app"),
    pytest.mark.settings(public_url="https://shop.quayside-goods.example"),
]
PARTS = ("subject.txt", "body.txt", "body.html", "sms.txt")
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
SUBSTATUS = {
    Cause.DELIVERY_FAILED: (TrackingStatus.FAILURE, "package_undeliverable"),
    Cause.LOST: (TrackingStatus.FAILURE, "package_lost"),
    Cause.DISPOSED: (TrackingStatus.FAILURE, "package_disposed"),
    Cause.DAMAGED: (TrackingStatus.TRANSIT, "package_damaged"),
    Cause.ADDRESS_ISSUE: (TrackingStatus.TRANSIT, "address_issue"),
    Cause.ATTEMPTED: (TrackingStatus.TRANSIT, "delivery_attempted"),
    Cause.HELD: (TrackingStatus.TRANSIT, "package_held"),
    Cause.PICKUP: (TrackingStatus.TRANSIT, "pickup_available"),
    Cause.UNCLAIMED: (TrackingStatus.RETURNED, "package_unclaimed"),
    Cause.RETURNED: (TrackingStatus.RETURNED, "return_to_sender"),
    Cause.OTHER: (TrackingStatus.TRANSIT, "something_new"),
}


def about(milestone: Milestone, parcel: Parcel) -> Message:
    """A message of a parcel that has just come so far."""
    news = letters.news(parcel)
    about = news.about if news and news.milestone is milestone else ""
    return make.message(parcel=parcel, milestone=milestone, cause=about)


def arriving(milestone: Milestone) -> Message:
    """The message of a milestone for Alice, with a parcel that stands so."""
    match milestone:
        case Milestone.PICKED_UP:
            parcel = make.scanned(TrackingStatus.TRANSIT, "package_accepted")
        case Milestone.OUT_FOR_DELIVERY:
            parcel = make.scanned(TrackingStatus.TRANSIT, "out_for_delivery")
        case Milestone.ATTEMPTED:
            parcel = make.scanned(TrackingStatus.TRANSIT, "notice_left", action_required=True)
        case Milestone.EXCEPTION:
            parcel = make.scanned(TrackingStatus.FAILURE, "package_undeliverable")
        case Milestone.DELIVERED:
            parcel = make.scanned(TrackingStatus.DELIVERED, "delivered")
        case Milestone.RETURNED:
            parcel = make.scanned(TrackingStatus.RETURNED, "return_to_sender")
        case _:
            parcel = make.labelled()
    return about(milestone, parcel)


def troubled(cause: Cause) -> Message:
    status, substatus = SUBSTATUS[cause]
    parcel = make.scanned(status, substatus, action_required=True)
    assert parcel.cause is cause
    news = letters.news(parcel)
    assert news
    return about(news.milestone, parcel)


@pytest.mark.parametrize("milestone", Milestone)
def test_every_milestone_has_its_four_files_and_they_render_for_alice(milestone: Milestone):
    message = arriving(milestone)
    for part in PARTS:
        assert Path(f"templates/messages/{milestone.value}/{part}").is_file()
        assert letters.words(message, part)
    letter = letters.compose(message)
    assert mail.compose(letter, "Quayside <hello@quayside.test>")["Subject"] == letter.subject
    for body in (letter.text, letter.html):
        assert make.NUMBER in body
        assert "USPS" in body
        assert f"https://shop.quayside-goods.example/t/{message.parcel.token}" in body
        assert "Alice Archer" in body


@pytest.mark.parametrize("milestone", Milestone)
def test_a_subject_is_short_and_one_line_and_plain_parts_are_not_escaped(milestone: Milestone):
    message = arriving(milestone)
    message.parcel.order.name = "Ann & Bo O'Neil"
    subject = letters.words(message, "subject.txt")
    assert len(subject) <= 60
    assert len(subject.splitlines()) == 1
    assert message.parcel.order.number in subject
    assert "Hello Ann & Bo O'Neil," in letters.words(message, "body.txt")


@pytest.mark.parametrize("cause", SUBSTATUS)
def test_every_cause_is_told_with_what_we_do(cause: Cause):
    message = troubled(cause)
    text, html = letters.words(message, "body.txt"), letters.words(message, "body.html")
    assert letters.words(message, "subject.txt").endswith(f"order {message.parcel.order.number}")
    assert text.count("USPS") >= 2
    assert "%(" not in text + html
    assert "Next:" not in html  # nothing is promised past the point where it broke


@pytest.mark.parametrize(
    ("substatus", "headline", "why"),
    [
        ("delivery_attempted", "Delivery was attempted", "and could not."),
        ("notice_left", "Nobody there, a notice was left", "left a notice"),
        ("location_inaccessible", "The driver could not reach the door", "a gate code"),
        ("reschedule_delivery", "Delivery has to be arranged again", "on which day"),
    ],
)
def test_an_attempt_says_why_it_came_to_nothing(substatus: str, headline: str, why: str):
    parcel = make.scanned(TrackingStatus.TRANSIT, substatus, action_required=True)
    news = letters.news(parcel)
    assert news
    message = about(news.milestone, parcel)
    assert letters.words(message, "subject.txt").startswith(f"{headline}: order")
    assert why in " ".join(letters.words(message, "body.txt").split())
    text = letters.words(message, "sms.txt")
    assert headline in text
    assert len(text) <= 160


def texts() -> list[Milestone | Cause]:
    return [*Milestone, *SUBSTATUS]


@pytest.mark.parametrize("said", texts(), ids=lambda said: f"{type(said).__name__}-{said}")
def test_a_text_fits_in_one_and_says_who_why_and_how_to_stop(said: Milestone | Cause):
    message = troubled(said) if isinstance(said, Cause) else arriving(said)
    text = letters.words(message, "sms.txt")
    assert text.startswith("Quayside: ")
    assert f"/t/{message.parcel.token} " in text
    assert text.endswith("Reply STOP to stop")
    assert set(text) <= GSM_7
    assert len(text) <= 160


def test_the_first_text_names_carrier_number_and_days():
    order = make.order(promise_first=date(2032, 9, 29), promise_last=date(2032, 10, 1))
    text = letters.words(about(Milestone.LABEL_READY, make.labelled(order=order)), "sms.txt")
    assert f"USPS {make.NUMBER}" in text
    assert "Arrives Wed 29 Sep - Fri 1 Oct 2032" in text
    assert set(text) <= GSM_7


def test_a_name_with_markup_is_inert():
    message = arriving(Milestone.DELIVERED)
    message.parcel.order.name = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    soup = BeautifulSoup(letters.words(message, "body.html"), "html.parser")
    assert not soup.find_all(["script", "img"])
    assert "<script>alert(1)</script>" in soup.get_text()


@pytest.mark.parametrize("end", ["\n", "\r", "\r\nBcc: all@example.com", "\u2028", "=?"])
def test_a_name_that_could_begin_another_header_is_refused(end: str):
    with pytest.raises(Rejected):
        mail.safe(f"Alice{end}")
    message = arriving(Milestone.DELIVERED)
    message.parcel.order.name = f"Alice{end}x"
    with pytest.raises(Rejected):
        mail.compose(letters.compose(message), "Quayside <hello@quayside.test>")


def test_a_mail_has_no_picture_no_table_and_its_own_dark_values():
    html = letters.words(arriving(Milestone.OUT_FOR_DELIVERY), "body.html")
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["img", "table", "script", "link"])
    assert "prefers-color-scheme: dark" in html
    assert soup.find("meta", attrs={"name": "color-scheme"})
    link = "https://shop.quayside-goods.example/t/"
    assert [a.get_text().startswith(link) for a in soup.select(".url a")] == [True]


def test_a_mail_tells_where_it_stands_now_and_not_where_it_stood():
    parcel = make.scanned(TrackingStatus.DELIVERED, "delivered")
    assert parcel.standing is Standing.DELIVERED
    text = letters.words(about(Milestone.LABEL_READY, parcel), "body.txt")
    assert text.startswith("Delivered ")


def test_who_has_not_asked_is_left_in_peace():
    account = make.alice(mail_updates=False)
    parcel = make.labelled(order=make.order(account=account, text_consent=False))
    by_mail = make.message(parcel=parcel)
    by_text = make.message(parcel=parcel, channel=Channel.SMS, recipient="+15035550142")
    assert letters.silence(by_mail) == "The customer turned mail updates off."
    assert letters.silence(by_text) == "The customer has not asked for texts."
    assert by_mail.created_at <= datetime.now(UTC)
