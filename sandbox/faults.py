"""Planned trouble: the list of what was planned, and which call it strikes."""

from collections.abc import Mapping
from random import Random
from typing import Any

from sandbox.store import Doc, Store


class Faults:
    """The list as it was added; every fault counts its own matches from then on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = store.lock  # the one lock there is, so that no two can wait for each other
        self._all: list[Doc] = store.noted("faults", [])

    def add(self, planned: Mapping[str, Any]) -> Doc:
        with self._store.change():
            number = int(self._store.noted("faults.last", 0)) + 1  # never given twice
            self._store.note("faults.last", number)
            fault = {**planned, "id": number, "seen": 0, "hits": 0}
            self._all.append(fault)
            self._keep()
            return dict(fault)

    def shown(self) -> list[Doc]:
        with self._lock:
            return [dict(fault) for fault in self._all]

    def clear(self) -> int:
        with self._lock:
            cleared = len(self._all)
            self._all = []
            self._keep()
            return cleared

    def remove(self, number: int) -> Doc | None:
        with self._lock:
            found = next((fault for fault in self._all if fault["id"] == number), None)
            self._all = [fault for fault in self._all if fault is not found]
            self._keep()
            return found

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
            return dict(struck) if struck is not None else None

    def _keep(self) -> None:
        self._store.note("faults", self._all)


def _matches(match: Doc, method: str, path: str) -> bool:
    """A path is exact, its final slash aside; one that ends in * is the beginning of others."""
    wanted = str(match.get("path", ""))
    if wanted.endswith("*"):
        fits = path.startswith(wanted[:-1])
    else:
        fits = wanted.rstrip("/") in ("", path.rstrip("/"))
    return fits and (match.get("method") or method).upper() == method


def _due(fault: Doc) -> bool:
    match, seen = fault["match"], fault["seen"]
    most = fault.get("times", match.get("times"))
    if most is not None and fault["hits"] >= most:
        return False
    if "nth" in match:
        return bool(seen == match["nth"])
    if "probability" in match:
        draw = Random(f"{match.get('seed', 0)}:{seen}").random()  # noqa: S311  repeatable on purpose
        return bool(draw < match["probability"])
    return bool(seen % match.get("every", 1) == 0)
