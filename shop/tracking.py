"""What is true of a parcel: one story from everything heard, in whatever order it came.

The rule is docs/reliability.md's: of the snapshots whose status we understand the one with the
newest version wins, its own order of history is kept, and carriers' dates are shown but never used
to sort. What nobody understands and what is dated in the far future is kept and counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shop.values import Cause, Eta, Scan, Snapshot, Standing, TrackingStatus

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
    "package_disposed": Cause.DISPOSED,
}


@dataclass(frozen=True, kw_only=True)
class Story:
    """A parcel's history, told once: where it stands, why, and every scan oldest first.

    `earlier` are scans that Shippo lists no more; `aside` those for the desk's eyes alone, from the
    far future or listed no more and never understood. `etas` are the days the carrier named, in the
    order Shippo came to know them.
    """

    standing: Standing
    now: Scan | None
    scans: tuple[Scan, ...]
    earlier: tuple[Scan, ...]
    aside: tuple[Scan, ...]
    eta: datetime | None
    etas: tuple[Eta, ...]
    delivered_at: datetime | None
    returned_at: datetime | None

    @property
    def cause(self) -> Cause | None:
        """Why a person should look at it; what was sent back stays so on all of its way back."""
        if self.standing is Standing.RETURNED:
            return cause_of(self.now) or Cause.RETURNED
        return cause_of(self.now)


def tell(snapshots: Iterable[Snapshot], as_of: datetime | None = None) -> Story:
    """Fold the set of snapshots heard into one story; the order they came in does not matter.

    `as_of` is the world's time when something was heard last: it says what is the far future.
    """
    heard = list(snapshots)
    ranked = _ranked(heard, as_of)
    if not ranked:
        return NOTHING
    now, page = _headline(ranked[-1]), _page(ranked)
    everything = [scan for snapshot in ranked for scan in _scans(snapshot)]
    told = {scan.likeness for scan in _scans(page)}
    rest = {scan.likeness: scan for scan in everything if scan.likeness not in told}
    future = {scan.likeness: scan for scan in _future(heard, as_of)}
    riddles = {mark: scan for mark, scan in rest.items() if not understood(scan)}
    return Story(
        standing=_standing(now, _scans(page)),
        now=now,
        scans=_scans(page),
        earlier=_by_date(scan for scan in rest.values() if understood(scan)),
        aside=_by_date((riddles | future).values()),
        eta=page.eta,
        etas=_etas(ranked, page),
        delivered_at=_first(everything, TrackingStatus.DELIVERED),
        returned_at=_first(everything, TrackingStatus.RETURNED),
    )


def version(snapshot: Snapshot) -> tuple[bool, bool, bool, datetime, int, datetime, int]:
    """How new a snapshot is; one that knows nothing never beats one that knows something."""
    status = snapshot.status
    return (
        status is not None and understood(status),
        any(understood(scan) for scan in snapshot.history),
        status is not None,
        *age(snapshot),
    )


def age(snapshot: Snapshot) -> tuple[datetime, int, datetime, int]:
    """When Shippo came to know the newest it tells; then how much it tells, and of what."""
    status = snapshot.status
    return (
        max((e.ingested for e in _events(snapshot) if e.ingested), default=LONG_AGO),
        len(snapshot.history),
        (status.at if status else None) or LONG_AGO,
        status.status.rank if status else -1,
    )


def digest(snapshot: Snapshot) -> str:
    """A fingerprint of what a snapshot says; two equal ones are one fact."""
    return hashlib.sha256(json.dumps(snapshot.to_json(), sort_keys=True).encode()).hexdigest()


def from_far_future(scan: Scan, as_of: datetime | None) -> bool:
    """True when it is said to have happened, or to have been heard, more than a day later."""
    if as_of is None:
        return False
    latest = as_of + FAR_FUTURE
    return any(at is not None and at > latest for at in (scan.at, scan.ingested))


def understood(scan: Scan) -> bool:
    """Whether it says anything of where the parcel is."""
    return scan.status not in {TrackingStatus.UNKNOWN, TrackingStatus.OTHER}


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


def _standing(now: Scan | None, scans: Sequence[Scan]) -> Standing:
    """Where it is; what moves after it was sent back is on its way to us, and not to anybody."""
    standing = standing_of(now)
    if now is None or standing not in {Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY}:
        return standing
    last = max((place for place, scan in enumerate(scans) if scan == now), default=len(scans))
    back = any(standing_of(scan) is Standing.RETURNED for scan in scans[:last])
    return Standing.RETURNED if back else standing


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


def _ranked(heard: Sequence[Snapshot], as_of: datetime | None) -> list[Snapshot]:
    """What counts of each, the newest last; of two that differ in the far future alone, too."""
    pairs = [(_until(snapshot, as_of), snapshot) for snapshot in heard]
    pairs.sort(key=lambda pair: (version(pair[0]), age(pair[1]), _tie(pair[0])))
    return [counted for counted, _ in pairs]


def _until(snapshot: Snapshot, as_of: datetime | None) -> Snapshot:
    """What a snapshot tells without what it tells of the far future."""
    if not any(from_far_future(scan, as_of) for scan in _events(snapshot)):
        return snapshot
    status = snapshot.status
    return replace(
        snapshot,
        status=None if status and from_far_future(status, as_of) else status,
        history=tuple(scan for scan in snapshot.history if not from_far_future(scan, as_of)),
    )


def _future(heard: Iterable[Snapshot], as_of: datetime | None) -> list[Scan]:
    found = {scan for snapshot in heard for scan in _events(snapshot)}
    return sorted((scan for scan in found if from_far_future(scan, as_of)), key=repr)


def _page(ranked: Sequence[Snapshot]) -> Snapshot:
    """Whose history is read: the best's, or a newer one's that tells all of it and more besides.

    Of such that which tells most: what nobody understands takes nothing back from it either.
    """
    best = ranked[-1]
    told = {scan.likeness for scan in _scans(best)}
    newer = [one for one in ranked if age(one) > age(best)]
    whole = [one for one in newer if told <= {scan.likeness for scan in _scans(one)}]
    return max(whole, key=lambda one: (_plainly(one), age(one), _tie(one)), default=best)


def _plainly(snapshot: Snapshot) -> int:
    """How many scans it tells that somebody understands."""
    return sum(understood(scan) for scan in _scans(snapshot))


def _tie(snapshot: Snapshot) -> tuple[datetime, str]:
    """Of two that are equally new the one with the later day counts: none is promised too early."""
    return snapshot.eta or LONG_AGO, digest(snapshot)


def _etas(ranked: Sequence[Snapshot], page: Snapshot) -> tuple[Eta, ...]:
    """Every day named by what is understood as well as the best is, the one that holds last."""
    counted = [one for one in ranked if version(one)[0] == version(ranked[-1])[0]]
    named: list[Eta] = []
    for one in (*counted, page):
        known = age(one)[0]
        if one.eta and (not named or named[-1].at != one.eta):
            named.append(Eta(at=one.eta, named_at=known if known > LONG_AGO else None))
    return tuple(named)


def _headline(snapshot: Snapshot) -> Scan | None:
    """Its status; where nobody understands that, the last in its history that somebody does."""
    events = _events(snapshot)
    last = events[-1] if events else None
    return next((scan for scan in reversed(events) if understood(scan)), last)


def _events(snapshot: Snapshot) -> tuple[Scan, ...]:
    return (*snapshot.history, *([snapshot.status] if snapshot.status else []))


def _scans(snapshot: Snapshot) -> tuple[Scan, ...]:
    """Each of its scans once, under however many ids and times of hearing Shippo lists it."""
    listed: dict[tuple[Any, ...], Scan] = {}
    for scan in snapshot.history:
        listed.setdefault((scan.likeness, scan.at), scan)
    status = snapshot.status
    if status and not any(scan.likeness == status.likeness for scan in snapshot.history):
        return (*listed.values(), status)
    return tuple(listed.values())


def _by_date(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    return tuple(sorted(scans, key=lambda scan: scan.at or LONG_AGO))


def _first(scans: Iterable[Scan], status: TrackingStatus) -> datetime | None:
    return min((s.at for s in scans if s.status is status and s.at), default=None)


NOTHING = Story(
    standing=Standing.LABEL_READY,
    now=None,
    scans=(),
    earlier=(),
    aside=(),
    eta=None,
    etas=(),
    delivered_at=None,
    returned_at=None,
)
"""What is told of a parcel of which nothing was heard."""
