"""In whatever order, how often and in what batches Shippo is heard, a parcel's story is one.

Each world here is what Shippo would say of one parcel after each thing that happens to it. How many
worlds are tried is set by WORLDS; the suite tries some hundred, `make bench-faults` 20 000.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop import milestones, tracking
from shop.gateways import answers
from shop.models import Parcel, TrackSnapshot
from shop.values import Mode, ParcelState, Snapshot, Standing, Via

WORLDS = int(os.environ.get("WORLDS", "200"))
START = datetime(2027, 3, 9, 8, tzinfo=UTC)
HEARD = START + timedelta(days=4)
NUMBER = "9205590164917312751089"

Kind = tuple[str | None, str | None, bool]

HAPPENS: list[Kind] = [
    ("PRE_TRANSIT", "information_received", False),
    ("TRANSIT", "package_accepted", False),
    ("TRANSIT", "package_departed", False),
    ("TRANSIT", "out_for_delivery", False),
    ("TRANSIT", "delivery_attempted", True),
    ("TRANSIT", None, False),
    ("DELIVERED", "delivered", False),
    ("FAILURE", "package_undeliverable", True),
    ("RETURNED", "return_to_sender", False),
]
MEANINGLESS: list[Kind] = [
    ("UNKNOWN", "other", False),
    ("TELEPORTED", "beamed", True),
    (None, None, False),
]
DOES = ["scan", "scan", "twin", "late", "last", "again", "edit", "riddle", "blank", "future"]


@dataclass
class Told:
    """What Shippo knows of the parcel so far, and everything it said on the way."""

    stamped: bool
    events: list[dict[str, Any]] = field(default_factory=list)
    status: dict[str, Any] | None = None
    versions: list[dict[str, Any]] = field(default_factory=list)

    def does(self, step: int, deed: str, what: int, hour: int | None) -> None:
        at = START + timedelta(minutes=step)
        kind = MEANINGLESS[what % len(MEANINGLESS)] if deed == "riddle" else HAPPENS[what]
        match deed:
            case "edit" | "again" | "twin" if self.events:
                old = self.events[what % len(self.events)]
                getattr(self, f"_{deed}")(old, at)
            case "late" | "last" if self.events:
                place = len(self.events) if deed == "last" else hour or 0
                self.events.insert(place % (len(self.events) + 1), self._event(at, kind, hour))
            case "blank":
                self._say(at, self._event(at, MEANINGLESS[0], None), [])
                return
            case _:
                self._append(self._event(at, kind, 9000 if deed == "future" else hour))
        self._say(at, self.status, self.events)

    def _event(self, at: datetime, kind: Kind, hour: int | None) -> dict[str, Any]:
        status, code, flagged = kind
        return {
            "object_id": f"{len(self.versions):032x}",
            "object_created": iso(at) if self.stamped else None,
            "status": status,
            "substatus": code and {"code": code, "action_required": flagged},
            "status_date": iso(START + timedelta(hours=hour)) if hour is not None else None,
            "status_details": f"{status} {code}",
            "location": {"city": "Kent", "state": "WA"} if (hour or 0) % 2 else None,
        }

    def _append(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        self.status = event

    def _edit(self, old: dict[str, Any], at: datetime) -> None:
        old |= {"status_details": f"{old['status_details']} (corrected)", "object_updated": iso(at)}

    def _again(self, old: dict[str, Any], at: datetime) -> None:
        self.events.append({**old, "object_id": f"{9:032x}", "object_updated": iso(at)})

    def _twin(self, old: dict[str, Any], at: datetime) -> None:
        self._append(self._event(at, HAPPENS[2], None) | {"status_date": old["status_date"]})

    def _say(self, at: datetime, status: dict[str, Any] | None, events: list[Any]) -> None:
        self.versions.append(
            {
                "carrier": "usps",
                "tracking_number": NUMBER,
                "tracking_status": dict(status) if status else None,
                "tracking_history": [dict(event) for event in events],
                "eta": iso(at + timedelta(days=2)),
            }
        )


def iso(at: datetime) -> str:
    return at.isoformat()


@st.composite
def worlds(draw: st.DrawFn, stamped: bool = True) -> list[dict[str, Any]]:
    """All that Shippo says of one parcel, in the order in which it came to know it."""
    told = Told(stamped)
    hours = st.none() | st.integers(-70, 70)
    step = st.tuples(st.sampled_from(DOES), st.integers(0, len(HAPPENS) - 1), hours)
    for number, (deed, what, hour) in enumerate(draw(st.lists(step, min_size=1, max_size=7))):
        told.does(number, deed, what, hour)
    return told.versions


def read(raw: Iterable[dict[str, Any]]) -> list[Snapshot]:
    return [answers.snapshot(one) for one in raw]


def tried(test: Any) -> Any:
    quick = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=WORLDS, deadline=None, database=None, suppress_health_check=quick)(
        test
    )


def parcel() -> Parcel:
    return Parcel(
        mode=Mode.TEST,
        state=ParcelState.LABELLED,
        tracking_number=NUMBER,
        standing=Standing.LABEL_READY,
    )


def one_by_one(heard: list[Snapshot], chance: random.Random) -> Parcel:
    """A parcel that heard these in this order, some of them long before the last."""
    ours = parcel()
    at = HEARD - timedelta(minutes=len(heard) * chance.randint(0, 2000))
    for snapshot in heard[:-1]:
        ours.hear(snapshot, chance.choice(list(Via)), at)
        at += (HEARD - at) / 2
    ours.hear(heard[-1], Via.POLL, HEARD)
    return ours


def at_once(heard: list[Snapshot]) -> Parcel:
    """A parcel that heard these in one go, and was told anew once."""
    ours = parcel()
    for snapshot in heard:
        mark = tracking.digest(snapshot)
        if mark not in {row.digest for row in ours.snapshots}:
            body = snapshot.to_json()
            ours.snapshots.append(
                TrackSnapshot(digest=mark, via=Via.LIST, heard_at=HEARD, body=body)
            )
    ours.retell()
    return ours


def facts(ours: Parcel) -> dict[str, Any]:
    """Everything that a page, a message or a case could say of it."""
    kept = ["standing", "status", "substatus", "cause", "eta", "delivered_at", "returned_at"]
    story = ours.story
    return {name: getattr(ours, name) for name in kept} | {
        "story": story,
        "milestones": milestones.reached(story),
        "news": milestones.news(story),
    }


@tried
@given(worlds(), worlds(stamped=False), st.booleans(), st.integers(0, 2**32))
def test_any_order_any_doubles_and_any_batches_tell_the_same_story(
    world: list[Any], other: list[Any], contradicted: bool, seed: int
) -> None:
    known = read([*world, *(other if contradicted else [])])
    chance = random.Random(seed)
    mixed = [*known, *chance.choices(known, k=chance.randint(0, 4))]
    chance.shuffle(mixed)
    told = facts(at_once(known))
    assert facts(one_by_one(mixed, chance)) == told
    assert facts(at_once(mixed)) == told


@tried
@given(worlds(), st.integers(0, 2**32))
def test_the_story_is_what_shippo_said_last_as_far_as_it_can_be_understood(
    world: list[Any], seed: int
) -> None:
    heard = list(world)
    random.Random(seed).shuffle(heard)
    ours = one_by_one(read(heard), random.Random(seed))
    clear = [one for one in world if understood(one["tracking_status"])]
    if not clear:
        return
    assert ours.status == clear[-1]["tracking_status"]["status"]
    assert ours.story.now.details == clear[-1]["tracking_status"]["status_details"]
    if clear[-1] is world[-1]:
        listed = [event for event in world[-1]["tracking_history"] if not astray(event)]
        assert [scan.details for scan in ours.story.scans] == once(listed)
        assert ours.eta == datetime.fromisoformat(world[-1]["eta"])
        assert ours.story.etas[-1].at == ours.eta
        assert [eta.at for eta in ours.story.etas] == sorted({eta.at for eta in ours.story.etas})
    days = [
        datetime.fromisoformat(event["status_date"])
        for one in world
        for event in one["tracking_history"]
        if event["status"] == "DELIVERED" and event["status_date"] and not astray(event)
    ]
    assert ours.delivered_at == min(days, default=None)


@tried
@given(worlds(), st.sampled_from(MEANINGLESS), st.integers(0, 60), st.booleans())
def test_what_nobody_understands_takes_nothing_back(
    world: list[Any], riddle: Any, cut: int, bare: bool
) -> None:
    before = facts(at_once(read(world)))
    if before["story"].now is None or not any(understood(v["tracking_status"]) for v in world):
        return
    told = Told(stamped=True, events=[] if bare else world[-1]["tracking_history"][: cut % 7])
    told._append(told._event(HEARD - timedelta(hours=1), riddle, 80))
    told._say(HEARD, told.status, told.events)
    after = facts(at_once(read([*world, *told.versions])))
    for name in ("standing", "status", "substatus", "cause", "delivered_at", "news"):
        assert after[name] == before[name], name


def understood(event: dict[str, Any] | None) -> bool:
    known = {status for status, _, _ in HAPPENS}
    return event is not None and event["status"] in known and not astray(event)


def astray(event: dict[str, Any]) -> bool:
    """Dated by the action `future`: a year after everything else."""
    dated = event["status_date"]
    return bool(dated) and datetime.fromisoformat(dated) > START + timedelta(days=300)


def once(events: list[dict[str, Any]]) -> list[str]:
    """The words of these scans, each scan once however many ids it came with."""
    same = ("status", "substatus", "status_date", "status_details", "location")
    marks = [[event[name] for name in same] for event in events]
    first = [at for at, mark in enumerate(marks) if mark not in marks[:at]]
    return [events[at]["status_details"] for at in first]
