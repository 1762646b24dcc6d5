"""Planned trouble: adding, looking, clearing."""

from typing import Any

from flask import Response, jsonify

from sandbox.faults import ACTS, unsound
from sandbox.refusals import Refused
from sandbox.world import asked, here


def faults() -> Response:
    return jsonify(here().faults.shown())


def plan_fault() -> tuple[Response, int]:
    given: Any = asked()
    if str(given.get("do")) not in ACTS:
        raise Refused(404, {"error": f"unknown fault {given.get('do')!r}", "known": sorted(ACTS)})
    if why := unsound(given):
        raise Refused(400, {"error": why})
    return jsonify(here().faults.add(given)), 201


def clear_faults() -> Response:
    return jsonify(cleared=here().faults.clear())
