"""Is it there, and beginning anew."""

from random import Random
from uuid import uuid4

from flask import Response, jsonify, request

from sandbox.weather import CALM
from sandbox.world import World, here

KEPT = "('webhook')"


def health() -> Response:
    return jsonify(ok=True)


def reset() -> Response:
    """Begin anew. Registrations stay, and so does the time, unless told `clock=machine`."""
    begin_anew(here())
    if request.args.get("clock") == "machine":
        here().clock.set_back()
    return jsonify(ok=True)


def begin_anew(world: World) -> None:
    with world.store.change():
        world.store.run(f"DELETE FROM doc WHERE kind NOT IN {KEPT}")  # noqa: S608
        for table in ("agenda", "request"):
            world.store.run(f"DELETE FROM {table}")  # noqa: S608
        world.faults.clear()
        world.post.policy.lift()
        world.weather.begin(CALM, {})
        seeded(world, again=True)


def seeded(world: World, *, again: bool = False) -> None:
    """What makes this world's numbers and links its own; the same for the same seed."""
    if again or world.store.noted("mailer") is None:
        own = Random(world.settings.seed or None)  # noqa: S311  repeatable on purpose
        world.store.note("mailer", own.randrange(10**9))
        world.store.note("serial", 0)
        world.store.note("link.secret", uuid4().hex)
