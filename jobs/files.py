"""Fetch the label to print, once, and keep it."""

from __future__ import annotations

import logging
from datetime import timedelta

from shop.db import now, session
from shop.gateways.errors import GatewayError, Rejected, Unavailable
from shop.models import LabelFile
from shop.outside import gateways

log = logging.getLogger(__name__)

BACKOFF_S = (10, 60, 600, 3600)
MOST_REFUSALS = 50
"""So often, about two days long, what was refused is asked for again: a key or a list of hosts is
mended by people."""


def fetch(file_id: int) -> None:
    """Ask Shippo for a fresh address of the label and keep what is there. Twice does no harm."""
    row = session.get(LabelFile, file_id)
    if row is None or row.fetched_at is not None:
        return
    transaction_id = row.transaction_id
    session.commit()
    try:
        told = gateways.shippo.transaction(transaction_id)
        if not told.label_url:
            raise Unavailable("Shippo has no label file yet")
        file = gateways.files.fetch(told.label_url)
    except GatewayError as error:
        _not_now(file_id, error)
    else:
        kept = session.get_one(LabelFile, file_id, with_for_update=True)
        kept.content_type, kept.body = file.content_type, file.body
        kept.fetched_at, kept.due_at, kept.note = now(), None, ""
    session.commit()


def _not_now(file_id: int, error: GatewayError) -> None:
    row = session.get_one(LabelFile, file_id, with_for_update=True)
    row.note = str(error)[:300]
    row.tries += 1
    wait = BACKOFF_S[min(row.tries, len(BACKOFF_S)) - 1]
    given_up = isinstance(error, Rejected) and row.tries >= MOST_REFUSALS
    row.due_at = None if given_up else now() + timedelta(seconds=wait)
    log.warning("label file %s: %s", file_id, error)
