"""Webhooks that went out, and sending them again."""

from flask import Response, jsonify, request

from sandbox.controls.asking import number_of
from sandbox.world import asked, here


def deliveries() -> Response:
    return jsonify(here().post.log(request.args.get("from", "shippo")))


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
