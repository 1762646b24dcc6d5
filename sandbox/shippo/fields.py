"""What a field may hold: each check answers with Shippo's complaints, or with none."""

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from sandbox.clock import seconds, stamp
from sandbox.refusals import REQUIRED, Refused, not_a_choice
from sandbox.store import Doc

Check = Callable[[Any], list[str]]
Checks = dict[str, Check]

EMPTY: tuple[Any, ...] = (None, "", [], {})
LONGEST = 100
MOST_DIGITS, MOST_PLACES = 6, 4
NUMBER = re.compile(r"-?([0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})")
WHOLE = re.compile(r"-?[0-9]{1,9}")


def check(given: Doc, needed: Checks, optional: Checks | None = None) -> None:
    """Refuse with everything that is wrong, each under its own name."""
    problems = complaints(given, needed, optional or {})
    if problems:
        raise Refused(400, problems)


def complaints(given: Doc, needed: Checks, optional: Checks) -> Doc:
    found = {
        name: REQUIRED if given.get(name) in EMPTY else sound(given[name])
        for name, sound in needed.items()
    } | {
        name: sound(given[name])
        for name, sound in optional.items()
        if name not in needed and given.get(name) not in EMPTY
    }
    return {name: said for name, said in found.items() if said}


def anything(value: Any) -> list[str]:
    return []


def text(value: Any, longest: int = LONGEST) -> list[str]:
    if isinstance(value, dict | list | bool):
        return ["Not a valid string."]
    if len(str(value)) > longest:
        return [f"Ensure this field has no more than {longest} characters."]
    return []


def up_to(longest: int) -> Check:
    return lambda value: text(value, longest)


def choice(choices: Collection[str]) -> Check:
    return lambda value: [] if value in tuple(choices) else [not_a_choice(value)]


def truth(value: Any) -> list[str]:
    return [] if isinstance(value, bool) else ["Must be a valid boolean."]


def mail(value: Any) -> list[str]:
    name, at, host = str(value).rpartition("@")
    return (
        [] if name and at and host and " " not in str(value) else ["Enter a valid email address."]
    )


def moment(value: Any) -> list[str]:
    try:
        stamp(seconds(str(value)))
    except (ValueError, OverflowError):
        return ["Datetime has wrong format. Use ISO 8601, for example 2014-01-18T00:35:03.463Z."]
    return []


def money(value: Any) -> list[str]:
    return (
        []
        if isinstance(value, str) and len(value) == 3 and value.isalpha()
        else [not_a_choice(value)]
    )


def whole(value: Any) -> list[str]:
    if isinstance(value, bool) or not WHOLE.fullmatch(str(value)):
        return ["A valid integer is required."]
    return [] if int(value) > 0 else ["Ensure this value is greater than 0."]


def figure(value: Any) -> list[str]:
    """A number greater than zero, as text or as a figure."""
    return amount(value) or (
        [] if Decimal(str(value)) > 0 else ["Ensure this value is greater than 0."]
    )


def amount(value: Any) -> list[str]:
    """A number that is not negative: six digits before the point and four after it at most."""
    if not NUMBER.fullmatch(str(value)):
        return ["A valid number is required."]
    number = Decimal(str(value))
    if number < 0:
        return ["Ensure this value is greater than or equal to 0."]
    return _digits(number)


def _digits(number: Decimal) -> list[str]:
    if number >= 10**MOST_DIGITS:
        return [
            f"Ensure that there are no more than {MOST_DIGITS} digits before the decimal point."
        ]
    if number != round(number, MOST_PLACES):
        return [f"Ensure that there are no more than {MOST_PLACES} decimal places."]
    return []


def inside(needed: Checks, optional: Checks) -> Check:
    """For a field that holds an object: what is wrong in there, nested."""

    def sound(value: Any) -> list[Any]:
        if not isinstance(value, dict):
            return [f"Invalid data. Expected a dictionary, but got {type(value).__name__}."]
        problems = complaints(value, needed, optional)
        return [problems] if problems else []

    return sound
