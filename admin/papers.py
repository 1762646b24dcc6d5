"""The file of a parcel's label as the desk shows it: whether it is here, and who has printed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import ngettext
from flask_login import current_user

from admin.spans import ours, when
from shop import prints
from shop.db import session
from shop.i18n import say as _
from shop.models import AuditEntry, LabelFile, Parcel, Refund
from shop.values import Permission, RefundState


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A label's file, its prints oldest first, and whether who looks may print it.

    While Shippo is being asked to void the label it must not be used: it is not printed.
    """

    may_print: bool
    voiding: bool = False
    file: LabelFile | None = None
    prints: list[AuditEntry] = field(default_factory=list)

    @property
    def here(self) -> bool:
        """Whether it has come."""
        return self.file is not None and self.file.fetched_at is not None

    @property
    def printable(self) -> bool:
        return self.may_print and self.here and not self.voiding

    @property
    def stuck(self) -> bool:
        """Whether fetching it went wrong, and somebody may have it tried again."""
        return self.may_print and not self.here and self.file is not None and self.file.tries > 0

    @property
    def note(self) -> str:
        """Why there is nothing to print now; nothing to those who may not print."""
        if self.voiding:
            return _("The label is being voided. Do not use it.")
        if self.file is None or self.here or not self.may_print:
            return ""
        if not self.file.tries:
            return _("Being fetched.")
        failed = ngettext(
            "It could not be fetched: %(note)s.",
            "It could not be fetched %(num)s times: %(note)s.",
            self.file.tries,
            note=self.file.note.rstrip("."),
        )
        return f"{failed} {self._next}"

    @property
    def printed(self) -> str:
        """When it was printed last, by whom, and how often; nothing when never."""
        if not self.prints:
            return ""
        last = self.prints[-1]
        return str(
            ngettext(
                "%(time)s by %(name)s",
                "%(num)s times, last %(time)s by %(name)s",
                len(self.prints),
                time=when(ours(last.at)),
                name=last.account.name,
            )
        )

    @property
    def _next(self) -> str:
        if self.file is None or self.file.due_at is None:
            return _("We have stopped trying.")
        return _("Next try: %(time)s.", time=when(ours(self.file.due_at), seconds=True))


def of(parcels: Sequence[Parcel]) -> dict[int, Paper]:
    """The papers of some parcels by their ids; the files' bodies stay where they are."""
    may_print = current_user.can(Permission.SEE_LABELS)
    wanted = {parcel.id: parcel.transaction_id for parcel in parcels if parcel.transaction_id}
    printed, voiding = prints.of(wanted.values()), _voiding(list(wanted.values()))
    files = _files(list(wanted.values()))
    return {
        parcel.id: Paper(
            may_print=may_print,
            voiding=parcel.transaction_id in voiding,
            file=files.get(parcel.transaction_id or ""),
            prints=printed.get(parcel.transaction_id or "", []),
        )
        for parcel in parcels
    }


def old(parcels: Sequence[Parcel]) -> set[str]:
    """Which voided labels of these parcels have a file that who looks may open: transactions."""
    gone = [refund.transaction_id for p in parcels for refund in p.refunds if refund.taken]
    if not gone or not current_user.can(Permission.SEE_LABELS):
        return set()
    return {name for name, file in _files(gone).items() if file.fetched_at is not None}


def _files(transaction_ids: list[str]) -> dict[str, LabelFile]:
    if not transaction_ids:
        return {}
    found = sa.select(LabelFile).where(LabelFile.transaction_id.in_(transaction_ids))
    return {row.transaction_id: row for row in session.scalars(found)}


def _voiding(transaction_ids: list[str]) -> set[str]:
    """Those of these labels that Shippo is being asked to void."""
    if not transaction_ids:
        return set()
    found = sa.select(Refund.transaction_id).where(
        Refund.transaction_id.in_(transaction_ids),
        Refund.state.in_([state for state in RefundState if state.asked]),
    )
    return set(session.scalars(found))
