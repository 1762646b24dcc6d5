"""How a purchase is caught at a point of its way, from outside the shop: nothing of it is changed.

The test locks rows that are about to be written, the sandbox holds answers back or cannot be
reached, Redis stands still. Whoever has come so far is then killed or stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa

from shop.db import session
from shop.models import LabelIntent
from shop.values import IntentState
from tests.faults.books import wish_of
from tests.faults.crew import MANNERS
from tests.faults.stage import DEADLINE_S, Stage
from tests.until import until

BATCH = 5
CREW = [f"labels-{number}" for number in range(1, 2 * BATCH + 3)]
"""So many that ten may be stopped with something in hand, and others go on."""

SOLD = "/transactions"
PATIENCE_S = 180
CALL_S = 3
"""Nobody waits longer for a lock than two seconds: who has not been caught then has failed."""

Names = Callable[[], list[str]]
Act = Callable[[], None]
Arrived = Callable[[list[int]], bool]
Deed = Callable[[str, int], None]


def strike(
    stage: Stage, there: Names, manners: Sequence[str] = MANNERS, again: Act = lambda: None
) -> None:
    """Kill five as they come to the point, one manner after the other; `again` calls for more."""
    struck, begun, called = 0, time.monotonic(), time.monotonic()
    while struck < BATCH:
        for name in there()[: BATCH - struck]:
            stage.crew.strike(name, manners[struck % len(manners)])
            struck += 1
        time.sleep(0.02)
        if time.monotonic() - called > CALL_S:
            called = time.monotonic()
            again()
        assert called - begun < PATIENCE_S, f"{struck} came to where they were to be killed"


@contextmanager
def trouble(stage: Stage, method: str, do: str, path: str = SOLD, **more: object) -> Iterator[None]:
    """A fault of the sandbox for as long as this lasts."""
    planned = stage.world.fault(method, path, do, **more)  # type: ignore[arg-type]
    try:
        yield
    finally:
        stage.world.remove_fault(planned["id"])


@contextmanager
def frozen_redis(stage: Stage) -> Iterator[Act]:
    with stage.crew.frozen(stage.redis_pid()) as thaw:
        yield thaw


def one_by_one(stage: Stage, meanwhile: AbstractContextManager[Arrived], deed: Deed) -> list[int]:
    """Ask for five labels in turn, and do the deed to the worker of each that has come so far."""
    parcels = stage.placed(BATCH)
    wishes: list[int] = []
    with meanwhile as arrived:
        for parcel_id in parcels:
            wishes.append(stage.ask(parcel_id))
            _come_so_far(stage, arrived, wishes)
            deed(until(lambda: stage.crew.holder(wishes[-1]), PATIENCE_S, 0.01), len(wishes))
            assert stage.all_are(IntentState.SENDING, wishes[-1:])
    return wishes


def _come_so_far(stage: Stage, arrived: Arrived, wishes: list[int]) -> None:
    """Wait until they have; who waits in vain reads where they stand instead."""
    try:
        until(lambda: arrived(wishes), PATIENCE_S, 0.01)
    except AssertionError as late:
        found = sa.select(LabelIntent.state, LabelIntent.attempt, LabelIntent.reason)
        asked = session.execute(found.where(LabelIntent.id.in_(wishes))).all()
        raise AssertionError(f"{asked}, {stage.posts()} POSTs in all: {late}") from None


@contextmanager
def in_flight(stage: Stage, *, after: bool) -> Iterator[Arrived]:
    """Shippo keeps each answer back: from before its work, or after it."""
    posts = stage.posts()

    def arrived(wishes: list[int]) -> bool:
        if after:
            return stage.tokens(wishes) <= {wish_of(label) for label in stage.world.ledger()}
        return stage.posts() == posts + len(wishes)

    with trouble(stage, "POST", "latency", seconds=DEADLINE_S - 1, after=after):
        yield arrived


@contextmanager
def before_the_first_byte(stage: Stage) -> Iterator[Arrived]:
    """Shippo cannot be connected to: who has claimed has sent nothing."""
    before = stage.posts()
    with stage.out_of_reach():
        yield lambda wishes: stage.all_are(IntentState.SENDING, wishes)
    assert stage.posts() == before


def killed(stage: Stage, manners: Sequence[str]) -> Deed:
    return lambda name, place: stage.crew.strike(name, manners[place % len(manners)])


def stopped(stage: Stage) -> Deed:
    return lambda name, _place: stage.crew.stop_horse(name)


def in_doubt(stage: Stage) -> tuple[list[int], Act]:
    """Five that were sold and not told so; Shippo's list says so once the second is called."""
    unread = stage.world.fault("GET", SOLD, "status", code=503)
    with trouble(stage, "POST", "commit_then_drop"):
        wishes = stage.asked(BATCH)
        until(lambda: stage.all_are(IntentState.UNKNOWN, wishes), PATIENCE_S)
    return wishes, lambda: stage.world.remove_fault(unread["id"]) and None


def unrung(stage: Stage) -> list[int]:
    """Wishes that nobody has been told of, and that the rounds leave alone for a while."""
    return [stage.wish(parcel_id) for parcel_id in stage.placed(BATCH)]
