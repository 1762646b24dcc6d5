"""Where it is, in one line: a parcel, or an order of however many."""

from __future__ import annotations

from datetime import date

from flask_babel import ngettext

from shop import i18n
from shop.arrivals import came_today, days_late, expected_day, silence, told_day, zone
from shop.calendars import day_at
from shop.i18n import say as _
from shop.models import Order, Parcel
from shop.phrases import TROUBLE, trouble
from shop.progress import TROUBLED
from shop.values import Standing


def headline(parcel: Parcel) -> str:
    """Where is it, in one line."""
    if parcel.standing in TROUBLED:
        return trouble(parcel.cause, parcel.substatus)[0]
    match parcel.standing:
        case Standing.DELIVERED:
            return _delivered(parcel)
        case Standing.OUT_FOR_DELIVERY:
            return _out(parcel)
        case Standing.CANCELLED:
            return _("Cancelled")
    late, expected = days_late(parcel), expected_day(parcel)
    if late:
        return _late(parcel, late, expected)
    if parcel.standing is Standing.NO_LABEL:
        return _("Your parcel is being packed")
    return _coming(parcel, expected)


def of_order(order: Order) -> str:
    """Where everything is, in one line, however many parcels it takes."""
    parcels = order.parcels
    if not parcels:
        return _("Your order is placed")
    if len(parcels) == 1:
        return headline(parcels[0])
    if all(parcel.standing is Standing.CANCELLED for parcel in parcels):
        return _("Cancelled")
    worst = first_to_see(order)
    if worst.standing in TROUBLED:
        return _("One of %(count)s parcels needs attention", count=len(parcels))
    arrived = sum(parcel.standing is Standing.DELIVERED for parcel in parcels)
    if arrived == len(parcels):
        return _("All %(count)s parcels are delivered", count=arrived)
    return _("%(arrived)s of %(count)s parcels delivered", arrived=arrived, count=len(parcels))


def first_to_see(order: Order) -> Parcel:
    """The parcel to look at first: one in trouble, else one that is late, else one on its way."""
    return min(order.parcels, key=urgency)


def urgency(parcel: Parcel) -> tuple[bool, bool, bool]:
    """What parcels are put in order by; the first needs eyes most."""
    return (
        parcel.standing not in TROUBLED,
        not days_late(parcel),
        parcel.standing is Standing.DELIVERED,
    )


def _delivered(parcel: Parcel) -> str:
    if parcel.delivered_at is None:
        return _("Delivered")
    return _("Delivered %(day)s", day=i18n.day(parcel.delivered_at))


def _out(parcel: Parcel) -> str:
    scan = parcel.story.now
    if scan is None or scan.at is None:
        return _("Out for delivery")
    if came_today(parcel, scan.at):
        return _("Out for delivery today")
    return _("Out for delivery since %(day)s", day=i18n.day(day_at(scan.at, zone(parcel))))


def _coming(parcel: Parcel, expected: date | None) -> str:
    """When it arrives, by the carrier or by our promise; where none was made, how far it is.

    No day is repeated of what has not been heard of for too long.
    """
    quiet = silence(parcel)
    if quiet:
        return str(TROUBLE[quiet.cause][0])
    if expected and parcel.standing is Standing.IN_TRANSIT:
        return _("On its way, arriving %(day)s", day=i18n.long_day(expected))
    promise = parcel.order.promise
    if promise:
        return _("Arrives %(days)s", days=i18n.day_range(promise))
    moves = parcel.standing is Standing.IN_TRANSIT
    return _("Your parcel is on its way") if moves else _("Your parcel is ready to leave")


def _late(parcel: Parcel, late: int, expected: date | None) -> str:
    if expected is None:
        was = max(filter(None, [told_day(parcel), parcel.order.promise_last]))
        return _("Running late, was expected %(day)s", day=i18n.long_day(was))
    said = ngettext(
        "Running one day late, now expected %(day)s",
        "Running %(num)d days late, now expected %(day)s",
        late,
        day=i18n.long_day(expected),
    )
    return str(said)
