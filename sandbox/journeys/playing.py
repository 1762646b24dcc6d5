"""Journeys under way: begun, played step by step as the world's clock gets there, and shown."""

from uuid import uuid4

from sandbox.clock import seconds, stamp
from sandbox.journeys.script import script
from sandbox.journeys.table import AGAIN, JOURNEYS, NOTHING, REST
from sandbox.shippo import scans, tracks
from sandbox.store import Doc
from sandbox.world import World

HOUR_S = 3600.0
DUE = "journey"


def begin(world: World, number: str, name: str, seed: int, speed: float) -> Doc:
    """Write out the journey for this parcel; what was planned of an older one is off."""
    with world.store.change():
        track = tracks.by_number(world, number)
        tracks.movable(world, track)
        journey = {
            "object_id": track["object_id"],
            "object_created": world.clock.now(),
            "test": track["test"],
            "run": uuid4().hex,
            "name": name,
            "seed": seed,
            "speed": speed,
            "began": world.clock.time(),
            "steps": script(JOURNEYS[name], track, seed, speed),
            "played": 0,
            "snapshots": {},
            "sent": {},
        }
        world.store.put(DUE, journey)
        _await(world, journey)
    return track


def play(world: World, ref: str) -> None:
    """One step, at the moment it is due: what is scanned, and what is told."""
    track_id, _, run = ref.rpartition(" ")
    with world.store.change():
        journey = world.store.get(DUE, track_id)
        track = world.store.get("track", track_id)
        if journey is None or track is None or journey["run"] != run:
            return
        step = journey["steps"][journey["played"]]
        journey["played"] += 1
        if step["substatus"] != NOTHING:
            _scan(world, track, step)
            journey["snapshots"][step["number"]] = tracks.shown(track)
        for number in _told(journey, step):
            _tell(world, track, journey, number)
        journey["snapshots"] = _still_needed(journey)
        world.store.put(DUE, journey)
        _await(world, journey)


def under_way(world: World, track: Doc) -> Doc | None:
    """The newest journey of this parcel, over or not, with all its steps."""
    journey = world.store.get(DUE, track["object_id"])
    if journey is None:
        return None
    steps = [_shown(journey, place) for place in range(len(journey["steps"]))]
    return {
        "name": journey["name"],
        "seed": journey["seed"],
        "speed": journey["speed"],
        "began": stamp(journey["began"]),
        "played": journey["played"],
        "next": next((step for step in steps if not step["done"]), None),
        "steps": steps,
    }


def _shown(journey: Doc, place: int) -> Doc:
    step = journey["steps"][place]
    told = {name: step[name] for name in ("hour", "status", "substatus", "location", "details")}
    at = stamp(journey["began"] + step["hour"] * HOUR_S)
    return {"at": at, **told, "tells": step["tells"], "done": place < journey["played"]}


def _await(world: World, journey: Doc) -> None:
    if journey["played"] < len(journey["steps"]):
        due = journey["began"] + journey["steps"][journey["played"]]["hour"] * HOUR_S
        ref = f"{journey['object_id']} {journey['run']}"
        world.agenda.add(DUE, ref, due - world.clock.time(), clock="world")


def _scan(world: World, track: Doc, step: Doc) -> None:
    if step["eta"] is not None and track["original_eta"]:
        track["eta"] = stamp(seconds(track["original_eta"]) + step["eta"] * HOUR_S)
    if step["substatus"] == AGAIN:
        now = world.clock.now()
        again = {"object_id": uuid4().hex, "object_created": now, "object_updated": now}
        scans.enter(world, track, {**track["tracking_status"], **again})
        return
    now, seen = world.clock.now(), stamp(world.clock.time() - step["seen"] * HOUR_S)
    event = scans.event(step["status"], "" if step["bare"] else step["substatus"], now)
    event |= {"status_date": seen, "status_details": step["details"], "location": step["location"]}
    event["object_updated"] = None if step["unstamped"] else now
    scans.enter(world, track, event, at_end=step["seen"] > 0)


def _told(journey: Doc, step: Doc) -> list[str]:
    """Which snapshots go out now."""
    if step["tells"] == [REST]:
        return [number for number in journey["snapshots"] if number not in journey["sent"]]
    return list(step["tells"])


def _still_needed(journey: Doc) -> Doc:
    """Snapshots that a later step will tell of; a parcel's history is long enough once."""
    later = {number for step in journey["steps"][journey["played"] :] for number in step["tells"]}
    return {
        number: snapshot
        for number, snapshot in journey["snapshots"].items()
        if number in later or (REST in later and number not in journey["sent"])
    }


def _tell(world: World, track: Doc, journey: Doc, number: str) -> None:
    """A snapshot, to whoever wants it by now; a second time it is the same to the byte."""
    if number in journey["sent"] and not world.weather.withholds:
        for delivery_id in journey["sent"][number]:
            delivery = world.store.get("delivery", delivery_id)
            if delivery is not None:
                world.post.repeat(delivery)
        return
    mischief = JOURNEYS[journey["name"]].mischief
    sent = scans.announce(world, track, journey["snapshots"][number], mischief)
    journey["sent"][number] = [delivery["object_id"] for delivery in sent]
