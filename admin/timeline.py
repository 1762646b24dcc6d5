"""What has happened to an order: scans, messages, labels and staff's doings in one line of time.

Scans keep the order Shippo tells them in, whatever dates carriers write on them. They stand on
world time and what we did on machine time. Only a demo's clock sets the two apart; what followed
from a scan is then shown at the time of that scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from babel.dates import format_date
from flask_babel import lazy_gettext

from admin import drift, parcels, spans
from admin.counts import TROUBLED
from admin.forms import HOWS
from shop import i18n, pages, reviews
from shop.i18n import say as _
from shop.models import Case, LabelIntent, Message, Order, Parcel, Refund, TrackSnapshot
from shop.outside import world_now
from shop.rates import HOME
from shop.tracking import Story, cause_of, tell
from shop.values import Act, Channel, Milestone, RefundState, Scan, TrackingStatus

TRIED = {
    "unknown": (lazy_gettext("No answer to the label purchase"), "warn", "question"),
    "refused": (lazy_gettext("Label purchase refused"), "bad", "stop"),
    "error": (lazy_gettext("Label purchase refused"), "bad", "stop"),
    "rate_gone": (lazy_gettext("The rate is not sold any more, nothing was bought"), "", "refresh"),
    "withdrawn": (lazy_gettext("Label purchase withdrawn, nothing was sent"), "", "refresh"),
    "not_sent": (lazy_gettext("Shippo not reached, nothing was sent"), "warn", "warning"),
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened."""

    at: datetime
    kind: str
    text: str
    icon: str
    place: str = ""
    source: str = ""
    tone: str = ""


def of_order(
    order: Order, messages: Sequence[Message], cases: Sequence[Case], people: dict[int, str]
) -> list[Event]:
    """Everything, newest first."""
    events = [_placed(order), *_cancelled(order)]
    for parcel in order.parcels:
        events += _labels(parcel, people)
        events += _decisions(parcel)
        events += scans(parcel)
    events += [_said(message) for message in messages]
    for case in cases:
        events += of_case(case)
    return newest_first(events)


def newest_first(events: Iterable[Event]) -> list[Event]:
    """By time; of two at the same time the later told is the newer."""
    return sorted(events, key=lambda event: event.at)[::-1]


def of_case(case: Case) -> list[Event]:
    """What staff did about a parcel in trouble."""
    cause = i18n.words(case.cause)
    behind = _behind(case.parcel, case.opened_at, lambda story: story.cause is case.cause)

    def event(at: datetime, text: str, icon: str, place: str = "", source: str = "") -> Event:
        return Event(at=at + behind, kind="cases", text=text, icon=icon, place=place, source=source)

    events = [event(case.opened_at, _("Case opened: %(cause)s", cause=cause), "flag")]
    for contact in reversed(case.contacts):
        how = str(HOWS.get(contact.how, contact.how)).lower()
        told = _("Spoke with the carrier, %(how)s", how=how)
        events.append(event(contact.at, told, "phone", contact.note, contact.account.name))
    if case.closed_at:
        told = _("Case closed: %(cause)s", cause=cause)
        events.append(event(case.closed_at, told, "check", case.resolution))
    return events


def scans(parcel: Parcel) -> list[Event]:
    """A parcel's scans, oldest first, with who told us and when we heard."""
    story, heard = parcel.story, _heard(parcel)
    events: list[Event] = []
    for scan in (*story.earlier, *story.scans):
        row = heard[scan.likeness]
        at = scan.at or row.heard_at
        at = max(at, events[-1].at) if events else at
        events.append(_scan(scan, row, at, story))
    return events


def plain(scan: Scan, at: datetime, *, newest: bool) -> Event:
    """A scan of a number that need not be ours."""
    trouble = cause_of(scan) is not None
    return Event(
        at=scan.at or at,
        kind="scans",
        text=parcels.scan_words(scan),
        place=" ".join(filter(None, [scan.place, _quoted(scan)])),
        tone="bad" if trouble else "now" if newest else "",
        icon="stop" if trouble else _icon(scan),
    )


