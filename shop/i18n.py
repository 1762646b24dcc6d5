"""Our words and dates as people read them; each word goes through gettext."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

import phonenumbers
from babel.dates import format_date, format_datetime, format_time
from flask_babel import get_locale, gettext, lazy_gettext
from markupsafe import Markup

from shop.outside import world_now
from shop.rates import HOME
from shop.values import (
    Act,
    Cause,
    Channel,
    EventState,
    Handling,
    Hold,
    IntentState,
    LabelFormat,
    LabelWhen,
    LeftOut,
    MessageState,
    Milestone,
    Outcome,
    ParcelState,
    Promise,
    QuoteSource,
    RefundState,
    Role,
    Standing,
    Verdict,
    Via,
)

_ = lazy_gettext

_PAIRS: tuple[tuple[Enum, object], ...] = (
    (Standing.NO_LABEL, _("Being packed")),
    (Standing.LABEL_READY, _("Ready to leave")),
    (Standing.IN_TRANSIT, _("In transit")),
    (Standing.OUT_FOR_DELIVERY, _("Out for delivery")),
    (Standing.DELIVERED, _("Delivered")),
    (Standing.ATTENTION, _("Needs attention")),
    (Standing.FAILED, _("Delivery failed")),
    (Standing.RETURNED, _("Going back")),
    (Standing.CANCELLED, _("Cancelled")),
    (Cause.DELIVERY_FAILED, _("Delivery failed")),
    (Cause.LOST, _("Lost")),
    (Cause.DISPOSED, _("Disposed of")),
    (Cause.DAMAGED, _("Damaged")),
    (Cause.ADDRESS_ISSUE, _("Address problem")),
    (Cause.ATTEMPTED, _("Delivery attempted")),
    (Cause.HELD, _("Held by the carrier")),
    (Cause.PICKUP, _("Waiting at a pick-up point")),
    (Cause.UNCLAIMED, _("Not collected")),
    (Cause.RETURNED, _("Going back")),
    (Cause.OTHER, _("Needs attention")),
    (Cause.CUSTOMS, _("Stuck in customs")),
    (Cause.NOT_DELIVERED, _("Out, and no word since")),
    (Cause.STALLED, _("No scan for days")),
    (Cause.NEVER_SCANNED, _("Never scanned")),
    (Cause.LATE, _("Late")),
    (ParcelState.NEEDS_RATE, _("Needs a rate")),
    (ParcelState.NEEDS_LABEL, _("Needs label")),
    (ParcelState.BUYING, _("Buying label")),
    (ParcelState.UNKNOWN, _("Purchase unknown")),
    (ParcelState.LABELLED, _("Labelled")),
    (ParcelState.CANCELLED, _("Cancelled")),
    (Handling.PACKED, _("Packed")),
    (Handling.HANDED, _("Handed over")),
    (IntentState.READY, _("Waiting to be sent")),
    (IntentState.SENDING, _("Asking Shippo")),
    (IntentState.UNKNOWN, _("Not known yet")),
    (IntentState.PENDING, _("Shippo is working on it")),
    (IntentState.NEEDS_REVIEW, _("In review")),
    (IntentState.PURCHASED, _("Bought")),
    (IntentState.FAILED, _("Refused")),
    (IntentState.RELEASED, _("Released")),
    (IntentState.VOIDED, _("Voided")),
    (Hold.APPROVAL, _("Waits for approval")),
    (Hold.CAP, _("Over today’s limit")),
    (RefundState.WANTED, _("Void asked for")),
    (RefundState.SENDING, _("Asking Shippo to void it")),
    (RefundState.UNKNOWN, _("Void not known yet")),
    (RefundState.FILED, _("Voided, money to come")),
    (RefundState.GRANTED, _("Voided, money back")),
    (RefundState.REJECTED, _("Refund refused")),
    (RefundState.FAILED, _("Not voided")),
    (Via.ANSWER, _("answer to the purchase")),
    (Via.WEBHOOK, _("webhook")),
    (Via.POLL, _("poll")),
    (Via.LIST, _("Shippo's list")),
    (Via.PERSON, _("staff")),
    (Act.CHECK, _("Had Shippo asked")),
    (Act.ADOPT, _("Entered the Shippo transaction")),
    (Act.RELEASE, _("Released the purchase and bought again")),
    (Act.PRINT, _("Printed the label")),
    (Act.PACK, _("Packed the parcel")),
    (Act.HAND_OVER, _("Handed the parcel over to the carrier")),
    (Act.TAKE_BACK, _("Took a mistaken press back")),
    (Act.VOID, _("Asked to void the label")),
    (Act.REFUND, _("Asked for the surplus label’s money back")),
    (Act.KEEP, _("Took the voided label back into use")),
    (Act.NOTE, _("Took note of the voided label’s trouble")),
    (Act.APPROVE, _("Approved the cost")),
    (Act.WITHDRAW, _("Took the purchase back before it was sent")),
    (Act.CANCEL, _("Cancelled the order")),
    (Act.REPLAY, _("Had webhooks applied again")),
    (Milestone.LABEL_READY, _("Label ready")),
    (Milestone.PICKED_UP, _("Picked up")),
    (Milestone.OUT_FOR_DELIVERY, _("Out for delivery")),
    (Milestone.ATTEMPTED, _("Delivery attempted")),
    (Milestone.EXCEPTION, _("Problem")),
    (Milestone.DELIVERED, _("Delivered")),
    (Milestone.RETURNED, _("Going back")),
    (Channel.MAIL, _("E-mail")),
    (Channel.SMS, _("Text")),
    (MessageState.QUEUED, _("Waiting")),
    (MessageState.SENDING, _("Sending")),
    (MessageState.SENT, _("Sent")),
    (MessageState.DELIVERED, _("Delivered")),
    (MessageState.UNDELIVERED, _("Not delivered")),
    (MessageState.FAILED, _("Failed")),
    (MessageState.SUPPRESSED, _("Not sent")),
    (MessageState.UNSURE, _("Perhaps sent")),
    (EventState.NEW, _("Waiting")),
    (EventState.DONE, _("Applied")),
    (EventState.UNMATCHED, _("Matches nothing of ours")),
    (EventState.WRONG_MODE, _("Wrong mode")),
    (EventState.IGNORED, _("Not followed")),
    (EventState.UNREADABLE, _("Unreadable")),
    (Outcome.TOLD, _("Told into its parcel’s story")),
    (Outcome.ASKED, _("Shippo is asked how the label stands")),
    (Outcome.STRAY, _("Kept with the label that was voided")),
    (Outcome.FOLLOWED, _("Told of a number that staff follow")),
    (Outcome.UNMATCHED, _("Matches nothing of ours, as before")),
    (Outcome.WRONG_MODE, _("Sent in the other mode than ours")),
    (Outcome.IGNORED, _("Not an event we follow")),
    (Outcome.UNREADABLE, _("Cannot be read, and is left as it is")),
    (QuoteSource.LIVE, _("Live rates")),
    (QuoteSource.FIXED, _("Fixed prices")),
    (QuoteSource.FALLBACK, _("Our own rates")),
    (LeftOut.DEARER, _("The same service costs less with another account")),
    (LeftOut.CURRENCY, _("Priced in another currency")),
    (LeftOut.UNREACHED, _("Does not deliver to this kind of address")),
    (Verdict.SAME, _("The same service at the price agreed, or less")),
    (Verdict.ABSORBED, _("Dearer, and absorbed")),
    (Verdict.SWAPPED, _("Another service, as quick and no dearer")),
    (Verdict.ASKED, _("Left for a person to decide")),
    (Verdict.CHOSEN, _("Chosen by staff")),
    (LabelWhen.ON_ORDER, _("As soon as an order is placed")),
    (LabelWhen.BY_HAND, _("When staff press Buy label")),
    (LabelFormat.PDF_4X6, _("PDF, 4 × 6 in")),
    (LabelFormat.PDF_A4, _("PDF, A4")),
    (LabelFormat.PDF_LETTER, _("PDF, letter")),
    (LabelFormat.PNG, _("PNG, 4 × 6 in")),
    (LabelFormat.ZPL, _("ZPL")),
    (Role.CUSTOMER, _("Customer")),
    (Role.VIEWER, _("Viewer")),
    (Role.PACKER, _("Packer")),
    (Role.ADMIN, _("Administrator")),
)
WORDS = {(type(word), word.value): text for word, text in _PAIRS}
"""By kind and value: two enums may share a value and not a meaning."""

STATUSES: dict[str, object] = {
    "UNKNOWN": _("No news yet"),
    "PRE_TRANSIT": _("Label made, not yet with the carrier"),
    "TRANSIT": _("In transit"),
    "DELIVERED": _("Delivered"),
    "RETURNED": _("Going back to the sender"),
    "FAILURE": _("Delivery failed"),
    "OTHER": _("Update received"),
}


def say(text: str, **values: object) -> str:
    """gettext, typed. Import it as `_`, which is the name its extractor knows."""
    return str(gettext(text, **values))


def words(value: Enum) -> str:
    """A word for people."""
    found = WORDS.get((type(value), value.value)) or STATUSES.get(str(value.value))
    return str(found or gettext(str(value.value).replace("_", " ")))


def day(value: date | datetime, at: datetime | None = None) -> str:
    """A day as people say it: Thu 12 Mar, with the year when it is not this one."""
    local = value.astimezone(HOME).date() if isinstance(value, datetime) else value
    this_year = (at or world_now()).astimezone(HOME).year
    pattern = "EEE d MMM" if local.year == this_year else "EEE d MMM y"
    return format_date(local, pattern, locale=locale())


def day_range(promise: Promise | None) -> str:
    """The days of a promise: Thu 12 – Fri 13 Mar, or one day when it is one. No day is parted.

    Where none was made, that is said.
    """
    if promise is None:
        return str(gettext("No day"))
    if promise.first == promise.last:
        return _whole(day(promise.first))
    same_month = promise.first.month == promise.last.month
    first = format_date(promise.first, "EEE d" if same_month else "EEE d MMM", locale=locale())
    return f"{_whole(first)} – {_whole(day(promise.last))}"


def _whole(text: str) -> str:
    """The same on one line."""
    return text.replace(" ", "\u00a0")


def clock(value: datetime) -> str:
    """A time of day in the shop's own zone, with the zone."""
    text = format_datetime(value, "h:mm a", tzinfo=HOME, locale=locale())
    return f"{text.lower()} PT"


