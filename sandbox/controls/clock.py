"""The clock: what it says, and moving it ahead."""

from flask import Response, jsonify

from sandbox.controls.asking import number_of
from sandbox.world import World, asked, here

LONGEST_ADVANCE_H = 24 * 366 * 10
PATIENCE_S = 600.0  # thousands of parcels may be on their way


def clock() -> Response:
    return jsonify(here().clock.shown())


def advance() -> Response:
    """Answers after the first delivery attempt of everything that fell due."""
    moved(here(), number_of(asked(), "advance_hours", None, 0, LONGEST_ADVANCE_H))
    return clock()


def moved(world: World, hours: float) -> None:
    world.clock.advance(hours * 3600)
    world.agenda.ring()
    world.agenda.settled(PATIENCE_S)
    world.post.all_tried(PATIENCE_S)
