"""Where is it? An order by its token, a parcel by its own, and the way to both from a number."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from shop import telling, throttle
from shop.db import session
from shop.models import Order, Parcel

SECRET_PAGE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""Whoever holds such an address may read the page: it is not passed on, and not listed."""


def _joined(text: str | None) -> str:
    return "".join((text or "").split()).upper()


class LookupForm(Form):
    """An order number with its e-mail, or a tracking number."""

    number = StringField(
        _("Order or tracking number"),
        filters=[_joined],
        validators=[
            InputRequired(_("Enter an order number or a tracking number.")),
            Length(max=64, message=_("A number has at most 64 characters.")),
        ],
    )
    email = StringField(_("E-mail"), filters=[lambda text: (text or "").strip().lower()])

    def validate_email(self, field: StringField) -> None:
        if not field.data and str(self.number.data).startswith("Q-"):
            raise ValidationError(_("Enter the e-mail you ordered with."))


def order(token: str) -> Response:
    found = session.scalar(sa.select(Order).filter_by(token=token)) or abort(404)
    return _secret(
        "tracking/_order.html" if "HX-Request" in request.headers else "storefront/order.html",
        told=telling.tell_order(found),
        url=url_for("storefront.order", token=token),
    )


def lookup() -> str | Response | tuple[str, int]:
    if request.method == "GET":
        return render_template("storefront/track.html", form=LookupForm())
    form = LookupForm(request.form)
    if form.validate():
        number, email = str(form.number.data), str(form.email.data)
        throttle.spend("lookup", number)
        found = _found(number, email)
        if found:
            return redirect(found, 303)
        # One answer for a wrong number, a wrong e-mail and a wrong pair: it does not say which.
        form.number.errors = [_("We find nothing for this. Check the number and the e-mail.")]
    return render_template("storefront/track.html", form=form), 422


def parcel(token: str) -> Response:
    found = _parcel(token)
    return _secret(
        "tracking/_parcel.html" if "HX-Request" in request.headers else "storefront/parcel.html",
        one=telling.tell(found, strangers=True),
        url=url_for("storefront.parcel", token=token),
    )


def carrier(token: str) -> Response:
    page = telling.carrier_page(_parcel(token)) or abort(404)
    answer = redirect(page, 302)
    answer.headers.update(SECRET_PAGE)
    return answer


def _parcel(token: str) -> Parcel:
    return session.scalar(sa.select(Parcel).filter_by(token=token)) or abort(404)


def _found(number: str, email: str) -> str | None:
    """The page this number leads to: an order only with its e-mail, a parcel without."""
    mine = sa.select(Order.token).where(
        Order.number == number, Order.email != "", sa.func.lower(Order.email) == email
    )
    own = session.scalar(mine)
    if own:
        return url_for("storefront.order", token=own)
    sent = session.scalar(
        sa.select(Parcel.token).filter_by(tracking_number=number).order_by(Parcel.id.desc())
    )
    return url_for("storefront.parcel", token=sent) if sent else None


def _secret(page: str, **told: object) -> Response:
    answer = make_response(render_template(page, **told))
    answer.headers.update(SECRET_PAGE)
    return answer
