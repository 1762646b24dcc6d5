"""What was done with a parcel last, and by whom: the halves of sentences that all pages share."""

from __future__ import annotations

from shop import i18n
from shop.arrivals import local_day, today
from shop.carriers import known
from shop.i18n import say as _
from shop.models import Parcel


def carrier_name(parcel: Parcel) -> str:
    """Who brings it, for the middle of a sentence."""
    return (
        parcel.carrier_name
        or (known(parcel.carrier).name if parcel.carrier else "")
        or (_("the carrier"))
    )


def ready(parcel: Parcel) -> str:
    """What we did with a parcel that no carrier has scanned yet, as far as staff have said so."""
    them = carrier_name(parcel)
    if parcel.handed_at:
        day = i18n.day(parcel.handed_at)
        return _("We handed it to %(carrier)s on %(day)s.", carrier=them, day=day)
    if parcel.packed_at:
        return _("It is packed and waits for %(carrier)s.", carrier=them)
    return _("Its label is made, and it waits for %(carrier)s.", carrier=them)


def last_seen(parcel: Parcel, text: str) -> str:
    """A text with its carrier, and the place and moment of what was scanned last."""
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
