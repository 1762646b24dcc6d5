"""Reading what a control was asked for, and leading a person back to the page they pressed on."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sandbox.refusals import Refused
from sandbox.store import Doc

MOST = 1_000_000


def number_of(given: Doc, name: str, default: float | None, least: float, most: float) -> float:
    """A number that was asked for, or a 400 that says what would be one."""
    value: Any = given.get(name, default)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = float("nan")
    if not least <= found <= most:
        raise Refused(400, {"error": f"{name} is a number from {least:g} to {most:g}"})
    return found


def one_of(given: Mapping[str, Any], name: str, known: Iterable[str]) -> str | None:
    """One of those there are, or none when none was asked for."""
    value = given.get(name) or None
    if value is not None and value not in (choices := tuple(known)):
        raise Refused(400, {"error": f"{name} is one of {', '.join(choices)}"})
    return value


def last_asked() -> int | None:
    """Of how many lines, the newest; all when that was left open."""
    args = dict(request.args)
    return int(number_of(args, "last", None, 1, MOST)) if args.get("last") else None


def back_to_the_page(answer: Response) -> BaseResponse:
    """A button on the board leads back to the board; a program gets its JSON."""
    back = request.form.get("back", "")
    if not back.startswith("/_sandbox") or not request.accept_mimetypes.accept_html:
        return answer
    return redirect(back if answer.status_code < 400 else _explained(back, answer), 303)


def _explained(back: str, answer: Response) -> str:
    """The page says what was wrong, instead of what would have been done."""
    path, _, query = back.partition("?")
    kept = [pair for pair in parse_qsl(query) if pair[0] != "done"]
    said = answer.get_json(silent=True)
    problem = said.get("error") if isinstance(said, dict) else None
    return f"{path}?{urlencode([*kept, ('said', problem or 'That did not work.')])}"
