"""Two sets of books compared: what Shippo sold, and what the shop says it bought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shop.db import session
from shop.models import LabelAttempt, LabelIntent, Parcel
from shop.models.shipping import REFERENCE
from shop.values import IntentState
from tests.world import World

Doc = dict[str, Any]
REFUSED = {400, 401, 403, 404, 422, 429}
"""Answers that say that nothing was done."""

UNDONE = {"drop_before", "status"}
"""Faults that strike before any work is done."""


@dataclass(frozen=True, kw_only=True)
class Books:
    """What was counted once everything had come to rest."""

    parcels: int
    labels: int
    failures: int
    reviews: int
    posts: int
    refusals: int
    never_sold: int
    came_to_nothing: int

    def __str__(self) -> str:
        return (
            f"{self.parcels} parcels = {self.labels} labels + {self.failures} definite failures"
            f" + {self.reviews} in review; {self.posts} POSTs reached Shippo, {self.refusals} of"
            f" them refused; {self.came_to_nothing} came to nothing unheard"
        )


def doubles(ledger: Iterable[Doc], parcel_of: Callable[[Doc], object]) -> dict[object, int]:
    """The parcels for which more than one label was sold, and how many."""
    sold = Counter(parcel_of(label) for label in ledger)
    return {parcel: count for parcel, count in sold.items() if count > 1}


def no_doubles(ledger: Iterable[Doc], parcel_of: Callable[[Doc], object]) -> None:
    found = doubles(ledger, parcel_of)
    surplus = sum(found.values()) - len(found)
    assert not found, f"{surplus} labels too many, for {len(found)} parcels"


def wish_of(label: Doc) -> str:
    """The wish that stands on a label we bought: one wish, one parcel."""
    prefix, token, _attempt = label["metadata"].split(":")
    assert prefix == REFERENCE
    return str(token)


def resting(world: World) -> bool:
    """Whether every wish has come to its end, and every label that was sold has been taken in."""
    session.rollback()
    done = {IntentState.PURCHASED, IntentState.FAILED, IntentState.NEEDS_REVIEW}
    states = dict(session.execute(sa.select(LabelIntent.token, LabelIntent.state)).all())
    session.rollback()
    bought = {token for token, state in states.items() if state is IntentState.PURCHASED}
    return set(states.values()) <= done and {wish_of(label) for label in world.ledger()} <= bought


def compared(world: World) -> Books:
    """Compare, entry by entry; raises AssertionError at the first that does not agree."""
    session.rollback()
    ledger = world.ledger()
    no_doubles(ledger, wish_of)
    wishes = {intent.token: intent for intent in session.scalars(sa.select(LabelIntent))}
    sold = {wish_of(label): label for label in ledger}
    for token, label in sold.items():
        parcel = session.get_one(Parcel, wishes[token].parcel_id)
        assert parcel.transaction_id == label["object_id"], f"{label} is not its parcel's"
        assert parcel.tracking_number == label["tracking_number"]
    ends = Counter(intent.state for intent in wishes.values())
    labelled = {t for t, intent in wishes.items() if intent.state is IntentState.PURCHASED}
    assert labelled == set(sold)
    _nothing_was_sent_twice(world, wishes)
    lines = world.requests("POST", "/transactions")
    counted = Books(
        parcels=len({intent.parcel_id for intent in wishes.values()}),
        labels=len(sold),
        failures=ends[IntentState.FAILED],
        reviews=ends[IntentState.NEEDS_REVIEW],
        posts=len(lines),
        refusals=sum(line["status"] in REFUSED for line in lines),
        never_sold=len(wishes) - len(sold) - ends[IntentState.FAILED],
        came_to_nothing=_came_to_nothing(lines, wishes.values()),
    )
    session.rollback()
    assert counted.labels + counted.failures + counted.reviews == counted.parcels, counted
    assert counted.reviews <= counted.came_to_nothing, counted
    return counted


def _came_to_nothing(lines: list[Doc], wishes: Iterable[LabelIntent]) -> int:
    """How many of our purchases sold nothing, and we were not told: by Shippo's log and our claims.

    They never reached Shippo's door, or no further than that, or its no was never heard.
    """
    never_sent = sum(intent.attempt for intent in wishes) - len(lines)
    cut = sum(line["fault"] in UNDONE and line["status"] in {0, 503} for line in lines)
    told = LabelAttempt.verdict.in_(("refused", "not_sent"))
    heard = session.scalar(sa.select(sa.func.count(LabelAttempt.id)).where(told)) or 0
    return never_sent + cut + sum(line["status"] in REFUSED for line in lines) - heard


def _nothing_was_sent_twice(world: World, wishes: dict[str, LabelIntent]) -> None:
    """By Shippo's own log: as many POSTs as wishes at most, but for those it refused."""
    lines = world.requests("POST", "/transactions")
    taken = [line for line in lines if line["status"] not in REFUSED]
    assert len(taken) <= len(wishes), f"{len(taken)} POSTs for {len(wishes)} wishes"
    attempts = session.execute(
        sa.select(LabelAttempt.intent_id, LabelAttempt.attempt, LabelAttempt.verdict)
    )
    proved = {(intent, attempt) for intent, attempt, verdict in attempts if verdict == "not_sent"}
    for intent in wishes.values():
        # Asked again only after it had been proved that the time before brought nothing.
        before = {(intent.id, attempt) for attempt in range(1, intent.attempt)}
        assert before <= proved, f"wish {intent.id}: {before - proved}"
