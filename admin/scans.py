"""Scans in our words, and a parcel's scans with who told us of them.

They keep the order Shippo tells them in, whatever dates carriers write on them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from admin.events import Event
from admin.spans import when
from shop import i18n, phrases
from shop.i18n import say as _
from shop.models.heard import Heard, HeardSnapshot
from shop.tracking import Story, cause_of, from_far_future
from shop.values import Scan, TrackingStatus


def words(scan: Scan) -> str:
    """A scan in our words."""
    finer = phrases.SCANS.get(scan.substatus or "")
    return str(finer) if finer else i18n.words(scan.status)


def line(scan: Scan) -> str:
    """A scan in one line: what, where, when."""
    at = when(scan.at) if scan.at else ""
    return ", ".join(filter(None, [words(scan), scan.place, at]))


def of_parcel(parcel: Heard) -> list[Event]:
    """A parcel's scans, oldest first, with who told us and when; then what counts for nothing."""
    story, heard = parcel.story, _heard(parcel)
    events: list[Event] = []
    for scan in (*story.earlier, *story.scans):
        row = heard[scan.likeness]
        at = scan.at or row.heard_at
        at = max(at, events[-1].at) if events else at
        events.append(_scan(scan, row, at, story))
    return events + [_aside(scan, heard[scan.likeness]) for scan in story.aside]


def plain(scan: Scan, at: datetime, *, newest: bool) -> Event:
    """A scan of a number that need not be ours."""
    trouble = cause_of(scan) is not None
    return Event(
        at=scan.at or at,
        kind="scans",
        text=words(scan),
        place=" ".join(filter(None, [scan.place, _quoted(scan)])),
        tone="bad" if trouble else "now" if newest else "",
        icon="stop" if trouble else _icon(scan),
    )


def _scan(scan: Scan, row: HeardSnapshot, at: datetime, story: Story) -> Event:
    old = _("no longer in Shippo’s history") if scan in story.earlier else ""
    newest = story.now is not None and story.now.likeness == scan.likeness
    source = ", ".join(filter(None, [_heard_by(row), old]))
    return replace(plain(scan, at, newest=newest), at=at, source=source)


def _aside(scan: Scan, row: HeardSnapshot) -> Event:
    """A scan that counts for nothing, and why, at the time when we heard of it."""
    why = _("counts for nothing: nobody understands it")
    if from_far_future(scan, row.heard_at):
        dated = max(at for at in (scan.at, scan.ingested) if at)
        why = _("counts for nothing: it says it is of %(when)s", when=dated.date().isoformat())
    source = ", ".join([_heard_by(row), why])
    told = plain(scan, row.heard_at, newest=False)
    return replace(told, at=row.heard_at, tone="warn", icon="warning", source=source)


def _heard_by(row: HeardSnapshot) -> str:
    at = when(row.heard_at, seconds=True)
    return _("%(via)s, heard %(when)s", via=i18n.words(row.via), when=at)


def _quoted(scan: Scan) -> str:
    return _("“%(details)s”", details=scan.details) if scan.details else ""


def _icon(scan: Scan) -> str:
    return "home" if scan.status is TrackingStatus.DELIVERED else "truck"


def _heard(parcel: Heard) -> dict[tuple[str, ...], HeardSnapshot]:
    """For every scan, what first told us of it."""
    first: dict[tuple[str, ...], HeardSnapshot] = {}
    for row in parcel.snapshots:
        told = row.value
        for scan in (*told.history, *([told.status] if told.status else [])):
            first.setdefault(scan.likeness, row)
    return first
