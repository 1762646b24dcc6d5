"""A parcel's story in words, for every door that shows it and every message that tells it.

Nothing is said here that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shop import headlines, i18n
from shop.arrivals import came_today, last_move, local_day, silence, today
from shop.arrivals import days_late as days_late
from shop.arrivals import expected_day as expected_day
from shop.carriers import known, public_page
from shop.etas import Move
from shop.i18n import say as _
from shop.models import Order, Parcel
from shop.outside import settings
from shop.phrases import MOVED, NEXT, TROUBLE, trouble
from shop.progress import TROUBLED, Route, Step, route
from shop.progress import steps as steps
from shop.progress import timeline as timeline
from shop.values import Cause, Standing


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything a page says of one parcel."""

    parcel: Parcel
    headline: str
    explanation: str
    steps: list[Step]
    days: list[dict[str, Any]]
    next: dict[str, str] | None
    delay: tuple[str, str] | None
    brings: str
    site: str
    linked: bool
    route: Route


@dataclass(frozen=True, kw_only=True)
class ToldOrder:
    """Everything a page says of one order; `lead` is the parcel to look at first."""

    order: Order
    headline: str
    parcels: list[Told]
    lead: Told
    updates: str
    text_offer: str
    final: bool


def tell_order(order: Order) -> ToldOrder:
    """An order for the page of whoever placed it."""
    parcels = [tell(parcel) for parcel in order.parcels]
    return ToldOrder(
        order=order,
        headline=headlines.of_order(order),
        parcels=parcels,
        lead=min(parcels, key=lambda told: headlines.urgency(told.parcel)),
        updates=updates(order),
        text_offer=text_offer(order),
        final=all(told.parcel.standing.final for told in parcels),
    )


def tell(parcel: Parcel, strangers: bool = False) -> Told:
    """A parcel for its page; `strangers` read only what anybody may."""
    return Told(
        parcel=parcel,
        headline=headlines.headline(parcel),
        explanation=explanation(parcel),
        steps=steps(parcel),
        days=timeline(parcel, strangers),
        next=next_step(parcel),
        delay=delay(parcel),
        brings=carrier_name(parcel),
        site=known(parcel.carrier).site or carrier_name(parcel),
        linked=carrier_page(parcel) is not None,
        route=route(parcel),
    )


def explanation(parcel: Parcel) -> str:
    """Why it is there, and what happens next or what we do about it. For everybody's eyes."""
    if parcel.standing in TROUBLED:
        return _trouble(parcel)
    match parcel.standing:
        case Standing.DELIVERED:
            return _last_seen(parcel, _("%(carrier)s says it was delivered%(place)s%(moment)s."))
        case Standing.CANCELLED:
            return _called_off(parcel)
    quiet = silence(parcel)
    if quiet:
        return _silent(parcel, quiet.cause)
    if parcel.standing is Standing.OUT_FOR_DELIVERY:
        taken = _("%(carrier)s took it out for delivery%(place)s%(moment)s.")
        return f"{_last_seen(parcel, taken)} {_('Next stop is your door.')}"
    if days_late(parcel):
        return _why_late(parcel)
    return _on_time(parcel)


def next_step(parcel: Parcel) -> dict[str, str] | None:
    """The one thing the customer may want to do now; `to` is whom to turn to: carrier or help."""
    if parcel.standing is Standing.DELIVERED:
        return {
            "icon": "question",
            "title": _("Delivered, but not with you?"),
            "text": _("Look around the door and ask the neighbours first, then tell us."),
            "action": _("Write to us"),
            "to": "help",
        }
    found = NEXT.get(parcel.cause) if parcel.cause and parcel.standing in TROUBLED else None
    if found is None:
        return None
    icon, title, text, action, to = found
    return {"icon": icon, "title": str(title), "text": str(text), "action": str(action), "to": to}


def updates(order: Order) -> str:
    """Where we write when something happens, as the customer chose; nothing when nowhere."""
    mail = order.email if order.wants_mail else ""
    ending = order.phone[-4:] if order.phone and order.wants_texts and settings.texts else ""
    if mail and ending:
        return _(
            "We write to %(mail)s and text the number ending %(ending)s.", mail=mail, ending=ending
        )
    if mail:
        return _("We write to %(mail)s.", mail=mail)
    if ending:
        return _("We text the number ending %(ending)s.", ending=ending)
    return ""


def text_offer(order: Order) -> str:
    """The end of the number we could text, for a customer who may still ask for it."""
    possible = order.account_id and order.phone and settings.texts and not order.wants_texts
    waiting = not all(parcel.standing.final for parcel in order.parcels)
    return order.phone[-4:] if possible and waiting else ""


