"""The purchase of a label in words: what was asked, what is known, when we look again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import ngettext

from admin import drift
from admin.spans import ours, when
from shop import i18n, pages, requotes, reviews, spending
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel
from shop.outside import settings, world_now
from shop.pauses import WATCHED
from shop.values import Hold, IntentState, ParcelState

Row = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Where buying one parcel's label stands.

    `warning` is said above everything else; `locked` is why it cannot be bought. While it is
    `doubtful` one may look and settle it by hand, and in the end `release` it. Carriers may be
    asked again while it is `askable`; their offers wait for a person while `choosable`. It `waits`
    for leave to spend.
    """

    warning: str = ""
    words: tuple[str, ...] = ()
    never: str = ""
    note: str = ""
    locked: str = ""
    doubtful: bool = False
    release: bool = False
    askable: bool = False
    choosable: bool = False
    waits: bool = False
    facts: list[Row] = field(default_factory=list)


def tell(parcel: Parcel) -> Purchase | None:
    """How buying stands, or None when the parcel has its label."""
    match parcel.state:
        case ParcelState.LABELLED | ParcelState.CANCELLED:
            return None
        case ParcelState.NEEDS_RATE:
            return _no_rate(parcel)
        case ParcelState.NEEDS_LABEL:
            return _to_buy(parcel)
    intent = parcel.intent
    if intent is None:
        return Purchase(locked=_("Nothing is known of this purchase."))
    if intent.state is IntentState.NEEDS_REVIEW:
        return _in_review(parcel, intent)
    if intent.state is IntentState.UNKNOWN:
        return _unknown(parcel, intent)
    if intent.state is IntentState.READY and intent.hold is not None:
        return _held(parcel, intent)
    return _buying(parcel, intent)


def refused(parcel: Parcel) -> list[Row]:
    """What was tried before and came to nothing: when, and why."""
    return [
        (
            when(ours(attempt.at), seconds=True),
            _("%(price)s: %(why)s", price=pages.cost(intent.amount), why=attempt.detail),
        )
        for intent in reversed(parcel.intents)
        for attempt in reversed(intent.attempts)
        if attempt.verdict in {"refused", "not_sent", "error", "rate_gone", "withdrawn"}
    ]


def what(parcel: Parcel) -> str:
    """Carrier and service, as one says it; a carrier's name at the front is not said twice."""
    carrier, service = parcel.carrier_name, parcel.service_name
    if not carrier or service.lower().startswith(carrier.lower()):
        return service
    return f"{carrier} {service}"


def _no_rate(parcel: Parcel) -> Purchase:
    asked = requotes.askable(parcel)
    if parcel.requote_at is None and parcel.decisions:
        return _left_to_a_person(parcel)
    if not asked:
        words = parcel.why or _("It was made in another mode than the shop runs in.")
    elif parcel.requote_at is None:
        words = _("Nobody is asking the carriers. Ask them again, and the policy decides.")
    else:
        words = _(
            "The carriers are asked again by themselves, next %(time)s. What they offer is taken"
            " or left to you, as the settings say, and then the label can be bought.",
            time=when(ours(parcel.requote_at), seconds=True),
        )
    return Purchase(
        warning=_("This parcel needs a rate before a label can be bought"),
        words=(words,),
        facts=_rate_facts(parcel),
        locked=_("There is no carrier’s price to buy at."),
        askable=asked,
    )


def _left_to_a_person(parcel: Parcel) -> Purchase:
    return Purchase(
        warning=_("The price has changed: choose a rate for this parcel"),
        words=(drift.both(parcel.decisions[-1]), _("The policy does not allow any of the offers.")),
        facts=_rate_facts(parcel),
        locked=_("A person has to choose a rate first."),
        askable=requotes.askable(parcel),
        choosable=True,
    )


def _rate_facts(parcel: Parcel) -> list[Row]:
    """Why it has no rate, and what was decided last."""
    rows = [(_("Cause"), parcel.why)] if parcel.why else []
    if parcel.requotes:
        tried = ngettext("Once, in vain", "%(num)s times, in vain", parcel.requotes)
        rows.append((_("Asked since"), str(tried)))
    return rows + (drift.facts(parcel.decisions[-1]) if parcel.decisions else [])


def _to_buy(parcel: Parcel) -> Purchase:
    until = parcel.holds_until
    facts = [(_("Price holds until"), when(until))] if parcel.rate_id else _single(parcel)
    if parcel.decisions:
        facts += drift.facts(parcel.decisions[-1])
    if parcel.why:
        facts.append((_("Last attempt"), parcel.why))
    if not parcel.rate_id:
        return Purchase(facts=facts, askable=requotes.askable(parcel))
    if world_now() < until:
        return Purchase(facts=facts)
    return Purchase(
        facts=facts,
        locked=_("The carrier’s price has expired. The parcel needs a new rate."),
        askable=requotes.askable(parcel),
    )


