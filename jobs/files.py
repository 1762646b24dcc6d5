"""Fetch the label to print, once, and keep it."""

from __future__ import annotations

import logging
from datetime import timedelta

from shop.db import now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.gateways.files import File
from shop.models import LabelFile, Parcel
from shop.outside import gateways, mode

log = logging.getLogger(__name__)

BACKOFF_S = (10, 60, 600, 3600)
MOST_REFUSALS = 50
"""So often, about two days long, what was refused is asked for again: a key or a list of hosts is
mended by people."""


def fetch(file_id: int) -> None:
    """Ask Shippo for a fresh address of the label and keep what is there. Twice does no harm.

    An address is good for a day or so; the one we were told when the label was bought is not kept.
    """
    row = session.get(LabelFile, file_id)
    if row is None or row.fetched_at is not None:
        return
    transaction_id, made = row.transaction_id, session.get_one(Parcel, row.parcel_id).mode
    now_in = mode()
    session.commit()
    try:
        if made is not now_in:
            raise Unavailable(f"bought in {made} mode, and the shop runs in {now_in} mode")
        told = gateways.shippo.transaction(transaction_id)
        if not told.label_url:
            raise Unavailable("Shippo has no label file yet")
        file = gateways.files.fetch(told.label_url)
    except GatewayError as error:
        _not_now(file_id, error)
    else:
        _kept(file_id, file)
    session.commit()


def _kept(file_id: int, file: File) -> None:
    """Bytes, kind and time are one row, written in one commit: there is never half a file.

    Of two that fetched it at once the first has brought it.
    """
    row = session.get_one(LabelFile, file_id, with_for_update=True)
    if row.fetched_at is None:
        row.content_type, row.body = file.content_type, file.body
        row.fetched_at, row.due_at, row.note = now(), None, ""


def _not_now(file_id: int, error: GatewayError) -> None:
    row = session.get_one(LabelFile, file_id, with_for_update=True)
    if row.fetched_at is not None:
        return  # somebody else has brought it meanwhile
    row.note = str(error)[:300]
    row.tries += 1
    wait = BACKOFF_S[min(row.tries, len(BACKOFF_S)) - 1]
    given_up = isinstance(error, Rejected) and row.tries >= MOST_REFUSALS
    row.due_at = None if given_up else now() + timedelta(seconds=wait)
    log.warning("label file %s: %s", file_id, error)
