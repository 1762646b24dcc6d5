"""Postage in words: what is bought, what for, and the shape of what is said of buying it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from admin.spans import ours, when
from shop import pages
from shop.carriers import spoken
from shop.i18n import say as _
from shop.models import LabelIntent, Parcel

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


def what(parcel: Parcel) -> str:
    return spoken(parcel.carrier_name, parcel.service_name)


def worth(parcel: Parcel, intent: LabelIntent) -> str:
    price = pages.cost(intent.amount, about=intent.estimated)
    return _("%(what)s, %(price)s", what=what(parcel), price=price)


def asked_at(intent: LabelIntent) -> datetime:
    return ours(intent.sent_at) if intent.sent_at else intent.created_at


def asked(parcel: Parcel, intent: LabelIntent) -> list[Row]:
    rows = [(_("Asked for"), worth(parcel, intent))]
    if intent.sent_at:
        rows.append((_("Asked at"), when(asked_at(intent), seconds=True)))
    return rows
