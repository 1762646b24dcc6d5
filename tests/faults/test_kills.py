"""Killed, stopped or cut off at any point of its way, a label is bought once and never twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import verdicts
from tests.faults.rehearsal import played
from tests.faults.stage import stage


@pytest.mark.timeout(900)
def test_struck_five_times_at_each_point_every_label_is_bought_once(
    postgres: str, tmp_path: Path
) -> None:
    """K1 to K12, stopped past the lease, answered late, with a list that lags; Redis emptied."""
    try:
        with stage(postgres, tmp_path) as held:
            verdicts.all_hold(held, played(held))
    finally:
        print((tmp_path / "shop.log").read_text()[-20_000:])  # noqa: T201 - shown when it fails
