"""Webhooks that went out, and sending them again."""

from flask import Response, jsonify, request

from sandbox.controls.asking import last_asked, number_of
from sandbox.policy import KNOWN
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import asked, here

# The figures of a policy, with the least and the most of each.
FIGURES = {
    "drop_every": (1, 10**9),
    "duplicate_every": (1, 10**9),
    "delay_s": (0.0, 3600.0),
    "spread_s": (0.0, 3600.0),
    "seed": (0, 10**9),
}


def deliveries() -> Response:
    """One line an attempt, oldest first; with `last` those of so many deliveries."""
    return jsonify(here().post.log(request.args.get("from", "shippo"), last_asked()))


def redeliver() -> Response:
    """Send again: `event`, `last`, `duplicate`, `shuffle`, `seed`, `reorder_keys`."""
    post, given = here().post, asked()
    seed = int(number_of(given, "seed", 1, 0, 10**9)) if given.get("shuffle") else None
    last = int(number_of(given, "last", 1, 1, 10_000))
    duplicate = int(number_of(given, "duplicate", 1, 1, 1000))
    chosen = post.again(str(given.get("event", "")), last=last, duplicate=duplicate, seed=seed)
    made = [post.repeat(each, reorder_keys=given.get("reorder_keys") is True) for each in chosen]
    post.all_tried()
    return jsonify(redelivered=len(made), events=[each["event"] for each in made])


def policy() -> Response:
    return jsonify(here().post.policy.shown())


def lay_down_policy() -> tuple[Response, int]:
    """From now on: `drop_every`, `duplicate_every`, `delay_s`, `shuffle` over `spread_s`, `seed`;
    for one `event` or for all."""
    given = {name: said for name, said in asked().items() if name != "back" and said != ""}
    unknown = [name for name in given if name not in KNOWN]
    if unknown or not given:
        raise Refused(400, {"error": f"a policy has {', '.join(KNOWN)}", "unknown": unknown})
    for name, said in given.items():
        given[name] = _term(given, name, said)
    return jsonify(here().post.policy.lay_down(given)), 201


def lift_policy() -> Response:
    here().post.policy.lift()
    return jsonify({})


def _term(given: Doc, name: str, said: object) -> object:
    if name in FIGURES:
        least, most = FIGURES[name]
        figure = number_of(given, name, None, least, most)
        return int(figure) if isinstance(least, int) else figure
    if name == "shuffle" and not isinstance(said, bool):
        raise Refused(400, {"error": "shuffle is true or false"})
    if name == "event" and not isinstance(said, str):
        raise Refused(400, {"error": "event is the name of one, such as track_updated"})
    return said
