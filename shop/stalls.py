"""When the silence about a parcel has lasted too long, phase by phase, and when to look again.

Lengths are business days in the calendar of whoever is awaited: the first scan in ours, everything
after it in the destination's. Nothing is asked and nobody's clock is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shop.calendars import (
    COUNTRY,
    HOME,
    business_days_after,
    business_days_over,
    business_moment_after,
    day_at,
    end_of,
    zone_of,
)
from shop.tracking import Story, understood
from shop.values import Address, Cause, Scan, Standing, TrackingStatus

FIRST_SCAN_DAYS = 2
BETWEEN_SCANS_DAYS = 3
ABROAD_DAYS = 5
CUSTOMS_DAYS = 5
RESULT_DAYS = 1

MOVING = frozenset(
    {
        Standing.LABEL_READY,
        Standing.IN_TRANSIT,
        Standing.OUT_FOR_DELIVERY,
        Standing.ATTENTION,
    }
)
SPOKEN_FOR = frozenset({Cause.PICKUP, Cause.UNCLAIMED})
"""What waits for the customer is not silent: nobody scans it until they come."""

CUSTOMS = re.compile(r"\bcustoms\b|\bclearance\b", re.IGNORECASE)
CLEARED = re.compile(
    r"\bout of customs\b|\b(?:has )?cleared\b|\breleased\b|\bcomplete[d]?\b", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is looked at: a parcel of ours or one that is only followed.

    `left_at` is when it was handed over, or else labelled; `due` the last day that was promised,
    or else the carrier's own. Both may be unknown.
    """

    story: Story
    standing: Standing
    to: Address
    left_at: datetime | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One silence: since when, after what, how long it may last, and what it is called then."""

    cause: Cause
    since: datetime
    until: datetime
    zone: ZoneInfo
    country: str = COUNTRY
    scan: Scan | None = None

    @property
    def day(self) -> date:
        """The day it began, there."""
        return day_at(self.since, self.zone)

    def days(self, as_of: datetime) -> int:
        """How many whole business days it has lasted."""
        return business_days_over(self.since, as_of, self.zone, self.country)


def watches(facts: Facts) -> tuple[Watch, ...]:
    """Everything a parcel is watched for as it stands, the worst first; nothing once it is over."""
    if facts.standing not in MOVING or facts.story.cause in SPOKEN_FOR:
        return ()
    found = [_of_phase(facts), _late(facts)]
    return tuple(watch for watch in found if watch)


def stalled(facts: Facts, as_of: datetime) -> tuple[Watch, ...]:
    """What has lasted too long, the worst first."""
    return tuple(watch for watch in watches(facts) if watch.until <= as_of)


def look_again(facts: Facts, as_of: datetime) -> datetime | None:
    """The next moment at which something will have lasted too long, if nothing is heard."""
    return min((watch.until for watch in watches(facts) if watch.until > as_of), default=None)


def in_customs(scan: Scan) -> bool:
    """Whether customs have it by this scan. Shippo has no word for it: carriers say so in prose."""
    here = scan.status is TrackingStatus.TRANSIT and CUSTOMS.search(scan.details)
    return bool(here) and not CLEARED.search(scan.details)


def last_scan(scans: Iterable[Scan]) -> Scan | None:
    """The latest by the carrier's own clock, of what says where the parcel is."""
    dated = [(at, scan) for scan in scans if (at := _moment(scan)) and understood(scan)]
    return max(dated, key=lambda pair: pair[0])[1] if dated else None


def _of_phase(facts: Facts) -> Watch | None:
    match facts.standing:
        case Standing.LABEL_READY:
            return _first_scan(facts)
        case Standing.OUT_FOR_DELIVERY:
            return _result(facts)
        case _:
            return _customs(facts) or _next_scan(facts)


def _first_scan(facts: Facts) -> Watch | None:
    since = facts.left_at
    if since is None:
        return None
    until = business_moment_after(since, FIRST_SCAN_DAYS, HOME)
    return Watch(cause=Cause.NEVER_SCANNED, since=since, until=until, zone=HOME)


def _next_scan(facts: Facts) -> Watch | None:
    days = BETWEEN_SCANS_DAYS if facts.to.country == COUNTRY else ABROAD_DAYS
    return _silence(facts, Cause.STALLED, last_scan(facts.story.scans), days)


def _customs(facts: Facts) -> Watch | None:
    """Counted from the first scan there: that customs still have it is no news."""
    first = None
    for scan in reversed(facts.story.scans):
        if not in_customs(scan):
            break
        first = scan
    return _silence(facts, Cause.CUSTOMS, first, CUSTOMS_DAYS)


def _silence(facts: Facts, cause: Cause, scan: Scan | None, days: int) -> Watch | None:
    since = _moment(scan) if scan else None
    if since is None:
        return None
    zone, country = zone_of(facts.to), facts.to.country
    until = business_moment_after(since, days, zone, country)
    return Watch(cause=cause, since=since, until=until, zone=zone, country=country, scan=scan)


def _result(facts: Facts) -> Watch | None:
    """Until the end of the next day."""
    scan = facts.story.now
    since = _moment(scan) if scan else None
    if since is None:
        return None
    zone, country = zone_of(facts.to), facts.to.country
    day = business_days_after(day_at(since, zone), RESULT_DAYS, country)
    return Watch(
        cause=Cause.NOT_DELIVERED,
        since=since,
        until=end_of(day, zone),
        zone=zone,
        country=country,
        scan=scan,
    )


def _late(facts: Facts) -> Watch | None:
    """From the end of the last day that was named."""
    if facts.due is None:
        return None
    zone = zone_of(facts.to)
    over = end_of(facts.due, zone)
    last = last_scan(facts.story.scans)
    return Watch(
        cause=Cause.LATE,
        since=over,
        until=over,
        zone=zone,
        country=facts.to.country,
        scan=last,
    )


def _moment(scan: Scan) -> datetime | None:
    return scan.at or scan.ingested
