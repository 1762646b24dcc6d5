"""Journeys: which there are, one for a parcel, and one for the world."""

from flask import Response, jsonify

from sandbox import weather
from sandbox.carriers.services import BY_TOKEN, CARRIERS
from sandbox.controls.asking import number_of, one_of
from sandbox.controls.parcels import told
from sandbox.journeys import JOURNEYS, begin
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import asked, here

LONGEST_STORM_S = 3600
LARGEST_SEED = 10**9
QUICKEST, SLOWEST = 10_000, 0.01


def journeys() -> Response:
    """Everything that can be played, by a parcel or by the whole world."""
    of_parcels = [
        {"name": journey.name, "does": journey.does, "scope": "parcel"}
        for journey in JOURNEYS.values()
    ]
    of_world = [
        {"name": name, "does": does, "scope": "world"} for name, does in weather.JOURNEYS.items()
    ]
    return jsonify(of_parcels + of_world)


def play(number: str) -> Response:
    """Answers when the first step has been told, with all that is planned."""
    world, given = here(), asked()
    name = _named(given, list(JOURNEYS), "POST /_sandbox/journey plays those of the world")
    seed = int(number_of(given, "seed", 0, 0, LARGEST_SEED)) if given.get("seed") else 0
    speed = number_of(given, "speed", 1, SLOWEST, QUICKEST)
    begin(world, number, name, seed, speed)
    world.agenda.settled()
    world.post.all_tried()
    return jsonify(told(world, number))


def on() -> Response:
    return jsonify(here().weather.shown())


def change() -> Response:
    given = asked()
    hint = "POST /_sandbox/parcels/<number>/journey plays those of a parcel"
    name = _named(given, list(weather.JOURNEYS), hint)
    if name == "carrier_down":
        one_of(given, "carrier", CARRIERS)
    if name == "service_gone":
        one_of(given, "service", BY_TOKEN)
    if name == "storm_429":
        number_of(given, "seconds", weather.STORM_S, 0.1, LONGEST_STORM_S)
    return jsonify(here().weather.begin(name, given))


def _named(given: Doc, known: list[str], hint: str) -> str:
    name = given.get("name")
    if name not in known:
        raise Refused(404, {"error": f"unknown journey {name!r}", "known": known, "hint": hint})
    return str(name)
