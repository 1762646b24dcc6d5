"""Told in any order, twice, and while everything fails, parcels stand where Shippo says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import ledgers
from tests.faults.deliveries import Downpour, poured
from tests.faults.restarts import own_postgres
from tests.faults.sayings import rain
from tests.faults.stage import stage

RARELY = {"reconcile_interval_s": 3600.0}
"""Nothing is bought here: Shippo's list need not be compared with ours meanwhile."""

STORM = Downpour(parcels=25, deliveries=500, restarts=1, flushes=1, kill_every_s=3)


@pytest.mark.timeout(300)
def test_five_hundred_deliveries_in_a_storm_are_as_if_they_had_come_in_a_row(
    tmp_path: Path,
) -> None:
    try:
        with own_postgres() as postgres, stage(postgres.url, tmp_path, **RARELY) as held:
            said, bodies = rain(ledgers.bought(STORM.parcels), STORM.deliveries)
            done = poured(held, postgres, bodies, len(said), STORM)
            ledgers.only_away(done.answers, postgres)
            ledgers.all_read(said, done.answers)
            ledgers.as_if_in_a_row(said)
            ledgers.nothing_twice(held)
            assert done.kills > 0
            assert len(postgres.away) == STORM.restarts
    finally:
        print((tmp_path / "shop.log").read_text()[-20_000:])  # noqa: T201 - shown when it fails
