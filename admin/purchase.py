"""The purchase of a label in words: what it waits for, and what can be done about it."""

from __future__ import annotations

from flask_babel import ngettext

from admin import doubt, drift
from admin.postage import Purchase, Row, asked, what, worth
from admin.spans import ours, when
from shop import i18n, pages, requotes, spending
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel
from shop.outside import mode, world_now
from shop.values import Hold, IntentState, Mode, ParcelState


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
        return doubt.in_review(parcel, intent)
    if intent.state is IntentState.UNKNOWN:
        return doubt.unknown(parcel, intent)
    if intent.state is IntentState.READY and intent.hold is not None:
        return _held(parcel, intent)
    return _buying(parcel, intent)


def refused(parcel: Parcel) -> list[Row]:
    """What was tried before and came to nothing: when, and why."""
    return [
        (
            when(ours(attempt.at), seconds=True),
            _(
                "%(price)s: %(why)s",
                price=pages.cost(intent.amount, about=intent.estimated),
                why=attempt.detail,
            ),
        )
        for intent in reversed(parcel.intents)
        for attempt in reversed(intent.attempts)
        if attempt.verdict in {"refused", "not_sent", "error", "rate_gone", "withdrawn"}
    ]


def _no_rate(parcel: Parcel) -> Purchase:
    asked = requotes.askable(parcel)
    if parcel.requote_at is None and parcel.decisions and not parcel.decisions[-1].verdict.taken:
        return _left_to_a_person(parcel)
    if not asked:
        words = parcel.why or _of_the_other_mode(parcel)
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
    warning = _("The price has changed: choose a rate for this parcel")
    words = (drift.both(parcel.decisions[-1]), _("The policy does not allow any of the offers."))
    if parcel.order.quick:
        warning = _("Choose a rate for this parcel")
        words = (_("For a quick label no price was agreed, so the choice is yours."), "")
    return Purchase(
        warning=warning,
        words=words,
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
    if parcel.mode is not mode():
        return Purchase(facts=facts, locked=_of_the_other_mode(parcel))
    if not parcel.rate_id:
        return Purchase(facts=facts, askable=requotes.askable(parcel))
    if world_now() < until:
        return Purchase(facts=facts)
    return Purchase(
        facts=facts,
        locked=_("The carrier’s price has expired. The parcel needs a new rate."),
        askable=requotes.askable(parcel),
    )


def _of_the_other_mode(parcel: Parcel) -> str:
    if parcel.mode is Mode.LIVE:
        return _("It was made in live mode, and the shop runs in test mode.")
    return _("It was made in test mode, and the shop runs in live mode.")


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
        words=(worth(parcel, intent) + ".", said),
        locked=_("Nothing has been sent to Shippo."),
        waits=True,
        facts=[
            (_("Asked for"), worth(parcel, intent)),
            (_("State"), i18n.words(intent.hold or intent.state)),
        ],
    )


def _buying(parcel: Parcel, intent: LabelIntent) -> Purchase:
    facts = asked(parcel, intent)
    if intent.state is IntentState.READY:
        state = _("Waiting to be sent to Shippo")
        facts = [(_("Asked for"), worth(parcel, intent))]
    elif intent.state is IntentState.PENDING:
        state = _("Shippo has it and is making the label")
    else:
        state = _("Asking Shippo now")
    facts.append((_("State"), state))
    if intent.reason:
        facts.append((_("Because"), intent.reason))
    facts += _looks(intent) if intent.state is not IntentState.SENDING else []
    return Purchase(facts=facts, locked=_("This label is being bought."))


def _looks(intent: LabelIntent) -> list[Row]:
    last = when(ours(intent.looked_at), seconds=True) if intent.looked_at else _("not yet")
    rows = [(_("Last look"), last)]
    if intent.due_at:
        rows.append((_("Next check"), when(ours(intent.due_at), seconds=True)))
    return rows