def moment(value: datetime, form: str = "day") -> Markup:
    """A <time> element: short to read, exact on hover and for machines."""
    exact = format_datetime(value, "EEEE d MMMM y, HH:mm:ss zzz", tzinfo=HOME, locale=locale())
    shown = {
        "day": lambda: f"{day(value)}, {clock(value)}",
        "clock": lambda: clock(value),
        "date": lambda: day(value),
    }[form]()
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(), exact, shown
    )


def span(length: timedelta) -> str:
    """A length of time as people say it: 2 h 10 min."""
    hours, minutes = divmod(max(1, int(length.total_seconds() // 60)), 60)
    if not hours:
        told = gettext("%(minutes)s min", minutes=minutes)
    elif not minutes:
        told = gettext("%(hours)s h", hours=hours)
    else:
        told = gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return str(told)


def hour(text: str) -> str:
    """A carrier's time of day, 19:00:00, as people say it: 7 pm."""
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return text
    return str(format_time(at, "h:mm\u00a0a" if at.minute else "h\u00a0a", locale=locale())).lower()


def phone(number: str) -> str:
    """A number in E.164 as people write it: (503) 555-0142."""
    read = phonenumbers.parse(number)
    own = phonenumbers.PhoneNumberFormat.NATIONAL
    foreign = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(read, own if read.country_code == 1 else foreign))


def long_day(value: date) -> str:
    """A day in full, for headlines: Friday 13 March, with the year when it is not this one."""
    this_year = world_now().astimezone(HOME).year
    pattern = "EEEE d MMMM" if value.year == this_year else "EEEE d MMMM y"
    return str(format_date(value, pattern, locale=locale()))


def locale() -> Any:
    return get_locale() or "en_US"
