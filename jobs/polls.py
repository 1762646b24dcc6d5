"""Ask Shippo after parcels that have been quiet."""

from __future__ import annotations

import logging

from jobs import tracking
from shop.db import session
from shop.gateways.errors import GatewayError
from shop.models import Parcel
from shop.outside import gateways, mode
from shop.values import Via

log = logging.getLogger(__name__)


def poll(parcel_id: int) -> None:
    """Ask after a parcel that has been quiet."""
    parcel = session.get(Parcel, parcel_id)
    if parcel is None or parcel.tracking_number is None or parcel.standing.final:
        return
    if parcel.mode is not mode():
        return  # its number is somebody else's, or nobody's, in the mode we are in now
    carrier, number = parcel.carrier, parcel.tracking_number
    session.commit()
    try:
        told = gateways.shippo.track(carrier, number)
    except GatewayError as error:
        log.warning("parcel %s: cannot ask: %s", parcel_id, error)
        return
    parcel = session.get_one(Parcel, parcel_id, with_for_update=True, populate_existing=True)
    if parcel.tracking_number == number:  # else its label was voided while we asked
        tracking.absorb(parcel_id, told, Via.POLL)
    session.commit()
