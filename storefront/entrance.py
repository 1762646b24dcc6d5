"""Signing in, signing out, and opening an account."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from shop import access, seeding, throttle
from shop.db import session
from shop.models import Account
from shop.outside import settings
from shop.values import Permission
from storefront.forms import LoginForm, RegisterForm

Answer = Response | str | tuple[str, int]


def login() -> Answer:
    inside = access.visitor()
    if inside is not None:
        return redirect(_onward(inside), 303)
    form = LoginForm()
    if form.validate_on_submit():
        account = access.sign_in(form.email.data or "", form.password.data or "")
        if account is not None:
            onward = _onward(account)
            session.commit()
            return redirect(onward, 303)
        form.form_errors.append(_("E-mail or password is not right. Check both and try again."))
    return _page("login", form)


def register() -> Answer:
    inside = access.visitor()
    if inside is not None:
        return redirect(_onward(inside), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        throttle.spend("register")
        account = _opened(form)
        if account is not None:
            access.welcome(account)
            onward = _onward(account)
            session.commit()
            flash(_("Your account is open and you are signed in."), "good")
            return redirect(onward, 303)
        form.email.errors = [
            _("This e-mail cannot be used for a new account. If it is yours, sign in instead.")
        ]
    return _page("register", form)


def logout() -> Response:
    access.sign_out()
    session.commit()
    flash(_("You are signed out."), "good")
    return redirect(url_for("storefront.home"), 303)


def _opened(form: RegisterForm) -> Account | None:
    """A new customer, or None when the e-mail has an account."""
    account = Account(email=form.email.data, name=form.name.data)
    account.set_password(form.password.data or "")
    if session.scalar(sa.select(Account.id).filter_by(email=account.email)):
        return None
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        return None  # somebody with the same address was faster
    return account


def _onward(account: Account) -> str:
    """Where they were going, else their own room."""
    wanted = access.own_path(request.args.get("next"))
    staff = account.can(Permission.SEE_DESK)
    return wanted or url_for("admin.home" if staff else "portal.home")


def _page(name: str, form: LoginForm | RegisterForm) -> Answer:
    people = seeding.PEOPLE if settings.demo else ()
    shown = render_template(
        f"storefront/{name}.html",
        form=form,
        onward=access.own_path(request.args.get("next")),
        people=people,
        password=seeding.PASSWORD,
    )
    return shown, 422 if cast(bool, form.errors) else 200