def _single(parcel: Parcel) -> list[Row]:
    """How it is bought without a rate."""
    told = _("%(what)s, by a single call. What it costs is told with the label.", what=what(parcel))
    return [(_("Bought as"), told)]


def _held(parcel: Parcel, intent: LabelIntent) -> Purchase:
    allowed = spending.limits()
    limit = allowed.daily if intent.hold is Hold.CAP else allowed.each
    shown = _("none") if limit is None else pages.money(limit)
    if intent.hold is Hold.CAP:
        warning = _("This purchase is over today’s limit")
        said = _(
            "%(spent)s of %(limit)s are spent today. It is bought by itself after midnight.",
            spent=pages.money(spending.spent_today()),
            limit=shown,
        )
    else:
        warning = _("This purchase waits for approval")
        said = _("Labels above %(limit)s are bought when an administrator agrees.", limit=shown)
    return Purchase(
        warning=warning,
        words=(_worth(parcel, intent) + ".", said),
        locked=_("Nothing has been sent to Shippo."),
        waits=True,
        facts=[
            (_("Asked for"), _worth(parcel, intent)),
            (_("State"), i18n.words(intent.hold or intent.state)),
        ],
    )


def _buying(parcel: Parcel, intent: LabelIntent) -> Purchase:
    facts = _asked(parcel, intent)
    if intent.state is IntentState.READY:
        state = _("Waiting to be sent to Shippo")
        facts = [(_("Asked for"), _worth(parcel, intent))]
    elif intent.state is IntentState.PENDING:
        state = _("Shippo has it and is making the label")
    else:
        state = _("Asking Shippo now")
    facts.append((_("State"), state))
    if intent.reason:
        facts.append((_("Because"), intent.reason))
    facts += _looks(intent) if intent.state is not IntentState.SENDING else []
    return Purchase(facts=facts, locked=_("This label is being bought."))


def _unknown(parcel: Parcel, intent: LabelIntent) -> Purchase:
    return Purchase(
        warning=_("We do not know yet whether this label was bought"),
        words=(_lost(parcel, intent), _next(intent)),
        never=_("Do not buy again yet."),
        note=" ".join(filter(None, [_looked(intent), _decides(intent)])),
        locked=_("So that the customer’s parcel never gets two labels."),
        doubtful=True,
        facts=_evidence(parcel, intent),
    )


def _in_review(parcel: Parcel, intent: LabelIntent) -> Purchase:
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
        time=when(_asked_at(intent), seconds=True),
        what=what(parcel),
        price=pages.cost(intent.amount),
    )


def _next(intent: LabelIntent) -> str:
    if intent.due_at is None:
        return _("We have stopped looking.")
    return _("Next check %(time)s.", time=when(ours(intent.due_at), seconds=True))


def _decides(intent: LabelIntent) -> str:
    until = _asked_at(intent) + timedelta(seconds=settings.review_after_s)
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


def _asked_at(intent: LabelIntent) -> datetime:
    return ours(intent.sent_at) if intent.sent_at else intent.created_at


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _worth(parcel: Parcel, intent: LabelIntent) -> str:
    return _("%(what)s, %(price)s", what=what(parcel), price=pages.cost(intent.amount))


def _asked(parcel: Parcel, intent: LabelIntent) -> list[Row]:
    rows = [(_("Asked for"), _worth(parcel, intent))]
    if intent.sent_at:
        rows.append((_("Asked at"), when(_asked_at(intent), seconds=True)))
    return rows


def _evidence(parcel: Parcel, intent: LabelIntent) -> list[Row]:
    answer = intent.attempts[-1].detail if intent.attempts else ""
    answers = [(_("Answer"), _sentence(answer) or _("None came"))]
    if intent.reason not in {"", answer}:
        answers.append((_("Since then"), _sentence(intent.reason)))
    return [
        *_asked(parcel, intent),
        *answers,
        (_("Our reference"), intent.reference),
        (_("We look until"), when(_asked_at(intent) + WATCHED)),
    ]


def _looks(intent: LabelIntent) -> list[Row]:
    last = when(ours(intent.looked_at), seconds=True) if intent.looked_at else _("not yet")
    rows = [(_("Last look"), last)]
    if intent.due_at:
        rows.append((_("Next check"), when(ours(intent.due_at), seconds=True)))
    return rows
