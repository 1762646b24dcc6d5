"""What is to be done when a label's price drifts: the merchant's policy, for administrators."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.forms import DriftForm
from shop import access, choices
from shop.db import session
from shop.i18n import say as _
from shop.values import Permission


@access.needs(Permission.MANAGE_SETTINGS)
def edit() -> str | Response | tuple[str, int]:
    policy = choices.drift_policy()
    given = {"amount": policy.absorb.amount, "percent": policy.percent, "swap": policy.swap}
    if request.method == "GET":
        return render_template("admin/drift.html", form=DriftForm(data=given))
    form = DriftForm(request.form)
    if not form.validate():
        return render_template("admin/drift.html", form=form), 422
    choices.set_drift_policy(form.policy)
    session.commit()
    flash(_("Saved. It holds for prices asked for from now on."), "good")
    return redirect(url_for("admin.settings", _anchor="drift"), 303)
