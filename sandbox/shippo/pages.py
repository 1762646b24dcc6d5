"""Lists as Shippo pages them: newest first, full addresses for the next and the previous page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import request

from sandbox.clock import seconds, stamp
from sandbox.refusals import Refused, not_a_choice, wrong
from sandbox.store import Doc
from sandbox.world import here, mode, public

MOST = 100
LONGEST_NUMBER = 9
LAST_MOMENT = 253402300799.0  # of the year 9999
BOUNDS = ("gt", "gte", "lt", "lte")


def page(kind: str, default: int = 25, shown: Callable[[Doc], Doc] = public, **where: Any) -> Doc:
    """One page of the stored objects of a kind, of the caller's mode."""
    number, size = _wanted(default)
    span = (size + 1, (number - 1) * size)
    found = here().store.find(kind, span=span, test=mode(), **where)
    return _shaped([shown(doc) for doc in found[:size]], number, more=len(found) > size)


def envelope(found: list[Doc], default: int = 25, path: str = "") -> Doc:
    """The same for a list that is at hand; its other pages may lie at another address."""
    number, size = _wanted(default)
    begin = (number - 1) * size
    more = len(found) > begin + size
    return _shaped(found[begin : begin + size], number, more=more, path=path)


def created() -> dict[str, Any]:
    """The `object_created_*` filters of the request: one lower and one upper bound at most."""
    asked = {
        bound: request.args[f"object_created_{bound}"]
        for bound in BOUNDS
        if f"object_created_{bound}" in request.args
    }
    for pair in (("gt", "gte"), ("lt", "lte")):
        if all(bound in asked for bound in pair):
            raise wrong(
                **{f"object_created_{pair[0]}": f"Use only one of {pair[0]} and {pair[1]}."}
            )
    return {f"created__{bound}": _moment(bound, text) for bound, text in asked.items()}


def one_of(name: str, choices: frozenset[str]) -> str | None:
    """A filter whose values are known; None when it was not asked for."""
    value = request.args.get(name)
    if value and value not in choices:
        raise wrong(**{name: not_a_choice(value)})
    return value or None


def _moment(bound: str, text: str) -> str:
    try:
        moment = seconds(text)
    except ValueError:
        raise wrong(**{f"object_created_{bound}": "Enter a valid date/time."})
    if bound.startswith("g") and moment > here().clock.time():
        raise wrong(**{f"object_created_{bound}": "The lower bound must not be in the future."})
    return stamp(min(max(moment, 0.0), LAST_MOMENT))


def _wanted(default: int) -> tuple[int, int]:
    number, size = _whole("page", 1), min(MOST, _whole("results", default))
    if number < 1 or size < 1:
        raise Refused(404, {"detail": "Invalid page."})
    return number, size


def _whole(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise Refused(404, {"detail": "Invalid page."})
    return int(text) if text else default


def _shaped(results: list[Doc], number: int, *, more: bool, path: str = "") -> Doc:
    return {
        "next": _address(number + 1, path) if more else None,
        "previous": _address(number - 1, path) if number > 1 else None,
        "results": results,
    }


def _address(number: int, path: str) -> str:
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    query = urlencode([*asked, ("page", str(number))])
    return f"{request.host_url.rstrip('/')}{path or request.path}?{query}"
