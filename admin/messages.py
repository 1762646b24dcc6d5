"""Everything said to customers, and everything not said, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from admin import paging
from admin.counts import TROUBLED
from admin.parts import answer, here, itself
from shop.db import session
from shop.models import Message, Parcel
from shop.values import Channel, MessageState, Permission


@dataclass(frozen=True)
class View:
    """Some states that belong together."""

    name: str
    words: Any
    states: tuple[MessageState, ...]
    tone: str = ""


VIEWS = (
    View("", _("All"), tuple(MessageState)),
    View("troubled", _("Need a look"), TROUBLED, "signal"),
    View("waiting", _("Waiting"), (MessageState.QUEUED, MessageState.SENDING)),
    View("sent", _("Sent"), (MessageState.SENT, MessageState.DELIVERED)),
    View("silent", _("Not sent"), (MessageState.SUPPRESSED,)),
)


def index() -> str:
    wanted = request.args.get("view", "")
    view = next((view for view in VIEWS if view.name == wanted), VIEWS[0])
    query = sa.select(Message).options(joinedload(Message.parcel).joinedload(Parcel.order))
    if view.name:
        query = query.where(Message.state.in_(view.states))
    return answer(
        "admin/messages.html",
        "admin/_messages.html",
        page=paging.page(query, Message.id),
        tabs=_tabs(view),
        whom=whom,
        itself=itself(),
    )


def whom(message: Message) -> str:
    """Who it was for; those who only look on are shown enough to tell two apart."""
    full = message.recipient
    if not full or current_user.can(Permission.WORK_CASES):
        return full
    if message.channel is Channel.MAIL:
        name, _at, host = full.partition("@")
        return f"{name[:1]}•••@{host}"
    return f"{full[:2]}•••{full[-4:]}"


def _tabs(view: View) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(Message.state, sa.func.count(Message.id)).group_by(Message.state)
    )
    counted = {row[0]: row[1] for row in rows}
    told = []
    for other in VIEWS:
        number = sum(counted.get(state, 0) for state in other.states)
        told.append(
            {
                "text": other.words,
                "href": here(view=other.name),
                "here": other is view,
                "count": number,
                "tone": other.tone if number else "",
            }
        )
    return told
