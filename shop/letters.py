"""What we say to customers, when we hold our tongue, and how a message is put into words."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template
from flask_babel import force_locale

from shop import headlines, i18n, milestones, telling
from shop.calendars import zone_of
from shop.carriers import known
from shop.gateways.errors import Rejected
from shop.gateways.mail import Letter
from shop.models import Message, Order, Parcel
from shop.outside import gateways, settings
from shop.values import Cause, Channel, Mark, MessageState, Milestone

LOCALE = "en_US"
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})
"""What we like to write, and GSM-7 has not: one such character halves what a text may hold."""

BY_MAIL_ALONE = {Milestone.PICKED_UP}
"""Cheap news: nobody's phone rings for it."""

OVERTAKEN = "Overtaken"
"""How the reason begins of what later news had made untrue before it was said."""


def recipient(order: Order, channel: Channel) -> str:
    """Where this customer is reached by this channel, or nothing."""
    return order.email if channel is Channel.MAIL else order.phone


def silence(message: Message) -> str | None:
    """Why this customer does not hear of it by this channel, or None when they do."""
    order = message.parcel.order
    if order.cancelled_at:
        return "The order was cancelled."
    if message.channel is Channel.MAIL and not order.email:
        return "No e-mail address."
    if message.channel is Channel.MAIL:
        return None if order.wants_mail else "The customer turned mail updates off."
    if message.milestone in BY_MAIL_ALONE:
        return "This news goes by mail alone."
    if not order.phone:
        return "No phone number."
    if not order.wants_texts:
        return "The customer has not asked for texts."
    if not settings.texts:
        return "Texts are not set up in this shop."
    return None


def stale(message: Message) -> str | None:
    """Why this is not true any more, or None while it is."""
    parcel = message.parcel
    if message.voided_by is not None or parcel.tracking_number is None:
        return "The label was voided before this was sent."
    if message.milestone is Milestone.LABEL_READY:
        late = parcel.standing.final
    else:
        late = news(parcel) != message.mark
    return overtaken(parcel, message.mark) if late else None


def reached(parcel: Parcel) -> tuple[Mark, ...]:
    """Every milestone it has passed, the newest last."""
    return milestones.reached(parcel.story, zone_of(parcel.order.to))


def news(parcel: Parcel) -> Mark | None:
    """What is to be told of it while that is true; nothing where its last milestone is behind."""
    return milestones.news(parcel.story, zone_of(parcel.order.to))


def overtaken(parcel: Parcel, mark: Mark) -> str:
    """Why a milestone is not told that is behind the parcel: what came after it."""
    last = next((passed for passed in reached(parcel)[-1:] if passed != mark), None)
    with force_locale(LOCALE):
        return f"{OVERTAKEN}: {_word(last) if last else i18n.words(parcel.standing)}".capitalize()


def untold(message: Message) -> bool:
    """Whether it was held back because it was not true then: true again, it is news again."""
    return message.state is MessageState.SUPPRESSED and message.reason.startswith(OVERTAKEN)


def write(message: Message) -> Callable[[], str]:
    """Put a message into words; what is returned sends it and gives the provider's id.

    Words need the database, sending must not hold it: that is why they are two steps.
    """
    if message.channel is Channel.MAIL:
        letter = compose(message)
        return lambda: gateways.mail.send(letter)
    sms, to, text = gateways.sms, message.recipient, words(message, "sms.txt")
    receipts = f"{settings.public_url}/webhooks/twilio/status?message={message.token}"
    if sms is None:
        raise Rejected("Texts are not set up in this shop.")
    return lambda: sms.send(to, text, receipts)


def compose(message: Message) -> Letter:
    """A mail in full: subject, text and HTML."""
    return Letter(
        id=message.token,
        to=message.recipient,
        name=message.parcel.order.name,
        subject=words(message, "subject.txt"),
        text=words(message, "body.txt"),
        html=words(message, "body.html"),
    )


def words(message: Message, part: str) -> str:
    """One part of a message: templates/messages/<milestone>/<part>."""
    parcel = message.parcel
    with force_locale(LOCALE):
        text = render_template(
            f"messages/{message.milestone.value}/{part}",
            message=message,
            parcel=parcel,
            order=parcel.order,
            cause=parcel.cause,
            story=parcel.story,
            headline=headlines.headline(parcel),
            explanation=telling.explanation(parcel),
            way=telling.steps(parcel),
            next=telling.next_step(parcel),
            expected=telling.expected_day(parcel),
            brings=telling.carrier_name(parcel),
            site=known(parcel.carrier).site,
            link=f"{settings.public_url}/t/{parcel.token}",
            public_url=settings.public_url,
        )
    # A non-breaking space would push a text out of GSM-7 and double its price.
    text = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    return text.translate(PLAIN) if part == "sms.txt" else text


def _word(mark: Mark) -> str:
    """A milestone in a word or two; of an exception, which."""
    exception = mark.milestone is Milestone.EXCEPTION
    return i18n.words(Cause(mark.about) if exception else mark.milestone)
