"""Labels to print, one or many in one file: printing again buys nothing and asks nobody."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy.orm import joinedload, undefer
from werkzeug.wrappers import Response as AnyResponse

from admin import lots
from admin import papers as kept
from jobs import files
from jobs.queue import later
from shop import access, papers, prints
from shop.db import now, session
from shop.i18n import say as _
from shop.models import Account, LabelFile, Parcel, Refund
from shop.outside import world_now
from shop.rates import HOME
from shop.values import Permission

CLOSED_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
Page = str | AnyResponse | tuple[str, int]


@access.needs(Permission.SEE_LABELS)
def show(parcel_id: int) -> Page:
    """The file as it is kept: looking at it is no print."""
    parcel = _parcel(parcel_id)
    file = _file(parcel)
    if file is None or file.body is None:
        return _not_here(parcel, file)
    return _saved(file.body, file.content_type, _name(parcel))


@access.needs(Permission.SEE_LABELS)
def voided(transaction_id: str) -> Page:
    """The file of a label that was voided, marked so that nobody uses it."""
    mine = sa.select(Refund).filter_by(transaction_id=transaction_id)
    refund = next((row for row in session.scalars(mine) if row.taken), None)
    kept = sa.select(LabelFile).filter_by(transaction_id=transaction_id)
    file = session.scalar(kept.options(undefer(LabelFile.body)))
    if refund is None or refund.parcel is None or file is None or file.body is None:
        abort(404)
    name, kind, body = f"VOID-{_name(refund.parcel)}", file.content_type, file.body
    session.commit()  # marking a file takes its time
    marked = papers.void(kind, body)
    return _saved(marked.body, marked.content_type, name)


@access.needs(Permission.SEE_LABELS)
def press(parcel_id: int) -> Page:
    """The same for a printer, and written down with a name."""
    parcel = _parcel(parcel_id)
    file = _file(parcel)
    if file is None or file.body is None:
        return _not_here(parcel, file)
    if not kept.of([parcel])[parcel.id].printable:
        flash(_("The label is being voided. Do not use it."), "warn")
        return _order(parcel)
    body, kind, name = file.body, file.content_type, _name(parcel)
    prints.mark(file.transaction_id, _who())
    session.commit()
    return _saved(body, kind, name)


@access.needs(Permission.SEE_LABELS)
def fetch(parcel_id: int) -> Page:
    """Have the file asked for again now, and not when it was planned."""
    parcel = _parcel(parcel_id)
    file = session.scalar(_kept(parcel).with_for_update())
    if file is not None and file.fetched_at is None:
        file.tries = file.tries if file.due_at else 0
        file.due_at = now()
        later(files.fetch, file.id)
        flash(_("The label’s file is being fetched. It can be printed here in a moment."), "info")
    answer = _order(parcel)
    session.commit()
    return answer


@access.needs(Permission.SEE_LABELS)
def press_many() -> Page:
    """The labels of the ticked parcels in one file; a page says so where one file cannot hold all.

    Asked for with a `kind` it is those of that kind, without a word about the others.
    """
    wanted = lots.asked_for()
    if why := lots.objection(wanted):
        flash(why, "warn")
        return redirect(_back(), 303)
    lot = lots.gather(wanted)
    session.commit()  # putting files together takes its time
    chosen = lot.of(request.form.get("kind", ""))
    if chosen is None:
        return _page(lot)
    sheaf = chosen.bound()
    if sheaf.unreadable:
        return _page(lot.without(chosen, sheaf.unreadable))
    for label in chosen.labels:
        prints.mark(label.transaction_id, _who())
    session.commit()
    day = world_now().astimezone(HOME).date().isoformat()
    return _saved(sheaf.body, sheaf.content_type, f"labels-{day}")


def _page(lot: lots.Lot) -> str:
    return render_template("admin/labels.html", lot=lot, back=_back())


def _back() -> str:
    return access.own_path(request.form.get("back")) or url_for("admin.shipments")


def _parcel(parcel_id: int) -> Parcel:
    parcel = session.get(Parcel, parcel_id, options=[joinedload(Parcel.order)])
    if parcel is None:
        abort(404)
    return parcel


def _order(parcel: Parcel) -> AnyResponse:
    """Back to its order's page."""
    place = url_for("admin.order", number=parcel.order.number, _anchor=f"p{parcel.id}")
    return redirect(place, 303)


def _kept(parcel: Parcel) -> sa.Select[LabelFile]:
    return sa.select(LabelFile).filter_by(parcel_id=parcel.id, transaction_id=parcel.transaction_id)


def _file(parcel: Parcel) -> LabelFile | None:
    return session.scalar(_kept(parcel).options(undefer(LabelFile.body)))


def _not_here(parcel: Parcel, file: LabelFile | None) -> tuple[str, int]:
    return render_template("admin/no_label.html", parcel=parcel, file=file), 404


def _name(parcel: Parcel) -> str:
    """What its file is called: Q-10234, and which of them where the order has several."""
    siblings = sorted(other.id for other in parcel.order.parcels)
    place = f"-{siblings.index(parcel.id) + 1}" if len(siblings) > 1 else ""
    return f"{parcel.order.number}{place}"


def _saved(body: bytes, kind: str, name: str) -> Response:
    """Saved, never shown in place: a browser must not run what a provider put in a file."""
    answered = Response(body, content_type=kind)
    file = f"{name}.{papers.ENDINGS.get(kind, 'bin')}"
    answered.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answered.headers["Content-Security-Policy"] = CLOSED_IN
    answered.headers["Cache-Control"] = "no-store"
    return answered


def _who() -> Account:
    return cast(Account, current_user)
