"""Saying no in the shapes that Shippo says it."""

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


def not_a_choice(value: Any) -> str:
    return f'"{value}" is not a valid choice.'
