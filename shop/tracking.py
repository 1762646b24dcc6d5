"""What is true of a parcel: one story from everything heard, in whatever order it came.

The rule is docs/reliability.md's: the snapshot with the newest version wins, its own order of
history is kept, and carriers' dates are shown but never used to sort.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop.values import Cause, Milestone, Scan, Snapshot, Standing, TrackingStatus

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FAR_FUTURE = timedelta(hours=24)

CAUSES: dict[str, Cause] = {
    "address_issue": Cause.ADDRESS_ISSUE,
    "contact_carrier": Cause.HELD,
    "package_held": Cause.HELD,
    "delivery_attempted": Cause.ATTEMPTED,
    "location_inaccessible": Cause.ATTEMPTED,
    "notice_left": Cause.ATTEMPTED,
    "reschedule_delivery": Cause.ATTEMPTED,
    "package_damaged": Cause.DAMAGED,
    "pickup_available": Cause.PICKUP,
    "package_unclaimed": Cause.UNCLAIMED,
    "package_lost": Cause.LOST,
    "package_disposed": Cause.LOST,
}


@dataclass(frozen=True, kw_only=True)
class Story:
    """A parcel's history, told once: where it stands, why, and every scan oldest first."""

    standing: Standing
    now: Scan | None
    scans: tuple[Scan, ...]
    earlier: tuple[Scan, ...]
    eta: datetime | None
    delivered_at: datetime | None
    returned_at: datetime | None

    @property
    def cause(self) -> Cause | None:
        return cause_of(self.now)

    @property
    def milestone(self) -> Milestone | None:
        match self.standing:
            case Standing.OUT_FOR_DELIVERY:
                return Milestone.OUT_FOR_DELIVERY
            case Standing.DELIVERED:
                return Milestone.DELIVERED
            case Standing.ATTENTION | Standing.FAILED | Standing.RETURNED:
                return Milestone.EXCEPTION
            case _:
                return None


def tell(snapshots: Iterable[Snapshot]) -> Story:
    """Fold the set of snapshots heard into one story; the order they came in does not matter."""
    ranked = sorted(snapshots, key=version)
    if not ranked:
        return Story(
            standing=Standing.LABEL_READY,
            now=None,
            scans=(),
            earlier=(),
            eta=None,
            delivered_at=None,
            returned_at=None,
        )
    best = ranked[-1]
    everything = [scan for snapshot in ranked for scan in _scans(snapshot)]
    told = {scan.likeness for scan in _scans(best)}
    earlier = {scan.likeness: scan for scan in everything if scan.likeness not in told}
    return Story(
        standing=standing_of(best.status),
        now=best.status,
        scans=_scans(best),
        earlier=tuple(sorted(earlier.values(), key=lambda scan: scan.at or LONG_AGO)),
        eta=best.eta,
        delivered_at=_first(everything, TrackingStatus.DELIVERED),
        returned_at=_first(everything, TrackingStatus.RETURNED),
    )


def version(snapshot: Snapshot) -> tuple[bool, bool, datetime, int, datetime, int, str]:
    """How new a snapshot is; one that knows nothing never beats one that knows something."""
    status = snapshot.status
    knows = status is not None and not (
        status.status is TrackingStatus.UNKNOWN and not snapshot.history
    )
    events = [*snapshot.history, *([status] if status else [])]
    return (
        status is not None,
        knows,
        max((e.ingested for e in events if e.ingested), default=LONG_AGO),
        len(snapshot.history),
        (status.at if status else None) or LONG_AGO,
        status.status.rank if status else -1,
        digest(snapshot),
    )


def digest(snapshot: Snapshot) -> str:
    """A fingerprint of what a snapshot says; two equal ones are one fact."""
    return hashlib.sha256(json.dumps(snapshot.to_json(), sort_keys=True).encode()).hexdigest()


def from_far_future(snapshot: Snapshot, now: datetime) -> bool:
    """True when it claims to have been ingested more than a day from now."""
    events = [*snapshot.history, *([snapshot.status] if snapshot.status else [])]
    return any(e.ingested and e.ingested > now + FAR_FUTURE for e in events)


def standing_of(scan: Scan | None) -> Standing:
    """One word for where a parcel is; trouble is never painted as progress."""
    if scan is None:
        return Standing.LABEL_READY
    match scan.status:
        case TrackingStatus.UNKNOWN | TrackingStatus.PRE_TRANSIT:
            return Standing.LABEL_READY
        case TrackingStatus.DELIVERED:
            return Standing.DELIVERED
        case TrackingStatus.FAILURE:
            return Standing.FAILED
        case TrackingStatus.RETURNED:
            return Standing.ATTENTION if _needs_someone(scan) else Standing.RETURNED
        case _:
            return _on_the_way(scan)


def cause_of(scan: Scan | None) -> Cause | None:
    """Why a person should look at this parcel, or None when nobody need."""
    if scan is None:
        return None
    if scan.substatus in CAUSES and scan.status is not TrackingStatus.DELIVERED:
        return CAUSES[scan.substatus]
    if scan.status is TrackingStatus.FAILURE:
        return Cause.DELIVERY_FAILED
    if scan.status is TrackingStatus.RETURNED:
        return Cause.RETURNED
    return Cause.OTHER if scan.action_required else None


def newest_first(scans: Sequence[Scan]) -> list[Scan]:
    """A timeline for reading: Shippo's own order, turned round."""
    return list(reversed(scans))


def _on_the_way(scan: Scan) -> Standing:
    if _needs_someone(scan):
        return Standing.ATTENTION
    if scan.substatus == "out_for_delivery":
        return Standing.OUT_FOR_DELIVERY
    return Standing.IN_TRANSIT


def _needs_someone(scan: Scan) -> bool:
    # package_held comes unflagged from Shippo and still waits for somebody.
    return scan.action_required or scan.substatus in CAUSES


def _scans(snapshot: Snapshot) -> tuple[Scan, ...]:
    if snapshot.history or snapshot.status is None:
        return snapshot.history
    return (snapshot.status,)


def _first(scans: Iterable[Scan], status: TrackingStatus) -> datetime | None:
    return min((s.at for s in scans if s.status is status and s.at), default=None)
