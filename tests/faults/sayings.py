"""What Shippo would say of parcels as they go their ways: bodies of webhooks, made from a seed.

Histories grow by a scan. Besides, the same is said again under new ids, a riddle stands between,
two scans happen in one second, and some carriers write dates that are out of order.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shop.models import Parcel

Doc = dict[str, Any]
Kind = tuple[str, str, bool]

POSTED: tuple[Kind, ...] = (
    ("PRE_TRANSIT", "information_received", False),
    ("TRANSIT", "package_accepted", False),
    ("TRANSIT", "package_departed", False),
)
OUT: Kind = ("TRANSIT", "out_for_delivery", False)
MISSED: Kind = ("TRANSIT", "delivery_attempted", True)
HOME: Kind = ("DELIVERED", "delivered", False)
BACK: Kind = ("RETURNED", "return_to_sender", False)
WAYS: tuple[tuple[Kind, ...], ...] = (
    (*POSTED, OUT, HOME),
    (*POSTED, ("TRANSIT", "package_arrived", False), OUT, MISSED, OUT, HOME),
    (*POSTED, ("FAILURE", "package_undeliverable", True), BACK),
    (*POSTED, OUT, HOME, BACK),
    (*POSTED, ("TRANSIT", "package_held", False)),
    (*POSTED, OUT),
)
TOWNS = (("Tacoma", "WA"), ("Kent", "WA"), ("Portland", "OR"), ("Eugene", "OR"))


@dataclass(frozen=True)
class Saying:
    """One thing that Shippo says of a parcel; `body` is how it is sent."""

    parcel_id: int
    data: Doc
    body: bytes


def rain(
    parcels: Sequence[Parcel], deliveries: int, seed: int = 1
) -> tuple[list[Saying], list[bytes]]:
    """So many deliveries of these parcels' news, shuffled, three in ten said before.

    Returns what is said, each once, and what is delivered: bodies, half of the repeated ones with
    their keys in another order.
    """
    chance = random.Random(seed)
    each = deliveries * 7 // 10 // len(parcels)
    said = [saying for parcel in parcels for saying in _told(parcel, each, chance)]
    again = [chance.choice(said).body for _ in range(deliveries - len(said))]
    turned = [_turned(body) if place % 2 else body for place, body in enumerate(again)]
    bodies = [saying.body for saying in said] + turned
    chance.shuffle(bodies)
    return said, bodies


def _told(parcel: Parcel, many: int, chance: random.Random) -> list[Saying]:
    """So many different things said of a parcel on its way."""
    way, told = chance.choice(WAYS), _Way(parcel, chance)
    for kind in way:
        told.scan(kind)
        if chance.random() < 0.3:
            chance.choice((told.riddle, told.again))()
    while len(told.said) < many:
        chance.choice((told.riddle, told.again))()
    return [Saying(parcel.id, data, _body(data)) for data in told.said[:many]]


class _Way:
    """What Shippo knows of one parcel so far, and all that it has said."""

    def __init__(self, parcel: Parcel, chance: random.Random) -> None:
        self._about = {
            "messages": [],
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "transaction": parcel.transaction_id,
            "servicelevel": {"token": "usps_priority", "name": "Priority Mail"},
            "metadata": f"seed {chance.random()}",
            "test": True,
        }
        self._chance = chance
        self._muddled = chance.random() < 0.3
        self._at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=6)
        self._history: list[Doc] = []
        self.said: list[Doc] = []

    def scan(self, kind: Kind) -> None:
        """One thing happens, sometimes in the same second as the last."""
        if self._chance.random() > 0.2:
            self._at += timedelta(hours=self._chance.randint(1, 9), minutes=7)
        self._history.append(self._event(kind))
        self._say(self._history[-1])

    def again(self) -> None:
        """The same scans under new ids; sometimes Shippo has touched the last of them since."""
        self._history = [{**event, "object_id": self._id()} for event in self._history]
        if self._chance.random() < 0.5:
            self._at += timedelta(minutes=3)
            self._history[-1]["object_updated"] = _iso(self._at)
        self._say(self._history[-1])

    def riddle(self) -> None:
        """A status that tells nothing, newer than all that was told."""
        self._at += timedelta(minutes=11)
        self._say(self._event(("UNKNOWN", "other", False)))

    def _say(self, status: Doc) -> None:
        eta = _iso(self._at + timedelta(days=2)) if self._chance.random() < 0.5 else None
        told = {"tracking_status": status, "tracking_history": list(self._history), "eta": eta}
        self.said.append(self._about | told)

    def _event(self, kind: Kind) -> Doc:
        status, code, flagged = kind
        hours = self._chance.randint(-30, 30) if self._muddled else 0
        city, state = self._chance.choice(TOWNS)
        return {
            "object_id": self._id(),
            "object_created": _iso(self._at),
            "object_updated": None,
            "status": status,
            "substatus": {"code": code, "text": code.title(), "action_required": flagged},
            "status_date": _iso(self._at + timedelta(hours=hours)),
            "status_details": f"{code} in {city}",
            "location": {"city": city, "state": state, "zip": "98402", "country": "US"},
        }

    def _id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"


def _body(data: Doc) -> bytes:
    return json.dumps({"event": "track_updated", "test": True, "data": data}).encode()


def _turned(body: bytes) -> bytes:
    """The same, and not one byte where it was."""
    said = json.loads(body)
    said["data"] = dict(reversed(said["data"].items()))
    return json.dumps(dict(reversed(said.items())), indent=1).encode()


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
