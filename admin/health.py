"""How the machinery is, in six lines that are true: what we heard, what waits, what is late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import ngettext
from flask_login import current_user

from admin.spans import ours, span, when
from shop import circuit, repairs
from shop.db import now, session
from shop.i18n import say as _
from shop.models import LabelFile, LabelIntent, Message, Parcel, WebhookEvent
from shop.outside import mode, settings, world_now
from shop.values import EventState, ParcelState, Permission, Standing, Via

SILENCE = timedelta(hours=24)
"""With parcels on their way, webhooks are not quiet for longer than this."""

PATIENCE = timedelta(minutes=10)
QUEUES = (LabelIntent, LabelFile, WebhookEvent, Message)
MOVING = (Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY)

Line = dict[str, Any]


def lines() -> list[Line]:
    """What the strip on the desk's home says."""
    return [_webhooks(), _inbox(), _jobs(), _polls(), _repairs(), _shippo()]


def _webhooks() -> Line:
    moment = now()
    last, lately, moving = session.execute(
        sa.select(
            sa.select(sa.func.max(WebhookEvent.last_seen_at)).scalar_subquery(),
            sa.select(sa.func.count(WebhookEvent.id))
            .where(WebhookEvent.first_seen_at > moment - SILENCE)
            .scalar_subquery(),
            sa.select(sa.func.count(Parcel.id))
            .where(Parcel.standing.in_(MOVING))
            .scalar_subquery(),
        )
    ).one()
    if last is None:
        return _line(_("Webhooks in"), _("Nothing heard yet"), ok=not moving)
    text = _("%(number)s in 24 h, last %(time)s", number=lately, time=when(ours(last)))
    return _line(_("Webhooks in"), text, ok=not moving or last > moment - SILENCE)


def _inbox() -> Line:
    waiting, oldest = session.execute(
        sa.select(sa.func.count(WebhookEvent.id), sa.func.min(WebhookEvent.first_seen_at)).where(
            WebhookEvent.state == EventState.NEW
        )
    ).one()
    if not waiting:
        return _line(_("Inbox"), _("Everything heard has been read"), ok=True)
    text = ngettext(
        "One waits, since %(time)s",
        "%(num)s wait, oldest %(time)s",
        waiting,
        time=when(ours(oldest)),
    )
    return _line(_("Inbox"), text, ok=oldest > now() - PATIENCE)


def _jobs() -> Line:
    moment = now()
    due = [
        (row[0], row[1])
        for row in session.execute(
            sa.union_all(
                *(
                    sa.select(sa.func.min(model.due_at), sa.func.count(model.id)).where(
                        model.due_at <= moment
                    )
                    for model in QUEUES
                )
            )
        )
    ]
    number = sum(count for _oldest, count in due)
    oldest = min((first for first, _count in due if first), default=None)
    if oldest is None:
        return _line(_("Jobs"), _("Nothing is overdue"), ok=True)
    late = moment - oldest
    if late < timedelta(minutes=1):
        text = ngettext("One is due now", "%(num)s are due now", number)
    else:
        text = ngettext(
            "One is overdue by %(late)s",
            "%(num)s overdue, longest %(late)s",
            number,
            late=span(late),
        )
    return _line(_("Jobs"), text, ok=late < timedelta(seconds=3 * settings.sweep_interval_s))


def _polls() -> Line:
    """Asking after quiet parcels goes by world time."""
    last, due = session.execute(
        sa.select(
            sa.select(sa.func.max(Parcel.heard_at))
            .where(Parcel.heard_via == Via.POLL)
            .scalar_subquery(),
            sa.select(sa.func.min(Parcel.poll_at))
            .where(Parcel.tracking_number.is_not(None), Parcel.mode == mode())
            .scalar_subquery(),
        )
    ).one()
    parts = [_("Last %(time)s", time=when(last)) if last else _("None yet")]
    if due:
        parts.append(_("next due %(time)s", time=when(due)))
    late = due is not None and due < world_now() - PATIENCE - timedelta(minutes=30)
    return _line(_("Asking after quiet parcels"), ", ".join(parts), ok=not late)


def _repairs() -> Line:
    """What had to be asked for: news that a webhook should have brought."""
    lately = repairs.counted(SILENCE)
    text = _("%(number)s in 24 h", number=lately.number)
    if not lately.well:
        text = _("%(number)s in 24 h: webhooks do not reach us", number=lately.number)
    line = _line(_("Repaired by asking"), text, ok=lately.well)
    if current_user.can(Permission.MANAGE_SETTINGS):
        line["href"] = url_for("admin.setup")
    return line


def _shippo() -> Line:
    """Whether Shippo answers, and what waits for it."""
    waiting = session.scalar(
        sa.select(sa.func.count(Parcel.id)).where(
            Parcel.requote_at.is_not(None), Parcel.state == ParcelState.NEEDS_RATE
        )
    )
    alone = circuit.shut()
    if alone is None:
        text = _("Answers")
    else:
        text = _(
            "Left alone until %(time)s. %(reason)s",
            time=when(ours(alone.probe_at or now()), seconds=True),
            reason=alone.reason,
        )
    if waiting:
        told = ngettext("One parcel waits for a rate", "%(num)s parcels wait for a rate", waiting)
        text = f"{text}. {told}"
    return _line(_("Shippo"), text, ok=alone is None)


def _line(name: str, text: str, *, ok: bool) -> Line:
    return {"name": name, "text": text, "ok": ok}
