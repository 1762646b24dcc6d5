"""What customers are told, how, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Milestone(StrEnum):
    LABEL_READY = "label_ready"
    PICKED_UP = "picked_up"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPTED = "attempted"
    EXCEPTION = "exception"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True)
class Mark:
    """A milestone a parcel has reached; `about` tells two of a kind apart.

    That is the cause of an exception, the day of an attempt, and nothing of all others.
    """

    milestone: Milestone
    about: str = ""


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNSURE = "unsure"
