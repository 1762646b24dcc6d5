"""What a customer hears of: the milestones a parcel has reached, and which of them is news.

Both are told from the story alone, so that they are the same in whatever order it was heard. The
zone is the destination's: by its days attempts are counted.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shop.calendars import HOME, day_at
from shop.tracking import Story, cause_of, standing_of, understood
from shop.values import Cause, Mark, Milestone, Scan, Standing, TrackingStatus

OUTWARD = frozenset({Milestone.PICKED_UP, Milestone.OUT_FOR_DELIVERY})
"""What is no news of a parcel that is on its way back."""

ATTEMPTS = frozenset({"delivery_attempted", "location_inaccessible", "notice_left"})
"""What is said of a carrier that came and could not deliver; it may come again another day."""


def reached(story: Story, zone: ZoneInfo = HOME) -> tuple[Mark, ...]:
    """Every milestone it has passed, the newest last; each once, where it was reached last.

    Only being picked up stands where it came first: later scans on the way are no milestones, and
    those on the way back to us are none either.
    """
    marks: dict[Mark, None] = {}
    returning = story.standing is Standing.RETURNED
    for scan in (*story.earlier, *story.scans, *([story.now] if story.now else [])):
        mark = mark_of(scan, zone) if understood(scan) or scan is story.now else None
        if mark is None or (mark in marks and mark.milestone is Milestone.PICKED_UP):
            continue
        if returning and mark.milestone in OUTWARD and Mark(Milestone.RETURNED) in marks:
            continue
        marks.pop(mark, None)
        marks[mark] = None
    return tuple(marks)


def news(story: Story, zone: ZoneInfo = HOME) -> Mark | None:
    """The newest milestone while it is true: where it stands now is what it has reached last."""
    marks, now = reached(story, zone), mark_of(story.now, zone)
    if story.standing is Standing.RETURNED and now and now.milestone in OUTWARD:
        now = Mark(Milestone.RETURNED)
    return marks[-1] if marks and marks[-1] == now else None


def mark_of(scan: Scan | None, zone: ZoneInfo = HOME) -> Mark | None:
    """The milestone that one scan tells of."""
    if scan is None:
        return None
    match standing_of(scan):
        case Standing.IN_TRANSIT if scan.status is TrackingStatus.TRANSIT:
            return Mark(Milestone.PICKED_UP)
        case Standing.OUT_FOR_DELIVERY:
            return Mark(Milestone.OUT_FOR_DELIVERY)
        case Standing.DELIVERED:
            return Mark(Milestone.DELIVERED)
        case Standing.ATTENTION | Standing.FAILED | Standing.RETURNED:
            return _trouble(scan, zone)
    return None


def _trouble(scan: Scan, zone: ZoneInfo) -> Mark:
    cause = cause_of(scan) or Cause.OTHER
    if cause is Cause.RETURNED:
        return Mark(Milestone.RETURNED)
    if cause is Cause.ATTEMPTED and scan.substatus in ATTEMPTS:
        # Two attempts on one day are told as one.
        return Mark(Milestone.ATTEMPTED, day_at(scan.at, zone).isoformat() if scan.at else "")
    return Mark(Milestone.EXCEPTION, cause.value)
