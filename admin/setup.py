"""The doctor: how this shop is set up, what is wrong with it, and what to do about it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin import setup_asked, setup_hooks, setup_house
from admin.spans import ours, when
from jobs import rounds
from shop import access
from shop.db import session
from shop.i18n import say as _
from shop.values import Permission


@access.needs(Permission.MANAGE_SETTINGS)
def show() -> str:
    """Everything we know without asking anybody outside, and what they said the last time."""
    asked = setup_asked.last()
    groups = {
        "hooks": setup_hooks.checks(asked),
        "hearing": setup_hooks.hearing(),
        "outside": setup_house.outside(asked),
        "house": setup_house.house(),
        "machinery": setup_house.machinery(),
    }
    return render_template(
        "admin/setup.html",
        **groups,
        asked=when(ours(asked.at), seconds=True) if asked else "",
        others=setup_hooks.others(asked),
        troubled=sum(check.troubled for group in groups.values() for check in group),
    )


@access.needs(Permission.MANAGE_SETTINGS)
def check() -> Response:
    """Ask Shippo and the mail server now."""
    found = setup_asked.ask()
    if found.trouble or found.post:
        flash(_("Somebody did not answer as they should. It is said below."), "warn")
    else:
        flash(_("Shippo and the mail server have answered."), "good")
    return redirect(url_for("admin.setup"), 303)


@access.needs(Permission.MANAGE_SETTINGS)
def register() -> Response:
    """Have exactly our webhooks at Shippo, and look."""
    session.commit()
    rounds.register_webhooks()
    if setup_hooks.complete(setup_asked.ask()):
        flash(_("Shippo has our webhooks, each once."), "good")
    else:
        flash(_("Shippo has not taken all our webhooks. It is said below."), "bad")
    return redirect(url_for("admin.setup"), 303)
