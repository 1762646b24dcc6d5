"""The cart: what is in it, and changing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from shop import basket, rates
from shop.db import session
from shop.models import Basket, Product
from storefront import catalog
from storefront.forms import QuantityForm


def show() -> str:
    return page(basket.current())


def put(slug: str) -> Response:
    product = catalog.on_shelf(slug)
    form = QuantityForm()
    if form.validate_on_submit():
        mine = basket.begun()
        before = basket.held(mine, product) if form.add.data else 0
        wanted = before + (form.quantity.data or 0)
        flash(*_said(product, wanted, basket.put(mine, product, wanted)))
    else:
        flash(_("Type how many you would like as a whole number."), "warn")
    session.commit()
    return redirect(url_for("storefront.cart"), 303)


def page(mine: Basket | None, short: str = "") -> str:
    """The cart as a page; `short` says what could not be ordered."""
    lines = mine.lines if mine else []
    return render_template(
        "storefront/cart.html",
        basket=mine,
        lines=lines,
        free_from=rates.FREE_FROM,
        ready=bool(lines) and not sold_out(mine),
        short=short,
    )


def sold_out(mine: Basket | None) -> bool:
    """Whether the basket holds more of something than there is."""
    return any(line.quantity > line.product.stock for line in mine.lines) if mine else False


def _said(product: Product, wanted: int, got: int) -> tuple[str, str]:
    """What became of it, in words, and their tone."""
    name = product.name
    if wanted == 0:
        return _("%(name)s is out of your cart.", name=name), "info"
    if product.stock == 0:
        return _("%(name)s is sold out.", name=name), "warn"
    if got < wanted and got == product.stock:
        told = _("There are only %(left)s of %(name)s left.", left=got, name=name)
        return told + " " + _("Your cart holds %(count)s.", count=got), "warn"
    if got < wanted:
        told = _("One order takes at most %(most)s of one thing.", most=got)
        return told + " " + _("Your cart holds %(count)s.", count=got), "warn"
    return _("%(name)s: %(count)s in your cart.", name=name, count=got), "good"
