"""What trouble can be planned: each kind with its parameters, and what is wrong with a plan.

What each kind does stands in docs/sandbox.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clock import DAY_S


@dataclass(frozen=True)
class Parameter:
    default: Any
    says: str  # what would be right
    fits: Callable[[Any], bool]


def number(default: float | None, least: float, most: float) -> Parameter:
    return Parameter(
        default,
        f"a number from {least:g} to {most:g}",
        lambda value: _is_number(value) and least <= value <= most,
    )


def whole(default: int | None, least: int, most: int) -> Parameter:
    return Parameter(
        default,
        f"a whole number from {least} to {most}",
        lambda value: _is_number(value) and least <= value <= most and value == int(value),
    )


def flag(default: bool) -> Parameter:
    return Parameter(default, "true or false", lambda value: isinstance(value, bool))


def text(default: str) -> Parameter:
    return Parameter(default, "text", lambda value: isinstance(value, str))


def choice(*values: Any) -> Parameter:
    return Parameter(values[0], " or ".join(map(str, values)), lambda value: value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


HOW = choice("fin", "rst")
RETRY_AFTER = Parameter(
    None,
    "a number of seconds, or text as the header shall have it",
    lambda value: (_is_number(value) and value >= 0) or (isinstance(value, str) and bool(value)),
)
ANYTHING = Parameter(None, "text, or anything that can be said in JSON", lambda value: True)

KINDS: dict[str, dict[str, Parameter]] = {
    "latency": {"seconds": number(1.0, 0, 3600), "after": flag(False)},
    "drip": {
        "bytes": whole(1, 1, 1_000_000),
        "seconds": number(0.1, 0, 60),
        "head": flag(False),
    },
    "drop_before": {"how": HOW},
    "commit_then_drop": {"how": HOW},
    "commit_then_5xx": {"code": whole(500, 500, 599)},
    "truncate": {"bytes": whole(None, 0, 100_000_000)},
    "malformed": {},
    "html_200": {"after": flag(True)},
    "unknown_enum": {"field": text("status"), "value": text("PARTYING")},
    "status": {
        "code": whole(503, 200, 599),
        "retry_after": RETRY_AFTER,
        "json": flag(False),
        "body": ANYTHING,
        "after": flag(False),
    },
    "redirect": {"code": choice(302, 301, 303, 307, 308), "location": text("")},
    "list_lag": {"seconds": number(120.0, 0, 30 * DAY_S)},
    "late_execution": {
        "seconds": number(5.0, 0, DAY_S),
        "code": Parameter(
            0,
            "0 for a cut connection, or a whole number from 200 to 599",
            lambda value: value == 0 or whole(0, 200, 599).fits(value),
        ),
        "how": HOW,
    },
}

MATCH = {
    "method": text(""),
    "path": text(""),
    "nth": whole(None, 1, 10**9),
    "every": whole(1, 1, 10**9),
    "probability": number(None, 0, 1),
    "seed": Parameter(
        0,
        "a whole number or text",
        lambda value: isinstance(value, int | str) and not isinstance(value, bool),
    ),
    "times": whole(None, 0, 10**9),
}
TURNS = ("nth", "every", "probability")
EXAMPLE = (
    '{"match": {"method": "POST", "path": "/transactions", "nth": 3}, "do": "commit_then_drop"}'
)


def value(fault: Mapping[str, Any], name: str) -> Any:
    """A parameter as it was planned, or its usual value."""
    return fault.get(name, KINDS[str(fault["do"])][name].default)


def unsound(planned: Mapping[str, Any]) -> str:
    """What is wrong with a plan, or nothing: a slip must not pass for trouble on every call."""
    match = planned.get("match")
    if not isinstance(match, dict):
        return f"match is missing: {EXAMPLE}"
    if sum(name in match for name in TURNS) > 1:
        return f"match takes one of {', '.join(TURNS)}"
    known = {**KINDS[str(planned["do"])], "times": MATCH["times"]}
    given = {name: said for name, said in planned.items() if name not in ("do", "match")}
    return _slip("match.", match, MATCH) or _slip("", given, known)


def _slip(prefix: str, given: Mapping[str, Any], known: Mapping[str, Parameter]) -> str:
    for name, said in given.items():
        if name not in known:
            return f"{prefix}{name} is not known here; {prefix or 'it '}has {', '.join(known)}"
        if not known[name].fits(said):
            return f"{prefix}{name} is {known[name].says}"
    return ""
