"""What was done with a parcel by hand, in words: packed and handed over, when and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_login import current_user

from admin.events import Event
from admin.spans import ours, when
from shop import handling, i18n
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, Parcel
from shop.values import Act, Handling, Permission, Standing


@dataclass(frozen=True, kw_only=True)
class Hands:
    """Of one parcel: what was said of it, what may be said next, and what may be taken back."""

    facts: list[tuple[str, str]]
    offered: list[Handling]
    revocable: Handling | None


def of(parcels: Sequence[Parcel]) -> dict[int, Hands]:
    """Of some parcels, by their ids; who did it all is asked for at once."""
    names, may = _names(parcels), current_user.can(Permission.HANDLE_PARCELS)
    return {
        parcel.id: Hands(
            facts=list(_facts(parcel, names)),
            offered=handling.offered(parcel) if may else [],
            revocable=handling.revocable(parcel) if may else None,
        )
        for parcel in parcels
    }


def brief(parcel: Parcel) -> str:
    """The last of it in a word or two, for lists; nothing once carriers have news of it."""
    if parcel.standing is not Standing.LABEL_READY:
        return ""
    for step in reversed(Handling):
        if at := handling.done_at(parcel, step):
            return _("%(done)s %(time)s", done=i18n.words(step), time=when(at))
    return ""


def events(parcel: Parcel) -> Iterator[Event]:
    """The same as it was said, and what was taken back, for the timeline."""
    for entry in handling.entries(parcel):
        back = entry.act is Act.TAKE_BACK
        yield Event(
            at=ours(entry.at),
            kind="labels",
            text=i18n.words(entry.act),
            place=i18n.words(Handling(entry.note)) if back else "",
            source=entry.account.name,
            icon="undo" if back else "box" if entry.act is Act.PACK else "truck",
        )


def _facts(parcel: Parcel, names: dict[int, str]) -> Iterator[tuple[str, str]]:
    for step, by in ((Handling.PACKED, parcel.packed_by), (Handling.HANDED, parcel.handed_by)):
        at, scan = handling.done_at(parcel, step), handling.first_scan(parcel)
        if at:
            said = _("%(time)s by %(name)s", time=when(at), name=names.get(by or 0, ""))
            yield i18n.words(step), said
        elif step is Handling.HANDED and scan:
            yield i18n.words(step), _by_scan(scan.at)


def _by_scan(at: datetime | None) -> str:
    if at is None:
        return _("by the carrier’s first scan")
    return _("by the carrier’s first scan, %(time)s", time=when(at))


def _names(parcels: Iterable[Parcel]) -> dict[int, str]:
    wanted = {by for parcel in parcels for by in (parcel.packed_by, parcel.handed_by) if by}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}
