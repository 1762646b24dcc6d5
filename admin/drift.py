"""A decision about a parcel's rate in words: what was agreed, what it is now, who decided."""

from __future__ import annotations

from admin.spans import ours, when
from shop import i18n, pages
from shop.drift import Policy
from shop.i18n import say as _
from shop.models import RateDecision
from shop.values import Verdict

Row = tuple[str, str]


def both(row: RateDecision) -> str:
    """Both prices and both services, in one line."""
    # A quick label was asked for at no price: nothing was agreed but its service.
    was = _("%(what)s, %(price)s", what=row.was_title, price=pages.cost(row.was or None))
    if row.quote is None or row.now is None:
        return _("Agreed: %(was)s.", was=was)
    now = _("%(what)s, %(price)s", what=row.quote.title, price=pages.money(row.now))
    return _("Agreed: %(was)s. Now: %(now)s.", was=was, now=now)


def decider(row: RateDecision) -> str:
    return row.account.name if row.account else _("by the shop’s policy")


def facts(row: RateDecision) -> list[Row]:
    """The same for a parcel's card."""
    told = [(_("Asked again because"), row.cause)] if row.cause else []
    return [
        *told,
        (_("Rate"), both(row)),
        (_("Decided"), f"{i18n.words(row.verdict)}, {decider(row)}, {when(ours(row.at))}"),
    ]


def policy(chosen: Policy) -> str:
    """The policy in one sentence or two."""
    told = _(
        "Up to %(amount)s and %(percent)s %% more is absorbed.",
        amount=pages.money(chosen.absorb),
        percent=chosen.percent,
    )
    if chosen.swap:
        told += " " + _("A service as quick that costs no more is taken instead.")
    return told


def icon(row: RateDecision) -> str:
    return "question" if row.verdict is Verdict.ASKED else "refresh"
