"""Killed at random and answered badly, our shop buys each label once; another policy does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import books, naive
from tests.faults.stage import Stage, stage
from tests.faults.storm import Storm, blown
from tests.faults.teams import Naive, Ours

OURS = Storm(purchases=40, kills=20)
THEIRS = Storm(purchases=20, kills=10)

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def held(postgres: str, tmp_path: Path) -> Iterator[Stage]:
    with stage(postgres, tmp_path) as made:
        yield made
    print((tmp_path / "shop.log").read_text()[-20_000:])  # noqa: T201 - shown when a test fails


def test_labels_failures_and_questions_are_all_the_parcels_and_no_label_is_bought_twice(
    held: Stage,
) -> None:
    killed = blown(Ours(held), held.world, OURS)
    counted = books.compared(held.world)
    assert killed == OURS.kills
    assert counted.parcels == OURS.purchases


def test_a_lease_and_another_try_buys_labels_twice(held: Stage) -> None:
    """The storm can tell: it is not that nothing could go wrong."""
    team = Naive(held)
    try:
        blown(team, held.world, THEIRS)
    finally:
        team.stop()
    with pytest.raises(AssertionError, match="labels too many"):
        books.no_doubles(held.world.ledger(), naive.parcel_of)
