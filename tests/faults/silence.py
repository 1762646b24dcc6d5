"""Parcels of which no webhook ever comes: what is asked after them, and what we come to know."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import Any

import sqlalchemy as sa

from shop.db import session
from shop.models import Parcel, TrackSnapshot
from shop.outside import world_now
from shop.values import Via
from tests import make
from tests.until import until
from tests.world import World

LIVES = (
    "smooth",
    "missed_delivery",
    "refused_returned",
    "delivered_then_returned",
    "weather_delay",
    "lost",
)
BOTH = (100.0, 200.0)
"""How far the world goes on between one look and the next: what was delivered by the first comes
back by the second."""

Where = dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class Plan:
    """How many parcels, how far the world goes on, and how long we wait until all is known."""

    many: int
    patience_s: float
    steps_h: Sequence[float] = BOTH


@dataclass(frozen=True)
class Silence:
    """What was asked, how densely, and how long it took until everything was known each time."""

    parcels: int
    asked: int
    busiest: int
    seconds: tuple[float, ...]
    repaired: int

    def __str__(self) -> str:
        each = ", ".join(f"{one:.0f} s" for one in self.seconds)
        return (
            f"{self.parcels} parcels, all known after {each}; {self.asked} questions,"
            f" {self.busiest} in the busiest minute; {self.repaired} repaired"
        )


def kept(
    world: World, plan: Plan, turn: Callable[[], object], move: Callable[[float], object]
) -> Silence:
    """Labels of ours, then lives that go on, all unheard; `turn` is done while we wait.

    `move` moves the world by so many hours, while nobody asks: who asks meanwhile hears of a
    world that is half moved, and asks again after some hours.
    """
    world.world_journey("no_webhooks")
    world.populate(plan.many, days=3)
    numbers = [_ours(sold) for sold in world.ledger()]

    def known() -> float:
        return _known(world, numbers, turn, plan.patience_s)

    times = [known()]
    for number, life in zip(numbers, cycle(LIVES), strict=False):
        world.journey(number, life)
    for hours in plan.steps_h:
        move(hours)
        times.append(known())
    asked = questions(world)
    assert {one["status"] for one in asked} == {200}
    return Silence(plan.many, len(asked), busiest(asked, 60), tuple(times), _repaired())


def questions(world: World) -> list[dict[str, Any]]:
    """Every question after a parcel that came to Shippo's door, by its own log."""
    return [one for one in world.requests("GET") if one["path"].startswith("/tracks/")]


def busiest(asked: Sequence[dict[str, Any]], seconds: float) -> int:
    """The most questions that came within so many seconds, whichever."""
    times = sorted(datetime.fromisoformat(one["at"]).timestamp() for one in asked)
    most = first = 0
    for last, moment in enumerate(times):
        while moment - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _ours(sold: dict[str, Any]) -> str:
    """A parcel of ours with this label, which it is time to ask after."""
    given = {"carrier": sold["carrier"], "tracking_number": sold["tracking_number"]}
    make.labelled(
        order=make.order(text_consent=False),
        transaction_id=sold["object_id"],
        poll_at=world_now(),
        **given,
    )
    return str(sold["tracking_number"])


def _known(
    world: World, numbers: Sequence[str], turn: Callable[[], object], patience_s: float
) -> float:
    """Wait until we know of every parcel what Shippo does; how many seconds it took."""
    begun = time.monotonic()
    told = {number: _told(world, number) for number in numbers}

    def known() -> bool:
        turn()
        return _heard() == told

    try:
        until(known, patience_s)
    except AssertionError as error:
        heard = _heard()
        unknown = {one: (heard.get(one), told[one]) for one in told if heard.get(one) != told[one]}
        raise AssertionError(f"heard and true after {patience_s:g} s: {unknown}") from error
    return time.monotonic() - begun


def _told(world: World, number: str) -> tuple[str, str | None]:
    parcel = world.parcel(number)
    return parcel["status"], parcel["substatus"]


def _heard() -> Where:
    """What we know of each that we have heard of at all."""
    session.rollback()
    said = sa.select(Parcel.tracking_number, Parcel.status, Parcel.substatus)
    rows = session.execute(said.where(Parcel.heard_at.is_not(None))).all()
    session.rollback()
    return {
        number: (status.value if status else "UNKNOWN", finer) for number, status, finer in rows
    }


def _repaired() -> int:
    session.rollback()
    counted = sa.select(sa.func.count(TrackSnapshot.id))
    return session.scalar(counted.filter_by(repaired=True, via=Via.POLL)) or 0
