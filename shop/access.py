"""Who may come in: the locks of the doors, signing in and signing out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import flask
import sqlalchemy as sa
from flask import abort, redirect, request, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from shop import throttle
from shop.db import session
from shop.models import Account
from shop.models.people import hasher, matches
from shop.outside import settings
from shop.values import Permission

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()
login_manager.session_protection = None  # sessions are ours: server-side, renamed at sign-in


@cache
def _nobodys_hash() -> str:
    """Checked where there is no account, so that no answer comes sooner than another."""
    return hasher.hash("nobody has this password")


def load(account_id: str) -> Account | None:
    """The account of a session; a demo account is nobody outside demo mode."""
    account = session.get(Account, int(account_id))
    return None if account and account.demo and not settings.demo else account


login_manager.user_loader(load)


def visitor() -> Account | None:
    """Who is signed in, if anybody."""
    return cast(Account, current_user) if current_user.is_authenticated else None


def anyone() -> None:
    """The storefront's lock: everybody may come in. Said out loud, so that it was meant."""


def customers() -> Response | None:
    """The portal's lock: whoever has signed in."""
    return None if visitor() else _sign_in_first()


def staff() -> Response | None:
    """The desk's lock: staff. To a customer the desk does not exist."""
    who = visitor()
    if who is None:
        return _sign_in_first()
    if not who.can(Permission.SEE_DESK):
        abort(404)
    return None


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a view only some staff may use: 403 for the others."""

    def lock(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def locked(*args: P.args, **kwargs: P.kwargs) -> R:
            who = visitor()
            if who is None or not who.can(permission):
                abort(403)
            return view(*args, **kwargs)

        return locked

    return lock


def sign_in(email: str, password: str) -> Account | None:
    """Sign somebody in, or answer None in the same time whether or not the account exists.

    The basket they have begun comes with them; their session gets a new name.
    """
    throttle.spend("login", email)
    account = session.scalar(sa.select(Account).filter_by(email=email.strip().lower()))
    right = matches(account.password_hash if account else _nobodys_hash(), password)
    if not right or account is None or (account.demo and not settings.demo):
        return None
    welcome(account)
    return account


def welcome(account: Account) -> None:
    """Make this visitor signed in, under a new session name."""
    flask.session.renew()  # type: ignore[attr-defined]
    login_user(account)


def sign_out() -> None:
    """End the session: its name is dead on the server too."""
    logout_user()
    flask.session.clear()
    flask.session.renew()  # type: ignore[attr-defined]


def own_path(target: str | None) -> str | None:
    """A place on our own site to go on to, or None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    plain = target.isprintable() and "\\" not in target
    return target if plain and not parts.scheme and not parts.netloc else None


def _sign_in_first() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("storefront.login", next=wanted), 303)
