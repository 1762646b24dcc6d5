"""What a way of delivery is called, for whoever it is brought to."""

from __future__ import annotations

from shop.carriers import spoken
from shop.i18n import say as _
from shop.models import Parcel, Quote


def offered(quote: Quote) -> str:
    """An option as the shopper chooses it: the merchant's own name for it, and who brings it."""
    own, carrier = quote.name, quote.carrier_name
    if not own or not carrier or carrier.lower() in own.lower():
        return quote.title
    return _("%(name)s with %(carrier)s", name=own, carrier=carrier)


def travelling(parcel: Parcel) -> str:
    """How a parcel travels: as it was chosen, until another service was taken for it."""
    if parcel.carrier_account and parcel.order.quote.name:
        return offered(parcel.order.quote)
    return spoken(parcel.carrier_name, parcel.service_name) or _("Standard delivery")
