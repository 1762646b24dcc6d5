"""A world full of parcels, bought and on their way, to see how it bears them."""

import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from flask import Response, jsonify

from sandbox.carriers.numbers import tracking_number
from sandbox.clock import DAY_S
from sandbox.controls.asking import number_of
from sandbox.controls.copies import Copy, Draft
from sandbox.controls.drafts import drawn
from sandbox.refusals import Refused
from sandbox.world import World, asked, here

MOST = 1_000_000
DAYS = 10.0  # the oldest was bought so long ago
CHUNK = 50  # parcels written together; whoever calls meanwhile waits for one chunk
BREATH_S = 0.001  # between two chunks, or nobody else would ever get the lock


def populate() -> Response:
    """Parcels as the ordinary calls would have made them; nobody is told of them."""
    world, given = here(), asked()
    parcels = int(number_of(given, "parcels", 1000, 1, MOST))
    days = number_of(given, "days", DAYS, 0, 365)
    seed = int(number_of(given, "seed", 1, 0, 10**9))
    begun = time.monotonic()
    made = filled(world, parcels, days, seed)
    took = time.monotonic() - begun
    return jsonify(parcels=parcels, seed=seed, made=made, seconds=round(took, 2))


def filled(world: World, parcels: int, days: float, seed: int) -> dict[str, int]:
    """How many documents of each kind were added; the same for the same seed and world."""
    chance = Random(f"{seed}:{world.store.count('track')}")  # noqa: S311  repeatable on purpose
    patterns, made = drawn(world), Counter[str]()
    if not patterns:
        raise Refused(409, {"error": "no carrier quotes just now; see /_sandbox/faults and reset"})
    births = _births(world, parcels, days)
    for begin in range(0, parcels, CHUNK):
        with world.store.change():
            rows: list[tuple[Any, ...]] = []
            for place in range(begin, min(begin + CHUNK, parcels)):
                rows += _parcel(world, place, next(births), (chance, patterns))
            world.store.add(rows)
        made.update(row[0] for row in rows)
        time.sleep(BREATH_S)
    return dict(made)


def _births(world: World, parcels: int, days: float) -> Iterator[float]:
    """Evenly over the days, the newest last."""
    now = world.clock.time()
    for place in range(parcels):
        yield now - days * DAY_S * (parcels - place) / parcels


def _parcel(
    world: World, place: int, birth: float, chances: tuple[Random, list[Draft]]
) -> list[tuple[Any, ...]]:
    chance, patterns = chances
    draft = chance.choice(patterns)
    copy = Copy(
        number=tracking_number(world.store, draft.carrier, draft.service),
        mark=f"parcel {place + 1}",
        birth=birth,
        pace=(world.clock.time() - birth) / (draft.stage + 1),
    )
    kept = birth - world.clock.offset  # by the machine's clock, as lists that lag want it
    return [(*row[:-1], kept, row[-1]) for row in draft.copied(copy, chance)]
