"""Labels whose money needs an eye: in doubt, in review, waiting for leave, surplus, voided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user

from admin import dues, ledger, paging
from admin.parts import answer, here, itself
from shop.i18n import say as _
from shop.models import LabelIntent, ProviderTransaction, Refund
from shop.outside import mode
from shop.values import Mode, Permission


@dataclass(frozen=True)
class View:
    """One view: its name in the address and its words; what it asks for and how that is put in
    order; how it is told, and what is said when there is nothing."""

    name: str
    words: Any
    found: Callable[[], sa.Select[Any]]
    keys: tuple[Any, ...]
    told: Callable[[list[Any]], list[ledger.Row]]
    empty: Any


def index() -> str:
    wanted = request.args.get("view", "")
    counted = {view.name: dues.number(view.found()) for view in VIEWS}
    first = next((view for view in VIEWS if counted[view.name]), VIEWS[0])
    view = next((view for view in VIEWS if view.name == wanted), first)
    page: paging.Page[Any] = paging.page(view.found(), *view.keys)
    return answer(
        "admin/purchases.html",
        "admin/_purchases.html",
        view=view,
        page=page,
        rows=view.told(page.rows),
        tabs=[_tab(each, view, counted[each.name]) for each in VIEWS],
        itself=itself(),
        mode=_word(mode()),
        elsewhere=_elsewhere() if view.name == "surplus" else "",
        may=current_user.can(Permission.BUY_LABELS),
    )


def _tab(each: View, shown: View, count: int) -> dict[str, Any]:
    return {
        "text": each.words,
        "href": here(view=each.name),
        "here": each is shown,
        "count": count,
        "tone": "signal" if count and each.name == "review" else "",
    }


def _elsewhere() -> str:
    """What is said of the other mode's surplus labels; nothing when there are none."""
    found = sa.select(ProviderTransaction.object_id).where(*dues.left_elsewhere())
    number = dues.number(found)
    if not number:
        return ""
    other = Mode.TEST if mode() is Mode.LIVE else Mode.LIVE
    told = ngettext(
        "One surplus label of %(mode)s mode is not listed: its money is asked back in that mode.",
        "%(num)s surplus labels of %(mode)s mode are not listed: their money is asked back in"
        " that mode.",
        number,
        mode=_word(other),
    )
    return str(told)


def _word(mode: Mode) -> str:
    return _("live") if mode is Mode.LIVE else _("test")


VIEWS = (
    View(
        "doubt",
        lazy_gettext("In doubt"),
        lambda: dues.intents(*dues.IN_DOUBT),
        (LabelIntent.id,),
        ledger.bought,
        lazy_gettext("A purchase whose answer was lost stands here while we look for it."),
    ),
    View(
        "review",
        lazy_gettext("In review"),
        lambda: dues.intents(*dues.IN_REVIEW),
        (LabelIntent.id,),
        ledger.bought,
        lazy_gettext("What looking did not settle waits here for a person."),
    ),
    View(
        "waiting",
        lazy_gettext("Waiting for leave"),
        lambda: dues.intents(*dues.WAITING),
        (LabelIntent.id,),
        ledger.bought,
        lazy_gettext("A label that costs more than the limits allow waits here."),
    ),
    View(
        "surplus",
        lazy_gettext("Surplus"),
        dues.surplus,
        (ProviderTransaction.seen_at, ProviderTransaction.object_id),
        ledger.surplus,
        lazy_gettext("A label that no parcel needs stands here, and its money can be asked back."),
    ),
    View(
        "voided",
        lazy_gettext("Voided"),
        lambda: dues.voids(*dues.VOIDED),
        (Refund.id,),
        ledger.voided,
        lazy_gettext("Labels given back stand here, with what became of their money."),
    ),
)
