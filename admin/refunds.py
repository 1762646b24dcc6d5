"""Labels given back: voiding a parcel's, the surplus ones, and what to do when it goes wrong."""

from __future__ import annotations

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin import void as words
from jobs import polls
from jobs import refunds as sending
from jobs.queue import later
from shop import access, i18n, voids
from shop.custody import CannotKeep
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, Parcel, Refund
from shop.values import Permission, RefundState


@access.needs(Permission.BUY_LABELS)
def void(parcel_id: int) -> str | Response:
    """Show what voiding means, and do it."""
    if request.method == "GET":
        return _page(session.get(Parcel, parcel_id) or abort(404))
    parcel = voids.locked(parcel_id) or abort(404)
    try:
        refund = voids.void(parcel, _who())
    except voids.CannotVoid as why:
        flash(_("The label was not voided. %(why)s", why=why), "warn")
    else:
        _sent(refund)
    session.commit()
    return _back(parcel_id)


@access.needs(Permission.BUY_LABELS)
def surplus(transaction_id: str) -> Response:
    """Ask for the money of a label that nobody needs."""
    known = voids.locked_surplus(transaction_id) or abort(404)
    try:
        refund = voids.give_up(known, _who())
    except voids.CannotVoid as why:
        flash(_("Nothing was asked for. %(why)s", why=why), "warn")
    else:
        _sent(refund)
    session.commit()
    return redirect(url_for("admin.purchases", view="surplus"), 303)


@access.needs(Permission.BUY_LABELS)
def again(refund_id: int) -> Response:
    """Send a void once more that nobody knows of: Shippo refuses a second refund of one label."""
    refund = _locked(refund_id)
    if voids.again(refund, _who()):
        _sent(refund)
    else:
        flash(_("It is not in doubt any more."), "info")
    session.commit()
    return _home(refund)


@access.needs(Permission.BUY_LABELS)
def keep(refund_id: int) -> Response:
    """Take a label back into use whose refund was refused."""
    refund = session.get(Refund, refund_id) or abort(404)
    try:
        parcel = voids.keep(refund, _who())
    except CannotKeep as why:
        session.rollback()
        flash(_("It was not taken back. %(why)s", why=why), "bad")
        return _home(session.get_one(Refund, refund_id))
    sending.resumed(parcel)
    later(polls.poll, parcel.id)
    flash(_("The parcel has its first label again, and it is followed."), "good")
    session.commit()
    return _home(refund)


@access.needs(Permission.BUY_LABELS)
def note(refund_id: int) -> Response:
    """Somebody has seen that a voided label is used, or was not refunded."""
    refund = _locked(refund_id)
    if refund.asks:
        voids.noted(refund, _who())
    session.commit()
    return _home(refund)


def _page(parcel: Parcel) -> str:
    return render_template(
        "admin/void.html",
        parcel=parcel,
        order=parcel.order,
        objection=voids.objection(parcel),
        caution=voids.caution(parcel),
        eligibility=words.eligibility(parcel),
        consequences=words.consequences(parcel),
    )


def _sent(refund: Refund) -> None:
    if refund.state is RefundState.WANTED:
        later(sending.send, refund.id)
        flash(_("Shippo is being asked. What it says appears here by itself."), "info")
    else:
        word = i18n.words(refund.state).lower()
        flash(_("This has been asked for before: %(state)s.", state=word), "info")


def _locked(refund_id: int) -> Refund:
    return session.get(Refund, refund_id, with_for_update=True) or abort(404)


def _home(refund: Refund) -> Response:
    """Where this refund is shown."""
    if refund.parcel_id is None:
        return redirect(url_for("admin.purchases", view="surplus"), 303)
    return _back(refund.parcel_id)


def _back(parcel_id: int) -> Response:
    number = session.get_one(Parcel, parcel_id).order.number
    return redirect(url_for("admin.order", number=number, _anchor=f"p{parcel_id}"), 303)


def _who() -> Account:
    return cast(Account, current_user)
