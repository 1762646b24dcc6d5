"""A purchase in doubt, in words: what was asked, what is known, and when we look again."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import ngettext

from admin.postage import Purchase, Row, asked, asked_at, what
from admin.spans import ours, when
from shop import pages, reviews
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel
from shop.outside import settings
from shop.pauses import WATCHED


def unknown(parcel: Parcel, intent: LabelIntent) -> Purchase:
    return Purchase(
        warning=_("We do not know yet whether this label was bought"),
        words=(_lost(parcel, intent), _next(intent)),
        never=_("Do not buy again yet."),
        note=" ".join(filter(None, [_looked(intent), _decides(intent)])),
        locked=_("So that the customer’s parcel never gets two labels."),
        doubtful=True,
        facts=_evidence(parcel, intent),
    )


def in_review(parcel: Parcel, intent: LabelIntent) -> Purchase:
    if intent.transaction_id:
        said = _(
            "Shippo answered, but not with a label we can use: %(reason)s",
            reason=intent.reason or _("it did not say why"),
        )
    else:
        said = _lost(parcel, intent)
    return Purchase(
        warning=_("In review: a person has to find out whether this label was bought"),
        words=(
            said,
            _likely(intent),
            _("Look for our reference among the labels in your Shippo account."),
            _next(intent),
        ),
        never=_("Do not buy again yet."),
        note=_looked(intent),
        locked=_("So that the customer’s parcel never gets two labels."),
        doubtful=True,
        release=True,
        facts=_evidence(parcel, intent),
    )


def _likely(intent: LabelIntent) -> str:
    if not reviews.unlikely(intent):
        return ""
    return _(
        "Very likely it was not bought: Shippo’s list shows labels made since, and this one is"
        " not among them."
    )


def _lost(parcel: Parcel, intent: LabelIntent) -> str:
    return _(
        "Asked Shippo at %(time)s to buy %(what)s, %(price)s. The answer was lost."
        " It may or may not have been bought.",
        time=when(asked_at(intent), seconds=True),
        what=what(parcel),
        price=pages.cost(intent.amount, about=intent.estimated),
    )


def _next(intent: LabelIntent) -> str:
    if intent.due_at is None:
        return _("We have stopped looking.")
    return _("Next check %(time)s.", time=when(ours(intent.due_at), seconds=True))


def _decides(intent: LabelIntent) -> str:
    until = asked_at(intent) + timedelta(seconds=settings.review_after_s)
    return _("It goes to a person after %(time)s.", time=when(until, seconds=True))


def _looked(intent: LabelIntent) -> str:
    if not intent.looked_at:
        return _("We have not looked yet.")
    told = ngettext(
        "Looked once, at %(time)s.",
        "Looked %(num)s times, last at %(time)s.",
        intent.looks,
        time=when(ours(intent.looked_at), seconds=True),
    )
    return str(told)


def _evidence(parcel: Parcel, intent: LabelIntent) -> list[Row]:
    answer = intent.attempts[-1].detail if intent.attempts else ""
    answers = [(_("Answer"), _sentence(answer) or _("None came"))]
    if intent.reason not in {"", answer}:
        answers.append((_("Since then"), _sentence(intent.reason)))
    return [
        *asked(parcel, intent),
        *answers,
        (_("Our reference"), intent.reference),
        (_("We look until"), when(asked_at(intent) + WATCHED)),
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
