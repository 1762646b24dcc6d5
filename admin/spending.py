"""What postage may cost: leave for one label, a purchase taken back, and the merchant's limits."""

from __future__ import annotations

from typing import cast

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin.forms import SpendingForm
from jobs import labels
from jobs.queue import later
from shop import access, pages, purchases, spending
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, LabelIntent, Parcel
from shop.values import Money, Permission


@access.needs(Permission.APPROVE_SPENDING)
def approve(parcel_id: int) -> Response:
    """Let the label be bought that waits for leave."""
    intent = _waiting(parcel_id)
    if intent is not None and spending.approve(intent, _who()):
        later(labels.buy, intent.id)
        flash(_("Approved. The label is being bought."), "good")
    else:
        flash(_("This purchase does not wait for approval any more."), "info")
    session.commit()
    return _back(parcel_id)


@access.needs(Permission.BUY_LABELS)
def withdraw(parcel_id: int) -> Response:
    """Take a purchase back that was not sent."""
    intent = _waiting(parcel_id)
    if intent is not None and spending.withdraw(intent, _who()):
        flash(_("Taken back. Nothing was bought."), "good")
    else:
        flash(_("It has been sent to Shippo already, or was never asked for."), "info")
    session.commit()
    return _back(parcel_id)


@access.needs(Permission.MANAGE_SETTINGS)
def limits() -> str | Response | tuple[str, int]:
    """What may be spent, chosen by the merchant."""
    chosen = spending.limits()
    if request.method == "GET":
        return _page(SpendingForm(data=SpendingForm.of(chosen)))
    form = SpendingForm(request.form)
    if not form.validate():
        return _page(form), 422
    for waiting in spending.set_limits(form.limits(chosen.currency)):
        later(labels.buy, waiting)
    session.commit()
    flash(_("Saved. Purchases that waited are looked at again."), "good")
    return redirect(url_for("admin.settings"), 303)


def rows() -> list[tuple[str, str]]:
    """The limits and what was spent, for the settings page."""
    chosen = spending.limits()
    return [
        (_("A day"), limit(chosen.daily)),
        (_("Approval above"), limit(chosen.each)),
        (_("Spent today"), pages.money(spending.spent_today())),
    ]


def limit(amount: Money | None) -> str:
    return _("No limit") if amount is None else pages.money(amount)


def _page(form: SpendingForm) -> str:
    return render_template("admin/spending.html", form=form, spent=spending.spent_today())


def _waiting(parcel_id: int) -> LabelIntent | None:
    """The purchase of this parcel, ours alone until we commit."""
    if session.get(Parcel, parcel_id) is None:
        abort(404)
    intent = purchases.open_wish(parcel_id)
    if intent is not None:
        session.refresh(intent, with_for_update=True)
    return intent


def _back(parcel_id: int) -> Response:
    number = session.get_one(Parcel, parcel_id).order.number
    return redirect(url_for("admin.order", number=number, _anchor=f"p{parcel_id}"), 303)


def _who() -> Account:
    return cast(Account, current_user)