def days(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The same for the timeline's macro, by day."""
    today = world_now().astimezone(HOME).date()
    told = []
    for day, group in groupby(events, key=lambda event: event.at.astimezone(HOME).date()):
        pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
        label = format_date(day, pattern, locale=i18n.locale())
        if day == today:
            label = _("Today, %(day)s", day=label)
        told.append({"label": label, "events": [_row(event) for event in group]})
    return told


def _row(event: Event) -> dict[str, Any]:
    return {**vars(event), "time": i18n.moment(event.at, "clock")}


def _placed(order: Order) -> Event:
    text = _("Order placed, promised %(days)s", days=i18n.day_range(order.promise))
    return Event(at=order.placed_at, kind="labels", text=text, icon="inbox", source=order.name)


def _cancelled(order: Order) -> Iterator[Event]:
    if order.cancelled_at:
        who = reviews.canceller(order)
        text = i18n.words(Act.CANCEL)
        yield Event(at=order.cancelled_at, kind="labels", text=text, icon="minus", source=who)


def _labels(parcel: Parcel, people: dict[int, str]) -> Iterator[Event]:
    for intent in parcel.intents:
        who = people.get(intent.asked_by or 0) or _("as the order was placed")
        text = _("Label asked for, %(price)s", price=pages.cost(intent.amount))
        yield Event(at=intent.created_at, kind="labels", text=text, source=who, icon="printer")
        yield from _attempts(intent)
    for entry in reviews.decisions(parcel.intents):
        yield Event(
            at=spans.ours(entry.at),
            kind="labels",
            text=i18n.words(entry.act),
            place=entry.note,
            source=entry.account.name,
            icon="question",
        )
    for refund in parcel.refunds:
        yield from _voids(refund)
    if parcel.labelled_at and parcel.labelled_via:
        number = pages.tracking_spaces(parcel.tracking_number or "")
        text = _("Label bought, number %(number)s", number=number)
        via = _("heard by %(via)s", via=i18n.words(parcel.labelled_via))
        yield Event(at=parcel.labelled_at, kind="labels", text=text, source=via, icon="check")


def _decisions(parcel: Parcel) -> Iterator[Event]:
    """What was decided when its rate had to be asked for again."""
    for row in parcel.decisions:
        yield Event(
            at=spans.ours(row.at),
            kind="labels",
            text=_("Rate asked for again: %(verdict)s", verdict=i18n.words(row.verdict)),
            place=drift.both(row),
            source=drift.decider(row),
            tone="warn" if not row.verdict.taken else "",
            icon=drift.icon(row),
        )


def _voids(refund: Refund) -> Iterator[Event]:
    """What became of a label that was to be voided."""
    number = pages.tracking_spaces(refund.tracking_number or "")

    def event(at: datetime, text: str, icon: str, tone: str = "") -> Event:
        return Event(at=at, kind="labels", text=text, place=number, tone=tone, icon=icon)

    if refund.taken and refund.label.get("labelled_at"):
        bought = datetime.fromisoformat(refund.label["labelled_at"])
        yield event(bought, _("Label bought, voided since"), "check")
    if refund.intent_id is None or refund.asked_by is None:
        yield event(spans.ours(refund.asked_at), _("Void asked for"), "undo")
    if refund.filed_at:
        yield event(refund.filed_at, _("Label voided, money asked back"), "undo")
    if refund.used_at:
        yield event(refund.used_at, _("The voided label was scanned"), "warning", "bad")
    if refund.settled_at:
        refused = refund.state is RefundState.REJECTED
        tone, icon = ("bad", "stop") if refused else ("", "check")
        yield event(refund.settled_at, i18n.words(refund.state), icon, tone)


def _attempts(intent: LabelIntent) -> Iterator[Event]:
    for attempt in intent.attempts:
        if attempt.verdict in TRIED:
            text, tone, icon = TRIED[attempt.verdict]
            yield Event(
                at=spans.ours(attempt.at),
                kind="labels",
                text=str(text),
                place=attempt.detail,
                tone=tone,
                icon=icon,
            )


def _scan(scan: Scan, row: TrackSnapshot, at: datetime, story: Story) -> Event:
    heard = _(
        "%(via)s, heard %(when)s",
        via=i18n.words(row.via),
        when=spans.when(row.heard_at, seconds=True),
    )
    old = _("no longer in Shippo’s history") if scan in story.earlier else ""
    newest = story.now is not None and story.now.likeness == scan.likeness
    source = ", ".join(filter(None, [heard, old]))
    return replace(plain(scan, at, newest=newest), at=at, source=source)


def _quoted(scan: Scan) -> str:
    return _("“%(details)s”", details=scan.details) if scan.details else ""


def _icon(scan: Scan) -> str:
    return "home" if scan.status is TrackingStatus.DELIVERED else "truck"


def _heard(parcel: Parcel) -> dict[tuple[str, ...], TrackSnapshot]:
    """For every scan, what first told us of it."""
    first: dict[tuple[str, ...], TrackSnapshot] = {}
    for row in parcel.snapshots:
        told = row.value
        for scan in (*told.history, *([told.status] if told.status else [])):
            first.setdefault(scan.likeness, row)
    return first


def _said(message: Message) -> Event:
    text = _(
        "%(channel)s “%(milestone)s”",
        channel=i18n.words(message.channel),
        milestone=i18n.words(message.milestone),
    )
    to = _("to %(whom)s", whom=_whom(message)) if message.recipient else ""
    at = message.created_at
    if message.milestone is not Milestone.LABEL_READY:
        at += _behind(message.parcel, at, lambda story: story.milestone is message.milestone)
    return Event(
        at=at,
        kind="messages",
        text=text,
        place=message.reason,
        source=", ".join(filter(None, [i18n.words(message.state).lower(), to])),
        tone="warn" if message.state in TROUBLED else "",
        icon="mail" if message.channel is Channel.MAIL else "message",
    )


def _whom(message: Message) -> str:
    """An address or a number, as people write it."""
    text = message.recipient
    return i18n.phone(text) if message.channel is Channel.SMS else text


def _behind(parcel: Parcel, at: datetime, fits: Callable[[Story], bool]) -> timedelta:
    """How far machine time was behind the world's when we heard of what `fits`; mostly nothing."""
    for row in parcel.snapshots:
        if row.heard_at > at and fits(tell([row.value])):
            return row.heard_at - at
    return timedelta(0)
