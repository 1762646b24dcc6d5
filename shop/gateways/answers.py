"""What Shippo says, in our words: nothing it may send hides a label, or what else could be read.

What it really sends, and where that differs from its documentation: docs/shippo.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any, TypeVar

from shop.carriers import CARRIERS, carrier_of
from shop.gateways import plain
from shop.gateways.errors import Unavailable
from shop.values import (
    CarrierAccount,
    Money,
    Rate,
    RefundStatus,
    Scan,
    Service,
    Snapshot,
    ToldRefund,
    TrackingStatus,
    Transaction,
    TransactionStatus,
)

log = logging.getLogger(__name__)

DEAREST = 1_000_000_00
LONGEST_DAYS = 365
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A webhook as Shippo keeps it."""

    id: str
    event: str
    url: str
    active: bool
    test: bool | None


def read(turn: Callable[[dict[str, Any]], T], raw: dict[str, Any]) -> T:
    """What `turn` makes of an answer. Raises Unavailable where it can make nothing of it."""
    try:
        return turn(raw)
    except UNREADABLE as error:
        raise Unavailable("answered something we cannot read") from error


def readable(turn: Callable[[dict[str, Any]], T], raw: Any) -> list[T]:
    """Those we can read; one that we cannot must not hide the others."""
    found = []
    for part in plain.listed(raw):
        try:
            found.append(turn(part))
        except UNREADABLE:
            log.warning("one entry of Shippo's list could not be read")
    return found


def rate(raw: dict[str, Any]) -> Rate:
    """One offer, from Shippo's words. One at an impossible price is no offer."""
    service, provider = plain.record(raw.get("servicelevel")), plain.text(raw["provider"], 80)
    token = plain.text(service.get("token"), 80)
    finer = plain.text(service.get("extended_token"), 80) or token
    price, days = Money.of(raw["amount"], raw["currency"]), raw.get("estimated_days")
    if not 0 <= price.minor <= DEAREST:
        raise ValueError("nobody delivers at this price")
    return Rate(
        id=_id(raw),
        carrier=carrier_of(token, provider)[:40],
        carrier_name=provider,
        service=finer,
        service_name=plain.text(service.get("name"), 120) or finer,
        price=price,
        days=days if isinstance(days, int) and 0 <= days <= LONGEST_DAYS else None,
        arrives_by=plain.name(raw.get("arrives_by"), 8),
    )


def transaction(raw: dict[str, Any]) -> Transaction:
    """A label, from Shippo's words. A status we do not know is OTHER, never a failure."""
    priced = raw.get("rate")
    word = plain.text(raw.get("status"), 40)
    return Transaction(
        id=_id(raw),
        status=_word(TransactionStatus, word, TransactionStatus.OTHER),
        rate=plain.name(priced.get("object_id") if isinstance(priced, dict) else priced),
        metadata=plain.text(raw.get("metadata"), 200),
        tracking_number=plain.name(raw.get("tracking_number")),
        tracking_url=plain.name(raw.get("tracking_url_provider"), 500),
        label_url=plain.name(raw.get("label_url"), 2000),
        messages=messages(raw),
        raw_status=word,
        created=moment(raw.get("object_created")),
        price=_price(priced),
    )


def carrier_account(raw: dict[str, Any]) -> CarrierAccount | None:
    """An account, from Shippo's words; None for one that is switched off or sells nothing."""
    levels = [plain.record(level) for level in plain.listed(raw.get("service_levels"))]
    sold = [
        (plain.text(level.get("token"), 80), plain.text(level.get("name"), 120)) for level in levels
    ]
    services = tuple(Service(token=token, name=name or token) for token, name in sold if token)
    if raw.get("active") is False or not services:
        return None
    carrier = plain.text(raw["carrier"], 40)
    known = CARRIERS.get(carrier)
    return CarrierAccount(
        id=_id(raw),
        carrier=carrier,
        carrier_name=plain.text(raw.get("carrier_name"), 80) or (known.name if known else carrier),
        services=services,
    )


def refund(raw: dict[str, Any]) -> ToldRefund:
    """A refund, from Shippo's words. A status we do not know is OTHER, never a refusal."""
    return ToldRefund(
        id=_id(raw),
        transaction=plain.name(raw.get("transaction")) or "",
        status=_word(RefundStatus, raw.get("status"), RefundStatus.OTHER),
    )


def snapshot(raw: dict[str, Any]) -> Snapshot:
    """Everything a Track says, from Shippo's words."""
    status = raw.get("tracking_status")
    events = plain.listed(raw.get("tracking_history"))
    return Snapshot(
        carrier=plain.text(raw.get("carrier"), 40),
        number=plain.name(raw.get("tracking_number")) or "",
        transaction=plain.name(raw.get("transaction")),
        status=scan(status) if isinstance(status, dict) else None,
        history=tuple(scan(event) for event in events if isinstance(event, dict)),
        eta=moment(raw.get("eta")),
    )


def scan(raw: dict[str, Any]) -> Scan:
    """One scan, from Shippo's words; the carrier's prose stays text and is never trusted."""
    finer = plain.record(raw.get("substatus"))
    place = plain.record(raw.get("location"))
    return Scan(
        status=_word(TrackingStatus, raw.get("status"), TrackingStatus.OTHER),
        substatus=plain.text(finer.get("code"), 64) or None,
        action_required=bool(finer.get("action_required")),
        at=moment(raw.get("status_date")),
        ingested=max(
            filter(None, [moment(raw.get("object_created")), moment(raw.get("object_updated"))]),
            default=None,
        ),
        city=plain.text(place.get("city"), 100),
        state=plain.text(place.get("state"), 100),
        zip=plain.text(place.get("zip"), 20),
        country=plain.text(place.get("country"), 100),
        details=plain.text(raw.get("status_details")),
    )


def registration(raw: dict[str, Any]) -> Registration:
    """A webhook, from Shippo's words."""
    return Registration(
        id=_id(raw),
        event=str(raw.get("event")),
        url=str(raw.get("url")),
        active=bool(raw.get("active")),
        test=raw.get("is_test"),
    )


def moment(text: Any) -> datetime | None:
    """A time of Shippo's; one without a zone is UTC, one we cannot read is none.

    The first and the last year there is are how some carriers write that they know no time.
    """
    try:
        read = datetime.fromisoformat(str(text))
        told = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return told if MINYEAR < told.year < MAXYEAR else None


def _price(priced: Any) -> Money | None:
    """What a label cost, where its rate came with it; how it is written must not hide the label."""
    try:
        price = Money.of(priced["amount"], priced["currency"])
    except UNREADABLE:
        return None
    return price if 0 <= price.minor <= DEAREST else None


def _id(raw: dict[str, Any]) -> str:
    found = plain.name(raw["object_id"])
    if found is None:
        raise ValueError("an id that is none")
    return found


def messages(raw: dict[str, Any]) -> list[str]:
    """What carriers and Shippo remarked, whether as texts or as objects."""
    said = []
    for message in plain.listed(raw.get("messages")):
        parts = [message.get("source"), message.get("text")] if isinstance(message, dict) else []
        words = [plain.text(part) for part in parts or [message]]
        said.append(": ".join(word for word in words if word))
    return [text for text in said if text]


def _word(kind: Any, text: Any, otherwise: Any) -> Any:
    try:
        return kind(text)
    except ValueError:
        return otherwise
