"""Compare Shippo's list of labels with ours, every so often: what was missed is taken in."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from jobs import labels
from shop import throttle
from shop.db import session
from shop.gateways.errors import GatewayError
from shop.models import ShopSetting
from shop.outside import mode, world_now

log = logging.getLogger(__name__)

FIRST_LOOK_BACK = timedelta(hours=48)
OVERLAP = timedelta(minutes=10)
"""Lists lag: so much of what was read before is read again."""


def run() -> None:
    """Take in every label made since the last audit that was read to its end.

    A label nobody told us of finds its parcel; a second one for a parcel is noted as surplus.
    """
    begun = world_now()
    until = _audited_until() or begun - FIRST_LOOK_BACK
    since = max(until - OVERLAP, begun - FIRST_LOOK_BACK)
    session.commit()
    if not throttle.lists_left():
        return
    try:
        back = labels.scan(since)
    except GatewayError as error:
        log.warning("the audit could not read Shippo's list: %s", error)
        return
    if back <= since:
        session.merge(ShopSetting(name=_name(), value={"until": begun.isoformat()}))
        session.commit()


def _audited_until() -> datetime | None:
    row = session.get(ShopSetting, _name())
    return datetime.fromisoformat(row.value["until"]) if row else None


def _name() -> str:
    return f"audited_{mode()}"
