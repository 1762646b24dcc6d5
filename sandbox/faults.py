"""Planned trouble: which call it strikes, and what it does to it."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.server import Cut, Reply
from sandbox.store import Doc, Store

Work = Callable[[], Reply]


def latency(fault: Doc, work: Work) -> Reply:
    """The wait comes before the work: a client that gives up has bought all the same."""
    time.sleep(float(fault.get("seconds", 1.0)))
    return work()


def drop_before(fault: Doc, work: Work) -> Reply:
    raise Cut(fault.get("how", "fin"))


def commit_then_drop(fault: Doc, work: Work) -> Reply:
    work()
    raise Cut(fault.get("how", "fin"))


def commit_then_5xx(fault: Doc, work: Work) -> Reply:
    work()
    body = (
        b"<html><head><title>Server Error</title></head><body><h1>Server Error</h1></body></html>"
    )
    return Reply(int(fault.get("code", 500)), body, [("Content-Type", "text/html")])


ACTS: dict[str, Callable[[Doc, Work], Reply]] = {
    "latency": latency,
    "drop_before": drop_before,
    "commit_then_drop": commit_then_drop,
    "commit_then_5xx": commit_then_5xx,
}


NUMBERS = {"nth": 1, "every": 1, "times": 0, "seconds": 0, "code": 100}
"""What may be planned as a number, and the least of each."""


def unsound(planned: Mapping[str, Any]) -> str:
    """What is wrong with a plan, or nothing: a slip must not pass for trouble on every call."""
    match = planned.get("match")
    if not isinstance(match, dict):
        return 'match is missing: {"method": "POST", "path": "/transactions", "nth": 1}'
    for name in ("method", "path"):
        if not isinstance(match.get(name, ""), str):
            return f"match.{name} is text"
    for name, least in NUMBERS.items():
        value = (match if name in ("nth", "every") else planned).get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
            return f"{name} is a number, not less than {least}"
    if planned.get("how", "fin") not in ("fin", "rst"):
        return "how is fin or rst"
    return ""


class Faults:
    """The list as it was added; every fault counts its own matches from then on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = store.lock  # the one lock there is, so that no two can wait for each other
        self._all: list[Doc] = store.noted("faults", [])

    def add(self, planned: Mapping[str, Any]) -> Doc:
        with self._lock:
            fault = {**planned, "id": len(self._all) + 1, "seen": 0, "hits": 0}
            self._all.append(fault)
            self._keep()
            return fault

    def shown(self) -> list[Doc]:
        with self._lock:
            return [dict(fault) for fault in self._all]

    def clear(self) -> int:
        with self._lock:
            cleared = len(self._all)
            self._all = []
            self._keep()
            return cleared

    def pick(self, method: str, path: str) -> Doc | None:
        """The first added of those whose turn it is; all that match have counted this call."""
        with self._lock:
            matching = [fault for fault in self._all if _matches(fault["match"], method, path)]
            for fault in matching:
                fault["seen"] += 1
            struck = next((fault for fault in matching if _due(fault)), None)
            if struck is not None:
                struck["hits"] += 1
            if matching:
                self._keep()
            return struck

    def _keep(self) -> None:
        self._store.note("faults", self._all)


def _matches(match: Doc, method: str, path: str) -> bool:
    wanted = str(match.get("path", "")).rstrip("/")
    return match.get("method", method).upper() == method and wanted in ("", path.rstrip("/"))


def _due(fault: Doc) -> bool:
    match, seen = fault["match"], fault["seen"]
    if fault["hits"] >= fault.get("times", fault["hits"] + 1):
        return False
    if "nth" in match:
        return bool(seen == match["nth"])
    return bool(seen % match.get("every", 1) == 0)
