"""A lot of labels for one press of a button: which can be printed together, and which cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from admin import papers as kept
from admin import parcels
from shop import i18n, papers
from shop.db import session
from shop.i18n import say as _
from shop.models import LabelFile, Parcel

MOST = 100
HEAVIEST = 64 * 1024 * 1024
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label with its file."""

    parcel_id: int
    transaction_id: str
    number: str
    kind: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A parcel whose label is not printed, and why."""

    number: str
    href: str
    why: str


@dataclass(frozen=True)
class Pile:
    """Labels that one file can hold, in the order of the list."""

    name: str
    labels: tuple[Label, ...]

    @property
    def words(self) -> str:
        number = len(self.labels)
        if self.name == "pdf":
            return str(ngettext("Print one label (PDF)", "Print %(num)s labels (PDF)", number))
        return str(ngettext("Print one label (ZPL)", "Print %(num)s labels (ZPL)", number))

    def bound(self) -> papers.Sheaf:
        """All of them in one file. Slow: no transaction may be open."""
        if self.name == "pdf":
            return papers.pages([(label.kind, label.body) for label in self.labels])
        return papers.codes([label.body for label in self.labels])


@dataclass(frozen=True)
class Lot:
    """What was asked for: a pile for each kind of printer, and what there is nothing of."""

    piles: tuple[Pile, ...]
    missing: tuple[Missing, ...]

    def of(self, name: str) -> Pile | None:
        """The pile of this name; without a name the only one, if it is all there is to say."""
        named = [pile for pile in self.piles if pile.name == name]
        if named:
            return named[0]
        return self.piles[0] if len(self.piles) == 1 and not self.missing else None

    def without(self, pile: Pile, places: Sequence[int]) -> Lot:
        """The same, where some labels of a pile turned out not to be readable."""
        bad = [pile.labels[place] for place in places]
        rest = replace(pile, labels=tuple(one for one in pile.labels if one not in bad))
        piles = tuple(rest if other is pile else other for other in self.piles)
        why = _("Its file cannot be read. Print it by itself, and see.")
        told = tuple(_missing(one.number, one.parcel_id, why) for one in bad)
        return Lot(tuple(pile for pile in piles if pile.labels), self.missing + told)


def asked_for() -> list[int]:
    """The ids of the ticked parcels, or of the parcels of the ticked orders, each once, as listed.

    Of what is too much no more is read than it takes to say so.
    """
    orders = _ids("order")
    if not orders:
        return _ids("parcel")
    rows = session.execute(
        sa.select(Parcel.order_id, Parcel.id).where(Parcel.order_id.in_(orders)).order_by(Parcel.id)
    ).all()
    return [row.id for order in orders for row in rows if row.order_id == order]


def objection(wanted: Sequence[int]) -> str:
    """Why these cannot be printed at once, or nothing."""
    if not wanted:
        return _("Tick the parcels whose labels you want to print.")
    if len(wanted) > MOST:
        return _("At most %(most)s labels are printed at once. Tick fewer.", most=MOST)
    weight = sa.select(sa.func.sum(sa.func.length(LabelFile.body))).where(
        LabelFile.parcel_id.in_(wanted)
    )
    if (session.scalar(weight) or 0) > HEAVIEST:
        return _("These files are too large for one. Tick fewer.")
    return ""


def gather(wanted: Sequence[int]) -> Lot:
    """Those labels in plain values: the transaction ends before they are put together."""
    query = sa.select(Parcel).where(Parcel.id.in_(wanted)).options(joinedload(Parcel.order))
    found = {parcel.id: parcel for parcel in session.scalars(query)}
    listed = [found[parcel_id] for parcel_id in wanted if parcel_id in found]
    known = kept.of(listed)
    bodies = _bodies([parcel for parcel in listed if known[parcel.id].printable])
    labels = [bodies[parcel.id] for parcel in listed if parcel.id in bodies]
    piles = (
        Pile("pdf", tuple(label for label in labels if label.kind in papers.PAGES)),
        Pile("zpl", tuple(label for label in labels if label.kind == papers.ZPL)),
    )
    missing = [
        _missing(parcel.order.number or "", parcel.id, _why(parcel, known[parcel.id]))
        for parcel in listed
        if parcel.id not in bodies
    ]
    return Lot(tuple(pile for pile in piles if pile.labels), tuple(missing))


def _ids(name: str) -> list[int]:
    given = request.form.getlist(name, type=int)
    return list(dict.fromkeys(number for number in given if 0 < number <= LARGEST_ID))[: MOST + 1]


def _bodies(listed: Sequence[Parcel]) -> dict[int, Label]:
    numbers = {parcel.transaction_id: parcel.order.number or "" for parcel in listed}
    query = sa.select(
        LabelFile.parcel_id, LabelFile.transaction_id, LabelFile.content_type, LabelFile.body
    ).where(LabelFile.transaction_id.in_(numbers), LabelFile.body.is_not(None))
    return {
        row.parcel_id: Label(
            parcel_id=row.parcel_id,
            transaction_id=row.transaction_id,
            number=numbers[row.transaction_id],
            kind=row.content_type,
            body=row.body,
        )
        for row in session.execute(query)
    }


def _why(parcel: Parcel, paper: kept.Paper) -> str:
    if parcel.transaction_id is None:
        return i18n.words(parcels.state(parcel))
    return paper.note or _("Its label’s file is not here yet.")


def _missing(number: str, parcel_id: int, why: str) -> Missing:
    href = url_for("admin.order", number=number, _anchor=f"p{parcel_id}")
    return Missing(number=number, href=href, why=why)