def carrier_name(parcel: Parcel) -> str:
    """Who brings it, for the middle of a sentence."""
    return (
        parcel.carrier_name
        or (known(parcel.carrier).name if parcel.carrier else "")
        or (_("the carrier"))
    )


def carrier_page(parcel: Parcel) -> str | None:
    """Where the carrier itself tells of it, once it has a number there."""
    number = parcel.tracking_number
    if number is None or parcel.standing is Standing.CANCELLED:
        return None
    return public_page(parcel.carrier, number, parcel.tracking_url, settings.carrier_hosts)


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


def _on_time(parcel: Parcel) -> str:
    match parcel.standing:
        case Standing.NO_LABEL:
            return _to_be_packed(parcel)
        case Standing.LABEL_READY:
            return f"{_ready(parcel)} {_('You can follow it from the first scan on.')}"
    scanned = _("%(carrier)s last scanned it%(place)s%(moment)s.")
    if parcel.substatus == "package_accepted":
        scanned = _("%(carrier)s took it over%(place)s%(moment)s.")
    seen = _last_seen(parcel, scanned)
    return f"{seen} {why_moved(parcel) or _('New scans are added as they come.')}"


def _silent(parcel: Parcel, cause: Cause) -> str:
    """For how long nothing was heard and what we do; and what we promised, once that is over."""
    said = _last_seen(parcel, str(TROUBLE[cause][1]))
    if parcel.standing is Standing.LABEL_READY:
        said = f"{_ready(parcel)} {said}"
    if not days_late(parcel) or parcel.order.promise_last is None:
        return said
    return f"{said} {_('We promised %(day)s.', day=i18n.day(parcel.order.promise_last))}"


def _to_be_packed(parcel: Parcel) -> str:
    then = _("Its tracking number comes here when it is ready to leave.")
    promise = parcel.order.promise
    if promise is None:
        return then
    return f"{_('It arrives %(days)s.', days=i18n.day_range(promise))} {then}"


def _ready(parcel: Parcel) -> str:
    """What we did with a parcel that no carrier has scanned yet, as far as staff have said so."""
    them = carrier_name(parcel)
    if parcel.handed_at:
        day = i18n.day(parcel.handed_at)
        return _("We handed it to %(carrier)s on %(day)s.", carrier=them, day=day)
    if parcel.packed_at:
        return _("It is packed and waits for %(carrier)s.", carrier=them)
    return _("Its label is made, and it waits for %(carrier)s.", carrier=them)


def _called_off(parcel: Parcel) -> str:
    if parcel.order.quick:
        return _("This parcel was called off, and nothing is on its way.")
    return _("This order was called off, and nothing is on its way.")


def _why_late(parcel: Parcel) -> str:
    promised = i18n.day(parcel.order.promise_last) if parcel.order.promise_last else ""
    if parcel.standing is Standing.LABEL_READY and parcel.handed_at:
        late = _("We promised it by %(promised)s. We are sorry.", promised=promised)
        return f"{_ready(parcel)} {_('It has not been scanned since.')} {late}"
    if parcel.standing in {Standing.NO_LABEL, Standing.LABEL_READY}:
        return _(
            "We promised it by %(promised)s and the carrier does not have it yet. We are sorry.",
            promised=promised,
        )
    if expected_day(parcel) is None:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and names no new day.")
    else:
        seen = _("%(carrier)s last scanned it%(place)s%(moment)s and needs longer.")
    told = [_last_seen(parcel, seen), why_moved(parcel), _("We promised %(day)s.", day=promised)]
    return " ".join(filter(None, told))


def _trouble(parcel: Parcel) -> str:
    said = _last_seen(parcel, trouble(parcel.cause, parcel.substatus)[1])
    if parcel.standing is Standing.RETURNED and parcel.delivered_at:
        before = _("It was delivered on %(day)s.", day=i18n.day(parcel.delivered_at))
        return f"{before} {said}"
    return said


def _last_seen(parcel: Parcel, text: str) -> str:
    scan = parcel.story.now
    them = carrier_name(parcel)
    place = _(" in %(place)s", place=scan.place) if scan and scan.place else ""
    moment = ""
    if scan and scan.at:
        when = i18n.clock(scan.at)
        if local_day(scan.at) != today():
            when = f"{i18n.day(scan.at)}, {when}"
        moment = _(" (%(when)s)", when=when)
    return text % {
        "carrier": them[:1].upper() + them[1:],
        "them": them,
        "place": place,
        "moment": moment,
    }


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
