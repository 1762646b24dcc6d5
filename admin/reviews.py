"""Purchases in doubt, settled by a person: look now, name the label, or give up and buy again."""

from __future__ import annotations

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin import purchase
from admin.forms import AdoptForm, ReleaseForm
from jobs import labels
from jobs.queue import later
from shop import access, purchases, reviews
from shop.db import session
from shop.gateways.errors import GatewayError
from shop.i18n import say as _
from shop.models import Account, LabelIntent, Parcel
from shop.outside import gateways
from shop.values import IntentState, Permission

DOUBTFUL = (IntentState.UNKNOWN, IntentState.NEEDS_REVIEW)


@access.needs(Permission.BUY_LABELS)
def check(parcel_id: int) -> Response:
    """Have Shippo asked at once."""
    intent = _in_doubt(parcel_id)
    if intent is None:
        return _settled(parcel_id)
    reviews.check(intent, _who())
    later(labels.look, intent.id)
    flash(_("Shippo is being asked. What it says appears here by itself."), "info")
    session.commit()
    return _back(parcel_id)


@access.needs(Permission.BUY_LABELS)
def adopt(parcel_id: int) -> Response:
    """Take in the label that somebody found in the Shippo account."""
    form = AdoptForm(request.form)
    if _in_doubt(parcel_id) is None:
        return _settled(parcel_id)
    if not form.validate():
        flash(str(form.transaction.errors[0]), "bad")
        return _back(parcel_id)
    session.commit()
    try:
        told = gateways.shippo.transaction(form.transaction.data or "")
    except GatewayError as error:
        flash(_("Shippo did not show that transaction: %(why)s", why=error), "bad")
        return _back(parcel_id)
    intent = _in_doubt(parcel_id)
    if intent is None:
        return _settled(parcel_id)
    try:
        parcel = reviews.adopt(intent, told, _who())
    except reviews.CannotAdopt as why:
        session.rollback()
        flash(_("It was not taken in. %(why)s", why=why), "bad")
        return _back(parcel_id)
    if parcel is None:
        flash(_("Shippo says %(status)s of that transaction.", status=told.raw_status), "warn")
    else:
        labels.labelled(parcel)
        flash(_("The label was taken in. Nothing was bought again."), "good")
    session.commit()
    return _back(parcel_id)


@access.needs(Permission.BUY_LABELS)
def release(parcel_id: int) -> Response | str | tuple[str, int]:
    """Give the purchase up and buy again, with the order's number typed and a reason."""
    intent = _in_doubt(parcel_id)
    if intent is None or intent.state is not IntentState.NEEDS_REVIEW:
        return _settled(parcel_id)
    form = ReleaseForm(request.form, wanted=intent.parcel.order.number or "")
    if request.method == "GET" or not form.validate():
        shown = render_template(
            "admin/release.html",
            form=form,
            parcel=intent.parcel,
            order=intent.parcel.order,
            purchase=purchase.tell(intent.parcel),
        )
        return shown, 200 if request.method == "GET" else 422
    reviews.release(intent, _who(), form.reason.data or "")
    _buy_again(intent.parcel)
    session.commit()
    return _back(parcel_id)


def _buy_again(parcel: Parcel) -> None:
    try:
        wish = purchases.wish(parcel, asked_by=current_user.id)
    except purchases.CannotBuy as why:
        flash(_("Released. No label can be bought yet: %(why)s", why=why), "warn")
    else:
        later(labels.buy, wish.id)
        flash(_("Released. The label is being bought again."), "info")


def _in_doubt(parcel_id: int) -> LabelIntent | None:
    """The purchase of this parcel while it is in doubt, ours alone until we commit."""
    parcel = session.get(Parcel, parcel_id)
    if parcel is None:
        abort(404)
    intent = purchases.open_wish(parcel_id)
    if intent is None:
        return None
    session.refresh(intent, with_for_update=True)
    return intent if intent.state in DOUBTFUL else None


def _settled(parcel_id: int) -> Response:
    session.rollback()
    flash(_("This purchase is not in doubt any more."), "info")
    return _back(parcel_id)


def _back(parcel_id: int) -> Response:
    number = session.get_one(Parcel, parcel_id).order.number
    return redirect(url_for("admin.order", number=number, _anchor=f"p{parcel_id}"), 303)


def _who() -> Account:
    return cast(Account, current_user)
