"""What we say when a parcel is in trouble, what to do then, and what its scans are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from shop.values import Cause, Delay, Standing

_ = lazy_gettext

TROUBLE: dict[Cause, tuple[Any, Any]] = {
    Cause.DELIVERY_FAILED: (
        _("Delivery failed"),
        _(
            "%(carrier)s says it cannot deliver this parcel. We have been alerted, will ask"
            " %(them)s for the reason and write to you."
        ),
    ),
    Cause.LOST: (
        _("This parcel is lost"),
        _(
            "%(carrier)s says it is lost. We have been alerted. You do not have to claim"
            " anything from %(them)s: that is between them and us."
        ),
    ),
    Cause.DISPOSED: (
        _("Disposed of by the carrier"),
        _(
            "%(carrier)s says that it has disposed of it%(place)s, so it will not arrive. We have"
            " been alerted. You do not have to claim anything from %(them)s."
        ),
    ),
    Cause.DAMAGED: (
        _("Damaged on the way"),
        _(
            "%(carrier)s found it damaged%(place)s. We have been alerted, will ask %(them)s"
            " about it and write to you."
        ),
    ),
    Cause.ADDRESS_ISSUE: (
        _("There is a problem with the address"),
        _(
            "%(carrier)s cannot go on without a better address. We have been alerted. If you can"
            " tell us what is missing, it goes faster."
        ),
    ),
    Cause.ATTEMPTED: (
        _("Delivery was attempted"),
        _(
            "%(carrier)s tried to deliver it%(place)s and could not. Its own page says whether it"
            " comes again, and when."
        ),
    ),
    Cause.HELD: (
        _("Held by the carrier"),
        _(
            "%(carrier)s holds it%(place)s and has not said until when. We have been alerted and"
            " will ask %(them)s what releases it."
        ),
    ),
    Cause.PICKUP: (
        _("Ready to be collected"),
        _("%(carrier)s keeps it for you%(place)s. Where exactly, and until when, is on its page."),
    ),
    Cause.UNCLAIMED: (
        _("Not collected"),
        _(
            "%(carrier)s says that nobody has collected it%(place)s. If nobody does, it comes back"
            " to us. We have been alerted."
        ),
    ),
    Cause.RETURNED: (
        _("On its way back to us"),
        _(
            "%(carrier)s is sending it back. We have been alerted. When it is here we"
            " write to you about what happens next."
        ),
    ),
    Cause.OTHER: (
        _("It needs attention"),
        _(
            "%(carrier)s says that somebody has to do something before it can go on. We have been"
            " alerted and will ask %(them)s what it is."
        ),
    ),
    Cause.CUSTOMS: (
        _("Still in customs"),
        _(
            "%(carrier)s last scanned it%(place)s%(moment)s, in customs, and they take longer than"
            " usual. We have been alerted and will ask %(them)s what they wait for."
        ),
    ),
    Cause.NOT_DELIVERED: (
        _("Out for delivery, and no word since"),
        _(
            "%(carrier)s took it out for delivery%(place)s%(moment)s and has not said what came of"
            " it. We have been alerted and will ask %(them)s."
        ),
    ),
    Cause.STALLED: (
        _("No news for some days"),
        _(
            "%(carrier)s last scanned it%(place)s%(moment)s. That is longer ago than usual: we have"
            " been alerted and will ask %(them)s where it is."
        ),
    ),
    Cause.NEVER_SCANNED: (
        _("Not scanned by the carrier yet"),
        _(
            "%(carrier)s has not scanned it yet, and that takes longer than usual. We have been"
            " alerted and will find out where it is."
        ),
    ),
    Cause.LATE: (
        _("Running late"),
        _("%(carrier)s last scanned it%(place)s%(moment)s. We have been alerted that it is late."),
    ),
}
"""By cause: the headline, and why and what we do. Both are for everybody's eyes."""

MILD = {
    *(Cause.ATTEMPTED, Cause.PICKUP, Cause.UNCLAIMED, Cause.RETURNED, Cause.OTHER),
    *(Cause.CUSTOMS, Cause.NOT_DELIVERED, Cause.STALLED, Cause.NEVER_SCANNED, Cause.LATE),
}

MOVED: dict[Delay, Any] = {
    Delay.WEATHER: _("The weather has held it up."),
    Delay.CUSTOMS: _("Customs have held it up."),
    Delay.DAMAGED: _("It was found damaged on the way."),
    Delay.ADDRESS: _("There was a problem with the address."),
    Delay.ATTEMPTED: _("Delivery was attempted and could not be made."),
    Delay.RESCHEDULED: _("Delivery was put off to another day."),
    Delay.HELD: _("It was held on the way."),
    Delay.DELAYED: _("%(carrier)s says that it is delayed, and not by what."),
    Delay.SILENCE: _("It had not been scanned for %(days)s days."),
    Delay.UNSAID: _("%(carrier)s has not said why."),
}
"""Why a carrier's day moved. They are for everybody's eyes."""

