"""How a carrier's day moved and why, as far as its scans tell; and nothing where they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shop import etas
from shop.tracking import tell
from shop.values import Delay, Scan, Snapshot, TrackingStatus

START = datetime(2027, 3, 9, 8, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")
FRIDAY = datetime(2027, 3, 12, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=3)


def scan(
    hours: float, substatus: str = "package_departed", details: str = "", **given: Any
) -> Scan:
    at = START + timedelta(hours=hours)
    said = {"status": TrackingStatus.TRANSIT, "details": details or substatus, "ingested": at}
    return Scan(substatus=substatus, at=at, **{**said, **given})


def told(eta: datetime | None, *scans: Scan) -> Snapshot:
    return Snapshot(carrier="usps", number="1", status=scans[-1], history=scans, eta=eta)


def moved(news: Scan, after: datetime = MONDAY) -> etas.Move:
    """The day moves together with this news, after a first scan."""
    first = scan(0)
    story = tell([told(after, first, news), told(FRIDAY, first)])
    (move,) = etas.moves(story, ZONE)
    assert (move.before, move.after) == (FRIDAY.date(), after.date())
    assert move.named_at == news.ingested
    return move


@pytest.mark.parametrize(
    ("news", "why"),
    [
        (scan(9, "delayed", "Weather Delay: severe weather conditions"), Delay.WEATHER),
        (scan(9, "delayed", "In Transit, Arriving Late. Emergency - STORM"), Delay.WEATHER),
        (scan(9, "delayed", "Delayed"), Delay.DELAYED),
        (scan(9, "package_held", "Held in Customs"), Delay.CUSTOMS),
        (scan(9, "package_held", "Held for inspection"), Delay.HELD),
        (scan(9, "notice_left"), Delay.ATTEMPTED),
        (scan(9, "delivery_rescheduled"), Delay.RESCHEDULED),
        (scan(9, "address_issue"), Delay.ADDRESS),
        (scan(9, "package_damaged", "Wet from snow"), Delay.DAMAGED),
        (scan(9, "package_arrived", "Left with the nice man"), Delay.UNSAID),
        (scan(80, "package_arrived"), Delay.SILENCE),
    ],
)
def test_why_a_day_moved_is_what_was_scanned_between_the_two(news: Scan, why: Delay):
    move = moved(news)
    assert move.why is why
    assert move.silent == (3 if why is Delay.SILENCE else 0)


def test_for_a_day_that_comes_nearer_no_trouble_is_blamed():
    move = moved(scan(9, "delayed", "Weather"), after=FRIDAY - timedelta(days=1))
    assert (move.why, move.later) == (Delay.UNSAID, False)


def test_what_was_known_before_the_first_day_was_named_explains_nothing():
    storm, news = scan(0, "delayed", "Weather"), scan(9)
    story = tell([told(MONDAY, storm, news), told(FRIDAY, storm)])
    assert [move.why for move in etas.moves(story, ZONE)] == [Delay.UNSAID]


def test_another_hour_of_the_same_day_is_no_move_and_every_hour_is_kept():
    noon, night = FRIDAY + timedelta(hours=18), FRIDAY + timedelta(hours=28)
    story = tell([told(noon, scan(0)), told(night, scan(0), scan(5))])
    assert [eta.at for eta in story.etas] == [noon, night]
    assert etas.moves(story, ZONE) == []


def test_a_day_named_again_or_not_at_all_is_one_day_known_since_it_was_first_named():
    first, second, third = scan(0), scan(5), scan(9)
    versions = [told(FRIDAY, first), told(FRIDAY, first, second), told(None, first, second, third)]
    (eta,) = tell(reversed(versions)).etas
    assert (eta.at, eta.named_at) == (FRIDAY, first.ingested)


def test_of_two_days_named_beside_the_same_scans_the_later_holds():
    """Carriers move a day without a scan, and nothing says which was named last."""
    for versions in ([FRIDAY, MONDAY], [MONDAY, FRIDAY]):
        story = tell(told(eta, scan(0)) for eta in versions)
        assert story.eta == MONDAY
        assert [eta.at for eta in story.etas] == [FRIDAY, MONDAY]


def test_where_shippo_says_not_since_when_the_day_is_kept_without_it():
    undated = scan(0, ingested=None)
    (eta,) = tell([told(FRIDAY, undated)]).etas
    assert (eta.at, eta.named_at) == (FRIDAY, None)
