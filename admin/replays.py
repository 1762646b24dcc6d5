"""Have webhooks applied again: one, or all since a time, after a look at what would change."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import undefer
from werkzeug.wrappers import Response

from admin import foresight
from admin.replay_form import ReplayForm
from jobs import inbox
from jobs.queue import later
from shop import access, replay
from shop.db import session
from shop.i18n import say as _
from shop.models import Account, WebhookEvent
from shop.values import Permission

MOST = 500
"""So many at once: each is rung for, and its parcel told anew."""

ALL = "webhooks"


@access.needs(Permission.REPLAY)
def one(event_id: int) -> Response:
    """Have this one applied again."""
    event = session.get(
        WebhookEvent, event_id, options=[undefer(WebhookEvent.body)], with_for_update=True
    )
    if event is None:
        abort(404)
    if _applied([event], replay.subject(event)):
        flash(_("It is applied again. What becomes of it stands here."), "good")
    return redirect(url_for("admin.webhook", event_id=event_id), 303)


@access.needs(Permission.REPLAY)
def preview() -> str | tuple[str, int]:
    """What all since a time would change."""
    if not request.args:
        return _page(ReplayForm())
    form = ReplayForm(request.args)
    if not form.validate():
        return _page(form), 422
    return _page(form, list(session.scalars(_oldest(form))))


@access.needs(Permission.REPLAY)
def since() -> str | Response | tuple[str, int]:
    """Have all since a time applied again."""
    form = ReplayForm(request.form)
    if not form.validate():
        return _page(form), 422
    # Locked, so that of two presses one sees what the other has done.
    done = _applied(list(session.scalars(_oldest(form).with_for_update())), ALL)
    if done:
        said = "One event is applied again.", "%(num)s events are applied again."
        flash(ngettext(*said, done) + " " + _("What becomes of them stands here."), "good")
    return redirect(url_for("admin.webhooks"), 303)


def _applied(events: list[WebhookEvent], subject: str) -> int:
    """How many are applied again; where none is, it has been said why."""
    try:
        before = int(request.form.get("before", ""))
    except ValueError:
        abort(400)
    try:
        done = replay.again(events, cast(Account, current_user), subject, before)
    except replay.Meanwhile:
        session.rollback()
        flash(_("That was done before; nothing was applied a second time."), "info")
        return 0
    for event_id in done:
        later(inbox.apply_event, event_id)
    session.commit()
    if not done:
        flash(_("Nothing was applied: it waits already, or cannot be read."), "info")
    return len(done)


def _oldest(form: ReplayForm) -> sa.Select[WebhookEvent]:
    return _meant(form).order_by(WebhookEvent.id).limit(MOST).options(undefer(WebhookEvent.body))


def _meant(form: ReplayForm) -> sa.Select[WebhookEvent]:
    recent = WebhookEvent.first_seen_at >= form.moment
    return sa.select(WebhookEvent).where(recent, WebhookEvent.state.in_(form.states))


def _page(form: ReplayForm, events: list[WebhookEvent] | None = None) -> str:
    values: dict[str, Any] = {"form": form, "preview": None}
    if events is not None:
        total = session.scalar(sa.select(sa.func.count()).select_from(_meant(form).subquery()))
        values |= {"preview": foresight.of_many(events), "total": total, "most": MOST}
        values |= {"before": replay.times(ALL), "told": foresight}
    return render_template("admin/replay.html", **values)
