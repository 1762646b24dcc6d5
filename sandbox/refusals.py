"""Saying no in the shapes that Shippo says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

REQUIRED = ["This field is required."]


class Refused(Exception):
    """The request ends here with this status and body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


def absent() -> Refused:
    return Refused(404, {"detail": "Not found."})


def wrong(**fields: Any) -> Refused:
    """Field errors: each a list of messages, nested where the field is."""
    return Refused(
        400,
        {name: [said] if isinstance(said, str | dict) else said for name, said in fields.items()},
    )


@contextmanager
def within(field: str) -> Iterator[None]:
    """What is wrong inside is told under the field it is wrong in."""
    try:
        yield
    except Refused as refused:
        raise Refused(refused.status, {field: [refused.body]}) from None


def not_a_choice(value: Any) -> str:
    return f'"{value}" is not a valid choice.'
