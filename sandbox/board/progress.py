"""How far a parcel has come, as steps that are never painted past the truth."""

from sandbox.board import words
from sandbox.store import Doc

ON_THE_ROAD = (
    *("package_departed", "package_arrived", "package_processed", "package_processing"),
    "package_forwarded",
)
AT_THE_DOOR = ("out_for_delivery", "delivery_attempted", "notice_left")
# A step, the scans that say it is reached, and its drawing.
STEPS = (
    ("Label created", ("information_received",), "note"),
    ("Accepted", ("package_accepted",), "box"),
    ("On its way", ON_THE_ROAD, "truck"),
    ("Out for delivery", AT_THE_DOOR, "truck"),
    ("Delivered", ("delivered",), "check"),
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
    last = track["tracking_status"]
    seen = [n for n in range(len(STEPS)) if _when(track, n)]
    return max([*seen, LEAST.get(last["status"], 0) if last else 0])


def _when(track: Doc, number: int) -> str:
    """When this step was reached, or nothing."""
    codes = STEPS[number][1]
    found = [
        str(event["status_date"])
        for event in track["tracking_history"]
        if (event["substatus"] or {}).get("code") in codes
    ]
    return found[0] if found else ""


def _behind(track: Doc, reached: int) -> list[Doc]:
    return [_dated(track, number, "done") for number in range(reached + 1)]


def _dated(track: Doc, number: int, state: str) -> Doc:
    return {**_step(number, state), "date": _when(track, number)}


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
