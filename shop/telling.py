"""A parcel's story in words, for every door that shows it and every message that tells it.

Nothing is said here that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shop import headlines, i18n
from shop.arrivals import days_late as days_late
from shop.arrivals import expected_day as expected_day
from shop.arrivals import silence
from shop.carriers import known, public_page
from shop.delays import delay as delay
from shop.delays import silent, why_late, why_moved
from shop.i18n import say as _
from shop.models import Order, Parcel
from shop.outside import settings
from shop.phrases import NEXT, trouble
from shop.progress import TROUBLED, Route, Step, route
from shop.progress import steps as steps
from shop.progress import timeline as timeline
from shop.sightings import carrier_name as carrier_name
from shop.sightings import last_seen, ready
from shop.values import Standing


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
            return last_seen(parcel, _("%(carrier)s says it was delivered%(place)s%(moment)s."))
        case Standing.CANCELLED:
            return _called_off(parcel)
    quiet = silence(parcel)
    if quiet:
        return silent(parcel, quiet.cause)
    if parcel.standing is Standing.OUT_FOR_DELIVERY:
        taken = _("%(carrier)s took it out for delivery%(place)s%(moment)s.")
        return f"{last_seen(parcel, taken)} {_('Next stop is your door.')}"
    if days_late(parcel):
        return why_late(parcel)
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


def carrier_page(parcel: Parcel) -> str | None:
    """Where the carrier itself tells of it, once it has a number there."""
    number = parcel.tracking_number
    if number is None or parcel.standing is Standing.CANCELLED:
        return None
    return public_page(parcel.carrier, number, parcel.tracking_url, settings.carrier_hosts)


def _on_time(parcel: Parcel) -> str:
    match parcel.standing:
        case Standing.NO_LABEL:
            return _to_be_packed(parcel)
        case Standing.LABEL_READY:
            return f"{ready(parcel)} {_('You can follow it from the first scan on.')}"
    scanned = _("%(carrier)s last scanned it%(place)s%(moment)s.")
    if parcel.substatus == "package_accepted":
        scanned = _("%(carrier)s took it over%(place)s%(moment)s.")
    seen = last_seen(parcel, scanned)
    return f"{seen} {why_moved(parcel) or _('New scans are added as they come.')}"


def _to_be_packed(parcel: Parcel) -> str:
    then = _("Its tracking number comes here when it is ready to leave.")
    promise = parcel.order.promise
    if promise is None:
        return then
    return f"{_('It arrives %(days)s.', days=i18n.day_range(promise))} {then}"


def _called_off(parcel: Parcel) -> str:
    if parcel.order.quick:
        return _("This parcel was called off, and nothing is on its way.")
    return _("This order was called off, and nothing is on its way.")


def _trouble(parcel: Parcel) -> str:
    said = last_seen(parcel, trouble(parcel.cause, parcel.substatus)[1])
    if parcel.standing is Standing.RETURNED and parcel.delivered_at:
        before = _("It was delivered on %(day)s.", day=i18n.day(parcel.delivered_at))
        return f"{before} {said}"
    return said
