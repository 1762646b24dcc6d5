"""One HTTP call with a deadline for the whole of it, and a verdict on what may have happened."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests
from requests.adapters import BaseAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from shop.gateways.errors import Busy, Cut, Rejected, Unavailable, Unsure

CONNECT_S = 5.0
LONGEST_PAUSE = timedelta(minutes=15)
LARGEST = 10 * 1024 * 1024
"""Of an answer no more than this is read, and one byte to know that there was more."""

PIECE = 64 * 1024
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What came back, before anybody has read it."""

    status: int
    body: bytes
    content_type: str
    retry_after: str = ""
    date: str = ""

    @property
    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is not."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deep to be an answer") from None


class TooLate(Exception):
    """The deadline passed while something was still going on."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """Run `call`, or raise TooLate when it takes longer; a per-read timeout is not a deadline."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((True, call()))
        except BaseException as error:
            outcome.append((False, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise TooLate
    worked, result = outcome[0]
    if not worked:
        raise result
    found: T = result
    return found


def call(
    request: requests.Request,
    deadline_s: float,
    *,
    spends: bool = False,
    by: BaseAdapter | None = None,
) -> Answer:
    """Send one request on a connection of its own: no retry, no redirect, one deadline.

    `by` makes the connections of https, where that is out of the ordinary.

    Raises Unavailable when it is certain that nothing was done, Rejected when it never will be,
    and Unsure, for calls that spend, when nobody can tell.
    """
    doubt = Unsure if spends else Unavailable
    try:
        answer = within(deadline_s, lambda: _send(request, deadline_s, by))
    except (TooLate, requests.ReadTimeout):
        raise doubt(f"no answer within {deadline_s:g} s") from None
    except requests.RequestException as error:
        if never_sent(error):
            raise Cut(f"no connection: {_short(error)}") from error
        broken = Unsure if spends else Cut
        raise broken(f"the connection broke: {_short(error)}") from error
    return judged(answer, spends=spends)


def judged(answer: Answer, *, spends: bool) -> Answer:
    """Return a 2xx; turn anything else into the error that tells the caller what to do."""
    doubt = Unsure if spends else Unavailable
    match answer.status:
        case status if 200 <= status < 300:
            return answer
        case 429:
            raise Busy("too many requests", pause(answer.retry_after))
        case 408 | 409:
            raise doubt(f"answered {answer.status}")
        case status if 400 <= status < 500:
            raise Rejected(_reason(answer), code=str(status))
        case status:
            raise doubt(f"answered {status}")


def pause(asked: str) -> timedelta | None:
    """How long `Retry-After` asks us to wait, in seconds or until a date; 15 minutes at most."""
    try:
        if asked.strip().isdecimal():
            wait = timedelta(seconds=min(int(asked), LONGEST_PAUSE.total_seconds()))
        else:
            wait = parsedate_to_datetime(asked) - datetime.now(UTC)
    except (ValueError, TypeError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_PAUSE)


def dated(answer: Answer) -> datetime | None:
    """What time it was there when the answer was written, where it says so."""
    try:
        return parsedate_to_datetime(answer.date).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def never_sent(error: requests.RequestException) -> bool:
    """Whether it is proved that no byte of the request left us."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(
            seen, NewConnectionError | ConnectTimeoutError | ssl.SSLCertVerificationError
        ):
            return True
        inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = inner if isinstance(inner, BaseException) else seen.__cause__
    return False


def _send(request: requests.Request, deadline_s: float, by: BaseAdapter | None) -> Answer:
    with requests.Session() as http:
        if by is not None:
            http.mount("https://", by)
        # A .netrc or proxy setting of the machine must not change whom we pay, or as whom.
        http.trust_env = False
        response = http.send(
            http.prepare_request(request),
            timeout=(min(CONNECT_S, deadline_s), deadline_s),
            allow_redirects=False,
            stream=True,
        )
        body = bytearray()
        for piece in response.iter_content(PIECE):
            body += piece
            if len(body) > LARGEST:
                break
        return Answer(
            response.status_code,
            bytes(body[: LARGEST + 1]),
            response.headers.get("Content-Type", ""),
            response.headers.get("Retry-After", ""),
            response.headers.get("Date", ""),
        )


def _reason(answer: Answer) -> str:
    """The provider's own words, from any of the shapes it says no in."""
    try:
        said = answer.json
    except ValueError:
        return f"answered {answer.status}"
    return f"{_flat(said)} ({answer.status})"[:400]


def _flat(said: Any) -> str:
    match said:
        case {"detail": str(text)}:
            return text
        case dict():
            return "; ".join(
                f"{key}: {_flat(value)}" if key != "__all__" else _flat(value)
                for key, value in said.items()
            )
        case list():
            return ", ".join(_flat(part) for part in said)
        case _:
            return str(said)


def _short(error: Exception) -> str:
    return type(error).__name__
