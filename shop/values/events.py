"""What we are told: with which key, in which way, and what became of it."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Whether a thing was made with a test key or a live one; the two never mix."""

    TEST = "test"
    LIVE = "live"


class Via(StrEnum):
    """How we came to hear something."""

    ANSWER = "answer"
    WEBHOOK = "webhook"
    POLL = "poll"
    LIST = "list"
    PERSON = "person"


class EventState(StrEnum):
    """What became of a webhook we were sent."""

    NEW = "new"
    DONE = "done"
    UNMATCHED = "unmatched"
    WRONG_MODE = "wrong_mode"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"


class Outcome(StrEnum):
    """What would become of a webhook if it were applied once more."""

    TOLD = "told"
    ASKED = "asked"
    STRAY = "stray"
    FOLLOWED = "followed"
    UNMATCHED = "unmatched"
    WRONG_MODE = "wrong_mode"
    IGNORED = "ignored"
    UNREADABLE = "unreadable"
