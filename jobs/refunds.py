"""Void labels: claim, ask once, and follow what becomes of the money."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from jobs import labels, tracking
from shop import circuit, refunds, throttle
from shop.db import now, session
from shop.gateways.errors import GatewayError, Rejected
from shop.models import Parcel, Refund
from shop.outside import gateways, mode, world_now
from shop.pauses import COULD_NOT_LOOK, KEY_REFUSED, POSTPONED
from shop.values import RefundState, TransactionStatus, Via

log = logging.getLogger(__name__)

OTHER_MODE = timedelta(minutes=10)
"""How long a void waits that was asked for in the other mode: Shippo does not know its label."""


def send(refund_id: int) -> None:
    """Send one POST for this wish, if it is ours to send. Never sent twice by a machine."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        return
    claim = _claimed(refund)
    if claim is None:
        return
    try:
        told = gateways.shippo.refund(claim.transaction_id)
    except GatewayError as error:
        log.warning("refund %s: %s: %s", refund_id, type(error).__name__, error)
        stands = _status(claim.transaction_id) if isinstance(error, Rejected) else None
        refunds.failed(claim, error, stands)
        circuit.cut(error)
    else:
        log.info("refund %s: answered %s", refund_id, told.status)
        refunds.answered(claim, told)
    session.commit()


def _claimed(refund: Refund) -> refunds.Claim | None:
    """The right to send; none while nothing would come of it, and then the reason stands on it."""
    wait, claim = _wait(refund), None
    if wait is not None:
        refunds.held(refund.id, *wait)
    else:
        claim = refunds.claim(refund.id)
    session.commit()
    return claim


def _wait(refund: Refund) -> tuple[datetime, str] | None:
    """Until when it is better not sent, and why."""
    if refund.mode is not mode():
        why = f"It was asked for in {refund.mode} mode, the shop runs in {mode()} mode"
        return now() + OTHER_MODE, why
    alone = circuit.wait()
    if alone is None and not throttle.refunds_left():
        return now() + POSTPONED, "Waiting for Shippo's next minute"
    return alone


def look(refund_id: int) -> None:
    """Find out what became of a refund: ask for it by name, else for the label it is of."""
    refund = session.get(Refund, refund_id)
    if refund is None:
        return
    if refund.state is RefundState.SENDING:
        refunds.overdue(refund)
    elif refund.mode is not mode():
        why = f"it was asked for in {refund.mode} mode, the shop runs in {mode()} mode"
        refunds.looked(refund, f"{COULD_NOT_LOOK}: {why}")
    elif refund.state in {RefundState.UNKNOWN, RefundState.FILED}:
        _look_at(refund)
    session.commit()


def resumed(parcel: Parcel) -> None:
    """What follows when a parcel has its old label again, and with it what was heard of that."""
    tracking.decide(parcel, world_now(), moved=True)


def _look_at(refund: Refund) -> None:
    row, name, label = refund.id, refund.refund_id, refund.transaction_id
    session.commit()
    note = ""
    try:
        if name is None:
            labels.take_in(gateways.shippo.transaction(label), Via.POLL)
            session.commit()
            _name(row, label)
        else:
            told = gateways.shippo.refund_of(name)
            refunds.followed(row, told)
    except GatewayError as error:
        note = f"{COULD_NOT_LOOK}: {error}"
    refunds.looked(session.get_one(Refund, row, with_for_update=True), note)


def _name(refund_id: int, label: str) -> None:
    """Once it is known that there is one, find the refund among all: then one can ask for it."""
    filed = session.get_one(Refund, refund_id).state is RefundState.FILED
    session.commit()
    if not filed or not throttle.lists_left():
        return
    for page in gateways.shippo.refunds():
        for told in page:
            if told.transaction == label:
                refunds.followed(refund_id, told)
                return


def _status(transaction_id: str) -> TransactionStatus | None:
    """How the label stands whose refund was refused; None where that cannot be found out."""
    try:
        return gateways.shippo.transaction(transaction_id).status
    except Rejected as refused:
        known = refused.code not in KEY_REFUSED  # else: no such label, nothing to give back
        return TransactionStatus.OTHER if known else None
    except GatewayError:
        return None
