"""What planned trouble does to a call: before the work, after it, or in its place."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.plans import value
from sandbox.server import Cut, Pace, Reply
from sandbox.store import Doc, lagging

HTML = [("Content-Type", "text/html")]
JSON = [("Content-Type", "application/json")]
PLAIN = [("Content-Type", "text/plain; charset=utf-8")]
PORTAL = b"<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in to the network</h1></body></html>"  # noqa: E501


@dataclass(frozen=True)
class Call:
    """One request on its way: what it asks for, how to do it, and how to do it later."""

    method: str
    path: str
    query: str
    slashed: bool  # it came with a final slash
    work: Callable[[], Reply]
    put_off: Callable[[float], None]


def strike(fault: Doc, call: Call) -> Reply:
    return ACTS[fault["do"]](fault, call)


def latency(fault: Doc, call: Call) -> Reply:
    """Unless it comes after, the wait is before: who gives up in it has bought all the same."""
    after = value(fault, "after")
    reply = call.work() if after else None
    time.sleep(value(fault, "seconds"))
    return reply or call.work()


def drip(fault: Doc, call: Call) -> Reply:
    pace = Pace(int(value(fault, "bytes")), value(fault, "seconds"), head=value(fault, "head"))
    return replace(call.work(), pace=pace)


def drop_before(fault: Doc, call: Call) -> Reply:
    raise Cut(value(fault, "how"))


def commit_then_drop(fault: Doc, call: Call) -> Reply:
    call.work()
    raise Cut(value(fault, "how"))


def commit_then_5xx(fault: Doc, call: Call) -> Reply:
    call.work()
    return _error(int(value(fault, "code")))


def truncate(fault: Doc, call: Call) -> Reply:
    reply = call.work()
    most = value(fault, "bytes")
    return replace(reply, short=len(reply.body) // 2 if most is None else int(most))


def malformed(fault: Doc, call: Call) -> Reply:
    reply = call.work()
    return replace(reply, body=reply.body.rstrip()[:-1] + b',"')


def html_200(fault: Doc, call: Call) -> Reply:
    if value(fault, "after"):
        call.work()
    return Reply(200, PORTAL, list(HTML))


def unknown_enum(fault: Doc, call: Call) -> Reply:
    reply = call.work()
    try:
        told = json.loads(reply.body)
    except ValueError:
        return reply
    field = value(fault, "field").split(".")
    spoilt = _spoilt(told, field, value(fault, "value"), ())
    return replace(reply, body=json.dumps(spoilt, separators=(",", ":")).encode())


def status(fault: Doc, call: Call) -> Reply:
    if value(fault, "after"):
        call.work()
    reply = _told(fault, int(value(fault, "code")))
    wait = value(fault, "retry_after")
    if wait is not None:
        said = wait if isinstance(wait, str) else f"{wait:g}"
        reply.headers.append(("Retry-After", said.replace("\r", "").replace("\n", "")))
    return reply


def redirect(fault: Doc, call: Call) -> Reply:
    location = value(fault, "location")
    if not location and call.slashed:
        return call.work()
    location = location or f"{call.path}/" + (f"?{call.query}" if call.query else "")
    safe = location.replace("\r", "").replace("\n", "")
    return Reply(value(fault, "code"), b"", [*HTML, ("Location", safe)])


def list_lag(fault: Doc, call: Call) -> Reply:
    """By the machine's clock: moving the world's does not make a list catch up."""
    with lagging(value(fault, "seconds") if call.method == "GET" else 0.0):
        return call.work()


def late_execution(fault: Doc, call: Call) -> Reply:
    call.put_off(value(fault, "seconds"))
    code = int(value(fault, "code"))
    if not code:
        raise Cut(value(fault, "how"))
    return _error(code)


ACTS: dict[str, Callable[[Doc, Call], Reply]] = {
    act.__name__: act
    for act in (
        *(latency, drip, drop_before, commit_then_drop, commit_then_5xx, truncate, malformed),
        *(html_200, unknown_enum, status, redirect, list_lag, late_execution),
    )
}

WORDS = {
    429: "Too Many Requests",
    500: "Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def _error(code: int) -> Reply:
    words = WORDS.get(code, f"Error {code}")
    page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    return Reply(code, page.encode(), list(HTML))


def _told(fault: Doc, code: int) -> Reply:
    """The body that was planned, or what this code usually comes with."""
    said: Any = value(fault, "body")
    words = WORDS.get(code, f"Error {code}")
    if "body" in fault and isinstance(said, str) and not value(fault, "json"):
        return Reply(code, said.encode(), list(PLAIN))
    if "body" in fault:
        return Reply(code, json.dumps(said).encode(), list(JSON))
    if value(fault, "json") or (400 <= code < 500 and code != 429):
        return Reply(code, json.dumps({"detail": words}).encode(), list(JSON))
    if code == 429:
        return Reply(code, words.encode(), list(PLAIN))
    return _error(code)


def _spoilt(told: Any, field: list[str], word: str, path: tuple[str, ...]) -> Any:
    """The same with a word nobody knows wherever a path ends in the field."""
    if isinstance(told, list):
        return [_spoilt(each, field, word, path) for each in told]
    if isinstance(told, dict):
        return {name: _spoilt(each, field, word, (*path, name)) for name, each in told.items()}
    return word if list(path[-len(field) :]) == field else told
