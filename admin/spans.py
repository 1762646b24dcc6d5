"""Times and lengths of time as the desk says them."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_datetime
from flask_babel import ngettext
from markupsafe import Markup

from shop import i18n
from shop.db import now
from shop.i18n import say as _
from shop.outside import world_now
from shop.rates import HOME


def span(length: timedelta) -> str:
    """How long, in its two largest units: 1 h 48 min, 3 days 4 h."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        told = ngettext("%(num)s day", "%(num)s days", days)
        return str(told) if not hours else _("%(days)s %(hours)s h", days=told, hours=hours)
    if hours:
        return _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return _("%(minutes)s min", minutes=minutes)


def when(moment: datetime, *, seconds: bool = False) -> str:
    """The time of day, and the day too when it is not today."""
    clock = (second(moment) if seconds else i18n.clock(moment)).replace(" ", "\u00a0")
    today = world_now().astimezone(HOME).date()
    if moment.astimezone(HOME).date() == today:
        return clock
    return f"{i18n.day(moment)}, {clock}"


def ours(moment: datetime) -> datetime:
    """A moment of machine time, as the world's clock tells it: a page has one clock."""
    return moment + (world_now() - now())


def theirs(moment: datetime) -> datetime:
    """A moment of the page's clock, in machine time."""
    return moment - (world_now() - now())


def brief(moment: datetime, *, machine: bool = False) -> Markup:
    """For lists: the time today, the day before that; in full on hover and for machines."""
    moment = ours(moment) if machine else moment
    local, today = moment.astimezone(HOME), world_now().astimezone(HOME).date()
    clock = str(format_datetime(local, "h:mm\u00a0a", locale=i18n.locale())).lower()
    shown = clock if local.date() == today else f"{i18n.day(moment)}, {clock}"
    exact = format_datetime(local, "EEEE d MMMM y, HH:mm:ss zzz", locale=i18n.locale())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), exact, shown
    )


def since(moment: datetime) -> str:
    """In few words: the time today, else the day."""
    local, today = moment.astimezone(HOME), world_now().astimezone(HOME).date()
    if local.date() != today:
        return i18n.day(moment)
    return str(format_datetime(local, "h:mm a", locale=i18n.locale())).lower()


def second(moment: datetime) -> str:
    """A time of day to the second: 2:03:10 pm PT."""
    text = str(format_datetime(moment, "h:mm:ss a", tzinfo=HOME, locale=i18n.locale()))
    return f"{text.lower()} PT"
