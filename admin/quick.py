"""Quick labels: any address and any parcel on one page, bought by one press."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from admin import quick_form, services
from admin.forms import tidy
from admin.quick_form import QuickForm
from jobs import labels
from jobs.queue import later
from shop import access, choices, pages, purchases, quick, spending
from shop.db import session
from shop.i18n import say as _
from shop.models import Order
from shop.models.orders import token
from shop.values import Permission

TOKEN = re.compile(r"[\w-]{22}")
"""What a form is named by, and its basket."""

Answer = Response | str | tuple[str, int]


@access.needs(Permission.BUY_LABELS)
def make() -> Answer:
    """A new one; `?order=` begins with the address of whoever ordered."""
    if request.method == "GET":
        return _page(QuickForm(data={**_likely(), "token": token()}))
    if "load" in request.form:
        return _loaded()
    form = QuickForm(request.form)
    name = form.token.data or ""
    if not TOKEN.fullmatch(name):
        abort(400)
    before = quick.placed(name)
    if before is not None:
        return _again(before)
    if not form.validate():
        return _page(form), 422
    try:
        order, new = quick.place(name, form.wanted)
    except quick.NotOurs:
        abort(400)
    return _bought(order) if new else _again(order)


@access.needs(Permission.BUY_LABELS)
def change(number: str) -> Answer:
    """One whose label was not bought, to be changed and tried again."""
    reading = request.method == "GET"
    order = (_order(number) if reading else quick.locked(tidy(number))) or abort(404)
    why = quick.objection(order)
    if why:
        flash(_("This quick label cannot be changed. %(why)s", why=why), "info")
        return _to(order)
    if reading:
        return _page(QuickForm(data=quick_form.shown(order)), order)
    if "load" in request.form:
        return _loaded(order.number)
    form = QuickForm(request.form)
    if not form.validate():
        return _page(form, order), 422
    quick.change(order, form.wanted)
    return _bought(order)


def _again(order: Order) -> Response:
    flash(_("This form was sent before, and this is its label. Nothing more was bought."), "info")
    return _to(order)


def _bought(order: Order) -> Response:
    """Ask for its label, and go on to its page."""
    (parcel,) = order.parcels
    later(labels.buy, purchases.wish(parcel, asked_by=current_user.id).id)
    answer = _to(order)
    session.commit()
    flash(_("The label is being bought. Its number appears here by itself."), "info")
    return answer


def _loaded(number: str | None = None) -> str:
    """The same page with what was typed, and the services Shippo tells of now."""
    problem = services.load()
    flash(problem or _("The services are loaded."), "warn" if problem else "good")
    return _page(QuickForm(request.form), _order(number) if number else None)


def _page(form: QuickForm, order: Order | None = None) -> str:
    return render_template(
        "admin/quick.html",
        form=form,
        order=order,
        known=bool(choices.carrier_accounts()),
        guards=_guards(),
    )


def _guards() -> list[str]:
    """What the limits do to a label whose price is not known before."""
    allowed, told = spending.limits(), []
    if allowed.each is not None and not current_user.can(Permission.APPROVE_SPENDING):
        told.append(
            _("It waits until an administrator approves it, because its price is not known.")
        )
    if allowed.daily is not None:
        said = _(
            "%(spent)s of %(limit)s are spent today. Until Shippo has told its price, it counts"
            " as nothing there.",
            spent=pages.money(spending.spent_today()),
            limit=pages.money(allowed.daily),
        )
        told.append(said)
    return told


def _likely() -> dict[str, object]:
    wanted = tidy(request.args.get("order"))
    order = session.scalar(sa.select(Order).filter_by(number=wanted)) if wanted else None
    return quick_form.likely(order) if order else {}


def _order(number: str) -> Order | None:
    return session.scalar(
        sa.select(Order).where(Order.number == tidy(number), Order.note.is_not(None))
    )


def _to(order: Order) -> Response:
    (parcel,) = order.parcels
    return redirect(url_for("admin.order", number=order.number, _anchor=f"p{parcel.id}"), 303)
