"""The inbox: everything Shippo’s webhooks told us, and what became of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import lazy_gettext as _

from admin import paging
from admin.parts import answer, here, itself
from shop import i18n
from shop.db import session
from shop.models import WebhookEvent
from shop.values import EventState

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
    )


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
