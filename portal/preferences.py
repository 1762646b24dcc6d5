"""What we may tell a customer, and by which way."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form

from shop import access
from shop.db import session
from shop.models import Account, Order


class PreferencesForm(Form):
    """Delivery updates, by mail and by text."""

    mail = BooleanField(_("E-mail me delivery updates"))
    texts = BooleanField(_("Text me delivery updates"))


def edit() -> str | Response:
    who = access.visitor() or abort(401)
    last = _last_order(who)
    if request.method == "POST":
        form = PreferencesForm(request.form)
        who.mail_updates, who.text_updates = form.mail.data, form.texts.data
        session.commit()
        flash(gettext("Your choice is saved. It counts from the next update on."), "good")
        return redirect(url_for("portal.preferences"), 303)
    form = PreferencesForm(data=_chosen(who, last))
    return render_template(
        "portal/preferences.html", form=form, email=_mail(who, last), phone=_phone(last)
    )


def _last_order(who: Account) -> Order | None:
    return session.scalar(
        sa.select(Order).filter_by(account_id=who.id).order_by(Order.id.desc()).limit(1)
    )


def _chosen(who: Account, last: Order | None) -> dict[str, bool]:
    """What holds now; until somebody chooses here, texts follow the box at the checkout."""
    consent = bool(last and last.text_consent)
    return {
        "mail": who.mail_updates is not False,
        "texts": consent if who.text_updates is None else who.text_updates,
    }


def _mail(who: Account, last: Order | None) -> str:
    return last.email if last else who.email


def _phone(last: Order | None) -> str:
    """The end of the number texts go to: the one given with the order."""
    return last.phone[-4:] if last else ""
