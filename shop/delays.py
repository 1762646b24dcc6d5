"""What is said of a parcel that is late or silent or whose day moved, and what we do about it."""

from __future__ import annotations

from shop import i18n
from shop.arrivals import came_today, days_late, expected_day, last_move, silence
from shop.etas import Move
from shop.i18n import say as _
from shop.models import Parcel
from shop.phrases import MOVED, TROUBLE
from shop.progress import TROUBLED
from shop.sightings import carrier_name, last_seen, ready
from shop.values import Cause, Standing


def why_moved(parcel: Parcel) -> str:
    """That the carrier's day is another now than it was, and why; nothing once that day is over."""
    move = last_move(parcel)
    if move is None or move.after != expected_day(parcel):
        return ""
    them = carrier_name(parcel)
    said = _("%(carrier)s now expects it on %(after)s and no longer on %(before)s.")
    told = said % {
        "carrier": them[:1].upper() + them[1:],
        "after": i18n.day(move.after),
        "before": i18n.day(move.before),
    }
    return f"{told} {moved_because(parcel, move)}" if move.later else told


def moved_because(parcel: Parcel, move: Move) -> str:
    """Why a day moved, as far as the carrier's scans tell."""
    them = carrier_name(parcel)
    return str(MOVED[move.why]) % {"carrier": them[:1].upper() + them[1:], "days": move.silent}


def silent(parcel: Parcel, cause: Cause) -> str:
    """For how long nothing was heard and what we do; and what we promised, once that is over."""
    said = last_seen(parcel, str(TROUBLE[cause][1]))
    if parcel.standing is Standing.LABEL_READY:
        said = f"{ready(parcel)} {said}"
    if not days_late(parcel) or parcel.order.promise_last is None:
        return said
    return f"{said} {_('We promised %(day)s.', day=i18n.day(parcel.order.promise_last))}"


def why_late(parcel: Parcel) -> str:
    """That it is late, what was seen of it last, and what we promised."""
    promised = i18n.day(parcel.order.promise_last) if parcel.order.promise_last else ""
    if parcel.standing is Standing.LABEL_READY and parcel.handed_at:
        late = _("We promised it by %(promised)s. We are sorry.", promised=promised)
        return f"{ready(parcel)} {_('It has not been scanned since.')} {late}"
    if parcel.standing in {Standing.NO_LABEL, Standing.LABEL_READY}:
        return _(
            "We promised it by %(promised)s and the carrier does not have it yet. We are sorry.",
            promised=promised,
        )
    if expected_day(parcel) is None:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and names no new day.")
    else:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and needs longer.")
    told = [last_seen(parcel, seen), why_moved(parcel), _("We promised %(day)s.", day=promised)]
    return " ".join(filter(None, told))


def delay(parcel: Parcel) -> tuple[str, str] | None:
    """What we do about a parcel that is late or silent; nothing on the day it comes.

    No more is said than what we really do.
    """
    if parcel.standing in TROUBLED or not (days_late(parcel) or silence(parcel)):
        return None
    scan = parcel.story.now
    if parcel.standing is Standing.OUT_FOR_DELIVERY and scan and came_today(parcel, scan.at):
        return None
    if parcel.standing in {Standing.NO_LABEL, Standing.LABEL_READY}:
        return (
            _("Do you need it by a certain day?"),
            _("Tell us: a person reads it and answers what is possible."),
        )
    return (
        _("We keep asking %(carrier)s for news", carrier=carrier_name(parcel)),
        _("You read it here as soon as there is any. Do you need it by a certain day? Tell us."),
    )
