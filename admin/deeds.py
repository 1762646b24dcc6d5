"""What was done about a parcel's label: asked for, decided, bought, voided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext

from admin import drift
from admin.events import Event
from admin.spans import ours
from shop import i18n, pages, reviews
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel, Refund
from shop.values import RefundState

TRIED = {
    "unknown": (lazy_gettext("No answer to the label purchase"), "warn", "question"),
    "refused": (lazy_gettext("Label purchase refused"), "bad", "stop"),
    "error": (lazy_gettext("Label purchase refused"), "bad", "stop"),
    "rate_gone": (lazy_gettext("The rate is not sold any more, nothing was bought"), "", "refresh"),
    "withdrawn": (lazy_gettext("Label purchase withdrawn, nothing was sent"), "", "refresh"),
    "not_sent": (lazy_gettext("Shippo not reached, nothing was sent"), "warn", "warning"),
}


def labels(parcel: Parcel, people: dict[int, str]) -> Iterator[Event]:
    for intent in parcel.intents:
        who = people.get(intent.asked_by or 0) or _("as the order was placed")
        text = _(
            "Label asked for, %(price)s", price=pages.cost(intent.amount, about=intent.estimated)
        )
        yield Event(at=intent.created_at, kind="labels", text=text, source=who, icon="printer")
        yield from _attempts(intent)
    for entry in reviews.decisions(parcel.intents):
        yield Event(
            at=ours(entry.at),
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


def decisions(parcel: Parcel) -> Iterator[Event]:
    """What was decided when its rate had to be asked for again."""
    for row in parcel.decisions:
        yield Event(
            at=ours(row.at),
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
        yield event(ours(refund.asked_at), _("Void asked for"), "undo")
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
                at=ours(attempt.at),
                kind="labels",
                text=str(text),
                place=attempt.detail,
                tone=tone,
                icon=icon,
            )
