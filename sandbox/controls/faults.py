"""Planned trouble: adding, looking, clearing."""

from typing import Any

from flask import Response, jsonify, request

from sandbox.plans import KINDS, TURNS, unsound
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import asked, here

MATCHED = ("method", "path", *TURNS, "seed")
WORDY = ("do", "method", "path", "how", "field", "value", "location", "body", "retry_after")


def faults() -> Response:
    return jsonify(here().faults.shown())


def kinds() -> Response:
    """Everything that can be planned, with what its parameters take and their usual values."""
    return jsonify(
        [
            {
                "do": do,
                "parameters": {
                    name: {"default": each.default, "takes": each.says}
                    for name, each in parameters.items()
                },
            }
            for do, parameters in KINDS.items()
        ]
    )


def plan_fault() -> tuple[Response, int]:
    given = asked() if request.get_data().lstrip()[:1] == b"{" else _pressed(asked())
    if str(given.get("do")) not in KINDS:
        raise Refused(404, {"error": f"unknown fault {given.get('do')!r}", "known": sorted(KINDS)})
    if why := unsound(given):
        raise Refused(400, {"error": why})
    return jsonify(here().faults.add(given)), 201


def remove_fault(number: int) -> Response:
    removed = here().faults.remove(number)
    if removed is None:
        raise Refused(404, {"error": f"there is no fault {number}; GET /_sandbox/faults has all"})
    return jsonify(removed)


def clear_faults() -> Response:
    return jsonify(cleared=here().faults.clear())


def _pressed(form: Doc) -> Doc:
    """A form has no nested fields and no figures: what was left empty is left out."""
    given = {name: _figure(name, said) for name, said in form.items() if said not in ("", None)}
    given.pop("back", None)
    match = {name: given.pop(name) for name in MATCHED if name in given}
    return {**given, "match": match}


def _figure(name: str, said: Any) -> Any:
    if name in WORDY or not isinstance(said, str):
        return said
    try:
        return int(said) if said.lstrip("-").isdigit() else float(said)
    except ValueError:
        return said
