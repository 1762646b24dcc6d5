"""An order called off, with its labels given back."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin import postage
from admin.forms import tidy
from jobs import refunds as sending
from jobs.queue import later
from shop import access, cancellations, voids
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, Order
from shop.values import Permission


@access.needs(Permission.BUY_LABELS)
def cancel(number: str) -> str | Response | tuple[str, int]:
    """Show what cancelling means, and do it with what is ticked."""
    if request.method == "GET":
        found = session.scalar(sa.select(Order).filter_by(number=tidy(number)))
        return _page(found or abort(404))
    order = cancellations.locked(tidy(number)) or abort(404)
    why = cancellations.objection(order)
    if why:
        session.rollback()
        flash(_("The order was not cancelled. %(why)s", why=why), "warn")
        return _back(number)
    ticked = [int(text) for text in request.form.getlist("void") if text.isdecimal()]
    for refund in cancellations.cancel(order, cast(Account, current_user), ticked):
        later(sending.send, refund.id)
    session.commit()
    goods = _("The order is cancelled. Its goods are in stock again.")
    flash(goods if order.lines else _("The quick label is called off."), "good")
    return _back(number)


def _page(order: Order) -> str:
    """Every label of it stands there ticked, or with the reason why it cannot be voided."""
    return render_template(
        "admin/cancel.html",
        order=order,
        objection=cancellations.objection(order),
        labels=[
            (parcel, postage.what(parcel), voids.objection(parcel))
            for parcel in order.parcels
            if parcel.transaction_id
        ],
        doubtful=[parcel for parcel in order.parcels if cancellations.doubtful(parcel)],
    )


def _back(number: str) -> Response:
    return redirect(url_for("admin.order", number=tidy(number)), 303)
