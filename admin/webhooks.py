"""The inbox: everything Shippo’s webhooks told us, and what became of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, request
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import undefer

from admin import foresight, paging, payloads
from admin.parts import answer, here, itself
from admin.replay_form import ReplayForm
from shop import access, i18n, replay
from shop.db import session
from shop.models import Parcel, WebhookEvent
from shop.values import EventState, Permission

ALWAYS = {EventState.NEW, EventState.DONE, EventState.UNMATCHED}
"""Views that stand there also when they are empty."""


def index() -> str:
    wanted = request.args.get("view", "")
    state = next((state for state in EventState if state.value == wanted), None)
    query = sa.select(WebhookEvent)
    if state is not None:
        query = query.where(WebhookEvent.state == state)
    return answer(
        "admin/webhooks.html",
        "admin/_webhooks.html",
        page=paging.page(query, WebhookEvent.id),
        tabs=_tabs(state),
        itself=itself(),
        form=ReplayForm(),
    )


def show(event_id: int) -> str:
    """One event: what became of it, what it says, and what applying it again would change."""
    event = _event(event_id)
    forecast = replay.foresee(event)
    means, change = foresight.of_one(forecast)
    subject = replay.subject(event)
    text, whole = payloads.shown(event)
    return answer(
        "admin/webhook.html",
        "admin/_webhook.html",
        event=event,
        parcel=session.get(Parcel, event.parcel_id or forecast.parcel_id or 0),
        forecast=forecast,
        means=means,
        facts=foresight.facts(change) if change and not change.nothing else [],
        replays=replay.replays(subject),
        text=text,
        whole=whole,
        curl=payloads.curl(event),
        itself=itself(),
    )


@access.needs(Permission.SEE_LABELS)
def fixture(event_id: int) -> Response:
    """The payload as a file, to the byte."""
    event = _event(event_id)
    saved = Response(event.body, content_type=payloads.content_type(event))
    saved.headers.set("Content-Disposition", "attachment", filename=payloads.file_name(event))
    return saved


def _event(event_id: int) -> WebhookEvent:
    event = session.get(WebhookEvent, event_id, options=[undefer(WebhookEvent.body)])
    return event or abort(404)


def _tabs(state: EventState | None) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(WebhookEvent.state, sa.func.count(WebhookEvent.id)).group_by(WebhookEvent.state)
    )
    counted: dict[EventState, int] = {row[0]: row[1] for row in rows}
    total = sum(counted.values())
    every = {"text": _("All"), "href": here(view=""), "here": state is None, "count": total}
    return [every] + [
        {
            "text": i18n.words(word),
            "href": here(view=word.value),
            "here": word is state,
            "count": counted.get(word, 0),
        }
        for word in EventState
        if word in ALWAYS or word in counted or word is state
    ]
