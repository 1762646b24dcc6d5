"""Purchases by the hundred while workers are killed at random and Shippo answers badly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.until import until
from tests.world import World

SOLD = "/transactions"
LATE_S = 8.0
"""Longer than anybody waits for an answer."""

Draws = Sequence[tuple[str, dict[str, object]]]
BAD_ANSWERS: Draws = (
    ("drop_before", {}),
    ("commit_then_drop", {"how": "rst"}),
    ("commit_then_5xx", {"code": 502}),
    ("status", {"code": 503}),
    ("truncate", {}),
    ("malformed", {}),
    ("html_200", {}),
    ("unknown_enum", {}),
    ("late_execution", {"seconds": LATE_S}),
    ("latency", {"seconds": LATE_S}),
    ("status", {"code": 429, "retry_after": 1}),
    ("status", {"code": 400}),
)
"""What becomes of POSTs for labels: bought or not, and told so or not."""

BAD_LOOKS: Draws = (
    ("drop_before", {}),
    ("status", {"code": 503}),
    ("truncate", {}),
    ("html_200", {}),
    ("list_lag", {"seconds": 20}),
)
MOST_WAITING = 12


class Team(Protocol):
    """Whoever buys labels: we, or somebody with another policy."""

    def ask(self) -> None:
        """Have one more parcel's label bought."""

    def waiting(self) -> int:
        """How many have been asked for and not sent for yet."""

    def strike(self, chance: random.Random) -> None:
        """kill -9 of somebody, at work if there is one, and bring back who is gone."""

    def resting(self) -> bool:
        """Whether everything asked for has come to its end."""


@dataclass(frozen=True, kw_only=True)
class Storm:
    """How much of everything, and how long at most."""

    purchases: int
    kills: int
    bad: float = 0.3
    seed: int = 1
    patience_s: float = 240


def weather(world: World, storm: Storm) -> None:
    """So many of Shippo's answers are bad, and a third of its webhooks is lost."""
    _planned(world, "POST", SOLD, BAD_ANSWERS, storm)
    _planned(world, "GET", f"{SOLD}*", BAD_LOOKS, storm)
    world.policy(drop_every=3, duplicate_every=4, shuffle=True, spread_s=1, seed=storm.seed)


def blown(team: Team, world: World, storm: Storm) -> int:
    """Ask and kill until both are done, let it calm down, and return how many were killed.

    Raises AssertionError when it does not come to rest in time.
    """
    weather(world, storm)
    killed = _struck_while(team, storm)
    world.clear_faults()
    world.lift_policy()
    end = time.monotonic() + storm.patience_s
    while not team.resting():
        assert time.monotonic() < end, "it has not come to rest"
        time.sleep(0.5)
    return killed


def _struck_while(team: Team, storm: Storm) -> int:
    """As many kills as were promised, spread evenly over the purchases."""
    chance, killed = random.Random(storm.seed), 0
    asked: list[int] = []
    problems: list[BaseException] = []

    def asking() -> None:
        try:
            for number in range(1, storm.purchases + 1):
                team.ask()
                asked.append(number)
                until(lambda: team.waiting() < MOST_WAITING, storm.patience_s)
        except BaseException as problem:
            problems.append(problem)

    asker = threading.Thread(target=asking)
    asker.start()
    end = time.monotonic() + storm.patience_s
    while asker.is_alive() or killed < storm.kills:
        if problems:
            break
        if killed < storm.kills * len(asked) / storm.purchases:
            team.strike(chance)
            killed += 1
        assert time.monotonic() < end, f"{killed} killed, {len(asked)} asked for in time"
        time.sleep(chance.uniform(0.01, 0.15))
    asker.join()
    assert not problems, problems
    return killed


def _planned(world: World, method: str, path: str, draws: Draws, storm: Storm) -> None:
    """Each as often as the others, `storm.bad` of all calls together.

    The first fault whose turn it is wins, so each draws from what those before it have left.
    """
    share, left = storm.bad / len(draws), 1.0
    for place, (do, how) in enumerate(draws):
        match = {"method": method, "path": path, "probability": share / left}
        world.post("faults", match={**match, "seed": storm.seed * 100 + place}, do=do, **how)
        left -= share
