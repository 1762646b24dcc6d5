"""What has happened to an order: scans, messages, labels and staff's doings in one line of time.

Scans stand on world time and what we did on machine time. Only a demo's clock sets the two apart;
what followed from a scan is then shown at the time of that scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from admin import deeds, hands, scans
from admin.counts import TROUBLED
from admin.events import Event, newest_first
from admin.forms import HOWS
from shop import i18n, milestones, reviews
from shop.i18n import say as _
from shop.models import Case, Message, Order, Parcel
from shop.tracking import Story, tell
from shop.values import Act, Channel, Milestone


def of_order(
    order: Order, messages: Sequence[Message], cases: Sequence[Case], people: dict[int, str]
) -> list[Event]:
    """Everything, newest first."""
    events = [_placed(order), *_cancelled(order)]
    for parcel in order.parcels:
        events += deeds.labels(parcel, people)
        events += deeds.decisions(parcel)
        events += hands.events(parcel)
        events += scans.of_parcel(parcel)
    events += [_said(message) for message in messages]
    for case in cases:
        events += of_case(case)
    return newest_first(events)


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


def _placed(order: Order) -> Event:
    if order.quick:
        told = _("Quick label: %(note)s", note=order.note)
        return Event(at=order.placed_at, kind="labels", text=told, icon="printer")
    text = _("Order placed, promised %(days)s", days=i18n.day_range(order.promise))
    return Event(at=order.placed_at, kind="labels", text=text, icon="inbox", source=order.name)


def _cancelled(order: Order) -> Iterator[Event]:
    if order.cancelled_at:
        who = reviews.canceller(order)
        text = i18n.words(Act.CANCEL)
        yield Event(at=order.cancelled_at, kind="labels", text=text, icon="minus", source=who)


def _said(message: Message) -> Event:
    text = _(
        "%(channel)s “%(milestone)s”",
        channel=i18n.words(message.channel),
        milestone=i18n.words(message.milestone),
    )
    to = _("to %(whom)s", whom=_whom(message)) if message.recipient else ""
    at = message.created_at
    if message.milestone is not Milestone.LABEL_READY:
        at += _behind(message.parcel, at, lambda story: _tells(story, message.milestone))
    return Event(
        at=at,
        kind="messages",
        text=text,
        place=message.reason,
        source=", ".join(filter(None, [i18n.words(message.state).lower(), to])),
        tone="warn" if message.state in TROUBLED else "",
        icon="mail" if message.channel is Channel.MAIL else "message",
    )


def _tells(story: Story, milestone: Milestone) -> bool:
    return any(mark.milestone is milestone for mark in milestones.reached(story))


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
