"""Take in Twilio's receipts: what became of a text."""

from __future__ import annotations

import sqlalchemy as sa
from flask import request

from shop.db import session
from shop.models import Message


def status() -> tuple[str, int]:
    """One receipt. Our own token in the address names the message, before we knew Twilio's id."""
    message = session.scalar(
        sa.select(Message).filter_by(token=request.args.get("message", "")).with_for_update()
    )
    if message is not None:
        message.provider_id = message.provider_id or request.form.get("MessageSid", "")[:64]
        word = request.form.get("MessageStatus") or request.form.get("SmsStatus", "")
        message.settle(word, request.form.get("ErrorCode", ""))
        session.commit()
    return "", 204
