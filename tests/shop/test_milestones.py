"""Which milestones a story has reached, and which of them is news: by a table written by hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from shop import milestones, tracking
from shop.values import Mark, Milestone, Scan
from tests.shop.test_tracking import ACCEPTED, DELIVERED, FAILED, OUT, RETURNED, flagged, life, scan

PICKED_UP, ATTEMPTED = Mark(Milestone.PICKED_UP), Mark(Milestone.ATTEMPTED, "2027-03-09")
IS_OUT, HOME, BACK = (
    Mark(milestone)
    for milestone in (Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED, Milestone.RETURNED)
)
BROKEN = Mark(Milestone.EXCEPTION, "delivery_failed")
MADE = scan("PRE_TRANSIT", "information_received")
LEFT = scan("TRANSIT", "package_departed", 2)
MISSED = flagged("TRANSIT", "delivery_attempted")
NEXT_DAY = scan("TRANSIT", "notice_left", 24)
PLANNED = scan("TRANSIT", "delivery_rescheduled", 5)
ARRANGE = flagged("TRANSIT", "reschedule_delivery")
UNCLAIMED = flagged("RETURNED", "package_unclaimed")


@pytest.mark.parametrize(
    ("scans", "reached", "news"),
    [
        ([], [], None),
        ([MADE], [], None),
        ([MADE, ACCEPTED], [PICKED_UP], PICKED_UP),
        ([MADE, ACCEPTED, LEFT], [PICKED_UP], PICKED_UP),
        ([OUT], [IS_OUT], IS_OUT),
        ([ACCEPTED, OUT, LEFT], [PICKED_UP, IS_OUT], None),
        ([ACCEPTED, OUT, MISSED], [PICKED_UP, IS_OUT, ATTEMPTED], ATTEMPTED),
        ([ACCEPTED, OUT, MISSED, PLANNED], [PICKED_UP, IS_OUT, ATTEMPTED], None),
        ([MISSED, NEXT_DAY], [ATTEMPTED, Mark(Milestone.ATTEMPTED, "2027-03-10")], "last"),
        ([MISSED, ARRANGE], [ATTEMPTED, Mark(Milestone.EXCEPTION, "attempted")], "last"),
        ([FAILED, ACCEPTED], [BROKEN, PICKED_UP], PICKED_UP),
        ([FAILED, DELIVERED], [BROKEN, HOME], HOME),
        ([DELIVERED, RETURNED], [HOME, BACK], BACK),
        ([ACCEPTED, RETURNED, LEFT, OUT], [PICKED_UP, BACK], BACK),
        ([UNCLAIMED], [Mark(Milestone.EXCEPTION, "unclaimed")], "last"),
        ([scan("OTHER", "beamed"), DELIVERED], [HOME], HOME),
        (
            [scan("OTHER", "beamed", action_required=True)],
            [Mark(Milestone.EXCEPTION, "other")],
            "last",
        ),
    ],
)
def test_what_was_reached_and_what_of_it_is_news(
    scans: list[Scan], reached: list[Mark], news: Mark | str | None
) -> None:
    story = tracking.tell(life(*scans))
    assert milestones.reached(story) == tuple(reached)
    assert milestones.news(story) == (reached[-1] if news == "last" else news)


def test_where_shippo_lists_a_scan_no_more_its_milestone_was_reached_all_the_same() -> None:
    wrong, *_ = life(scan("DELIVERED", "delivered"))
    *_, since = life(ACCEPTED, LEFT, OUT)
    story = tracking.tell([since, wrong])
    assert milestones.reached(story) == (HOME, PICKED_UP, IS_OUT)
    assert milestones.news(story) == IS_OUT


def test_the_day_of_an_attempt_is_that_of_the_door_it_was_at() -> None:
    late = scan("TRANSIT", "delivery_attempted", 22)  # six in the morning in UTC
    story = tracking.tell(life(late))
    days = {zone: milestones.news(story, ZoneInfo(zone)) for zone in ("Asia/Tokyo", "US/Pacific")}
    assert [mark and mark.about for mark in days.values()] == ["2027-03-10", "2027-03-09"]