NEXT: dict[Cause, tuple[str, Any, Any, Any, str]] = {
    Cause.ADDRESS_ISSUE: (
        "pin",
        _("Tell us the right address"),
        _("A flat number, a gate code, a new street: we pass it on to the carrier."),
        _("Write to us"),
        "help",
    ),
    Cause.ATTEMPTED: (
        "calendar",
        _("Choose when it comes again"),
        _("With the tracking number you can often arrange it with the carrier yourself."),
        _("See the choices"),
        "carrier",
    ),
    Cause.PICKUP: (
        "pin",
        _("Collect it"),
        _("Take the tracking number and something that proves your name."),
        _("See where and until when"),
        "carrier",
    ),
    Cause.UNCLAIMED: (
        "clock",
        _("Still want it?"),
        _("The carrier may still have it. Its page says so; otherwise tell us."),
        _("See where it is"),
        "carrier",
    ),
    Cause.LOST: (
        "message",
        _("Do you still want it?"),
        _("Tell us, and a person answers what we can do."),
        _("Write to us"),
        "help",
    ),
    Cause.DISPOSED: (
        "message",
        _("Do you still want it?"),
        _("Tell us, and a person answers what we can do."),
        _("Write to us"),
        "help",
    ),
    Cause.DAMAGED: (
        "message",
        _("Does it reach you damaged?"),
        _("Keep the packing and send us a picture."),
        _("Write to us"),
        "help",
    ),
    Cause.RETURNED: (
        "message",
        _("Still want it?"),
        _("Tell us, and whether the address was right."),
        _("Write to us"),
        "help",
    ),
    Cause.DELIVERY_FAILED: (
        "message",
        _("Do you know why?"),
        _("A locked gate, a closed office: it helps us to tell the carrier."),
        _("Write to us"),
        "help",
    ),
}

SCANS: dict[str, Any] = {
    "information_received": _("Label made, not yet with the carrier"),
    "address_issue": _("Stopped: a problem with the address"),
    "contact_carrier": _("Stopped: the carrier asks to be called"),
    "delayed": _("Delayed on the way"),
    "delivery_attempted": _("Delivery attempted"),
    "delivery_rescheduled": _("Delivery put off to another day"),
    "delivery_scheduled": _("Day of delivery set"),
    "location_inaccessible": _("The driver could not reach the door"),
    "notice_left": _("Nobody there, a notice was left"),
    Standing.OUT_FOR_DELIVERY.value: _("Out for delivery"),
    "package_accepted": _("Handed to the carrier"),
    "package_arrived": _("Arrived at a sorting centre"),
    "package_damaged": _("Found damaged"),
    "package_departed": _("Left a sorting centre"),
    "package_forwarded": _("Forwarded to another address"),
    "package_held": _("Held by the carrier"),
    "package_processed": _("Sorted"),
    "package_processing": _("Being sorted"),
    "pickup_available": _("Ready to be collected"),
    "reschedule_delivery": _("Delivery has to be arranged again"),
    "delivered": _("Delivered"),
    "return_to_sender": _("Being sent back"),
    "package_unclaimed": _("Not collected"),
    "package_undeliverable": _("Cannot be delivered"),
    "package_disposed": _("Disposed of by the carrier"),
    "package_lost": _("Lost"),
}
"""Shippo's finer words for a scan, in ours."""

ATTEMPTS: dict[str, Any] = {
    "location_inaccessible": _(
        "%(carrier)s tried to deliver it%(place)s%(moment)s and could not reach the door. Does a"
        " gate code or a hint help? Tell us, and we pass it on."
    ),
    "notice_left": _(
        "%(carrier)s tried to deliver it%(place)s%(moment)s, found nobody there and left a notice."
        " That, or the carrier's own page, says how you get it."
    ),
    "reschedule_delivery": _(
        "%(carrier)s could not deliver it and wants to know on which day to come again. Choose one"
        " on its own page."
    ),
}
"""Why an attempt came to nothing, where the carrier has said more than that it did."""


def trouble(cause: Cause | None, substatus: str | None) -> tuple[str, str]:
    """The headline of a parcel in trouble, and why and what we do; as exactly as it was told."""
    headline, why = TROUBLE[cause or Cause.OTHER]
    if cause is Cause.ATTEMPTED and substatus in ATTEMPTS:
        headline, why = SCANS[substatus], ATTEMPTS[substatus]
    return str(headline), str(why)
