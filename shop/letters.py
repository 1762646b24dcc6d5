"""What we say to customers, when we hold our tongue, and how a message is put into words."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template
from flask_babel import force_locale

from shop import headlines, telling
from shop.carriers import known
from shop.gateways.errors import Rejected
from shop.gateways.mail import Letter
from shop.models import Message, Order
from shop.outside import gateways, settings
from shop.values import Channel, Milestone, Standing

LOCALE = "en_US"
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."})
"""What we like to write, and GSM-7 has not: one such character halves what a text may hold."""


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
    match message.milestone:
        case Milestone.LABEL_READY:
            late = parcel.standing.final or parcel.tracking_number is None
        case Milestone.OUT_FOR_DELIVERY:
            late = parcel.standing is not Standing.OUT_FOR_DELIVERY
        case Milestone.DELIVERED:
            late = parcel.standing is not Standing.DELIVERED
        case Milestone.EXCEPTION:
            late = (parcel.cause.value if parcel.cause else "") != message.cause
    return "No longer true when it was to be sent." if late else None


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
