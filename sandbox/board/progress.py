"""How far a parcel has come, as steps that are never painted past the truth."""

from sandbox.board import words
from sandbox.store import Doc

STEPS = (
    ("Label created", "information_received", "note"),
    ("Accepted", "package_accepted", "box"),
    ("On its way", "package_departed", "truck"),
    ("Out for delivery", "out_for_delivery", "truck"),
    ("Delivered", "delivered", "check"),
)
ENDED = ("RETURNED", "FAILURE")
LEAST = {"TRANSIT": 1, "DELIVERED": len(STEPS) - 1}  # what a status alone says


def steps(track: Doc) -> list[Doc]:
    """Where it ended badly nothing is to come; where it only halts, the rest is."""
    last, reached = track["tracking_status"], _reached(track)
    if last and last["status"] in ENDED:
        return [*_behind(track, reached), _trouble(last, "stop", "alert")]
    if words.halted(last):
        ahead = [_step(number, "todo") for number in range(max(reached + 1, 3), len(STEPS))]
        return [*_behind(track, reached), _trouble(last, "late", "clock"), *ahead]
    complete = bool(last) and reached == len(STEPS) - 1
    begun = [
        _dated(track, number, "done" if number < reached or complete else "now")
        for number in range(reached + 1)
    ]
    return [*begun, *(_step(number, "todo") for number in range(reached + 1, len(STEPS)))]


def _reached(track: Doc) -> int:
    codes = {(event["substatus"] or {}).get("code") for event in track["tracking_history"]}
    last = track["tracking_status"]
    by_code = max((n for n, step in enumerate(STEPS) if step[1] in codes), default=0)
    return max(by_code, LEAST.get(last["status"], 0) if last else 0)


def _behind(track: Doc, reached: int) -> list[Doc]:
    return [_dated(track, number, "done") for number in range(reached + 1)]


def _dated(track: Doc, number: int, state: str) -> Doc:
    code = STEPS[number][1]
    found = [
        event["status_date"]
        for event in track["tracking_history"]
        if (event["substatus"] or {}).get("code") == code
    ]
    return {**_step(number, state), "date": found[0] if found else ""}


def _step(number: int, state: str) -> Doc:
    told, _, icon = STEPS[number]
    shown = {"done": "check", "now": icon}.get(state, "")
    return {"state": state, "icon": shown, "words": told, "date": ""}


def _trouble(last: Doc, state: str, icon: str) -> Doc:
    return {
        "state": state,
        "icon": icon,
        "words": words.headline(last),
        "date": last["status_date"],
    }
