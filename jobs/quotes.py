"""Ask carriers anew for parcels whose rate is gone, and let the merchant's policy decide."""

from __future__ import annotations

import logging

from jobs import labels
from jobs.queue import later
from shop import choices, circuit, packing, purchases, quotes, requotes, throttle
from shop.db import now, session
from shop.gateways.errors import GatewayError
from shop.models import Parcel
from shop.outside import gateways
from shop.pauses import POSTPONED
from shop.quotes import Enquiry
from shop.rates import SENDER
from shop.values import LabelWhen

log = logging.getLogger(__name__)


def requote(parcel_id: int) -> None:
    """Ask what this parcel costs now, decide, and buy its label where one is wanted.

    Spends nothing itself. While Shippo does not answer it is put off.
    """
    taken = requotes.claim(parcel_id)
    enquiry = _leave(parcel_id) if taken else None
    session.commit()
    if taken is None or enquiry is None:
        return
    reply = quotes.ask(enquiry)
    parcel = requotes.mine(parcel_id, taken)
    if parcel is None or reply.failure is not None:
        circuit.told(enquiry.leave, reply.failure)
        if parcel is not None:
            log.warning("parcel %s: no new rate: %s", parcel_id, reply.cause)
            requotes.postponed(parcel)
    else:
        row = requotes.decided(parcel, quotes.offer(enquiry, reply), reply.offers)
        log.info("parcel %s: rate %s", parcel_id, row.verdict)
        if row.verdict.taken and _wanted(parcel):
            _buy(parcel)
    session.commit()


def probe() -> None:
    """When Shippo was left alone for long enough, one asks on behalf of all."""
    holder = circuit.leave()
    session.commit()
    if not holder.probe:
        return
    failure = None
    try:
        gateways.shippo.rates(SENDER, SENDER, packing.pack([]))
    except GatewayError as error:
        failure = error
    circuit.told(holder, failure)
    session.commit()


def _leave(parcel_id: int) -> Enquiry | None:
    """What to ask for a parcel; None when it may not be asked now and is put off."""
    parcel = session.get_one(Parcel, parcel_id, populate_existing=True)
    if not throttle.ratings_left():
        requotes.postponed(parcel, now() + POSTPONED)
        return None
    enquiry = quotes.for_parcel(parcel)
    if enquiry.leave.granted:
        return enquiry
    requotes.postponed(parcel, enquiry.leave.until)
    return None


def _wanted(parcel: Parcel) -> bool:
    return choices.label_when() is LabelWhen.ON_ORDER or requotes.wanted(parcel)


def _buy(parcel: Parcel) -> None:
    before = parcel.intent
    try:
        intent = purchases.wish(parcel, asked_by=before.asked_by if before else None)
    except purchases.CannotBuy as why:
        log.warning("parcel %s: not bought after a new rate: %s", parcel.id, why)
    else:
        later(labels.buy, intent.id)
