"""A slice of a long list, found by its place: the last is as quick as the first."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from sandbox.store import Doc
from sandbox.world import here

SIZE = 25
ENOUGH = 1000  # beyond it a number is no longer counted out
LAST = 2**62

Test = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Slice:
    """Newest first; the links lead on through the list as it was asked for."""

    docs: list[Doc]
    newer: str
    older: str


def documents(kind: str, *tests: Test) -> Slice:
    """Documents of a kind that pass every test."""
    cut = rows("doc", "body", ("kind = ?", (kind,)), *tests)
    return Slice([json.loads(each["body"]) for each in cut.docs], cut.newer, cut.older)


def rows(table: str, columns: str, *tests: Test) -> Slice:
    """Rows of a table of ours, `seq` among them."""
    after = _place("after")
    if after:
        found = _found(table, columns, tests, ("seq > ?", (after,)), "ASC")
        if len(found) > SIZE:
            return _slice(found[:SIZE][::-1], newer=True, older=True)
    before = 0 if after else _place("before")
    found = _found(table, columns, tests, ("seq < ?", (before or LAST,)), "DESC")
    return _slice(found[:SIZE], newer=bool(before), older=len(found) > SIZE)


def newest(table: str, columns: str, *tests: Test, most: int) -> list[Doc]:
    """The first of them, and no way to the others."""
    return _found(table, columns, tests, ("seq < ?", (LAST,)), "DESC", most)


def at_most(kind: str, *tests: Test, most: int = ENOUGH) -> str:
    """How many there are, in figures; of many only that they are many."""
    where, values = _where((("kind = ?", (kind,)), *tests))
    sql = f"SELECT count(*) AS n FROM (SELECT 1 FROM doc WHERE {where} LIMIT ?)"  # noqa: S608
    found = int(here().store.rows(sql, *values, most + 1)[0]["n"])
    return f"{most:,}+" if found > most else f"{found:,}"


def asked(**changed: Any) -> str:
    """The address of this list, asked for otherwise, from its beginning."""
    kept = {name: said for name, said in request.args.items() if name not in ("before", "after")}
    wanted = {name: said for name, said in {**kept, **changed}.items() if said}
    return f"{request.path}?{urlencode(wanted)}" if wanted else request.path


def _slice(found: list[Doc], *, newer: bool, older: bool) -> Slice:
    first, last = (found[0]["seq"], found[-1]["seq"]) if found else (0, 0)
    return Slice(
        found,
        asked(after=first) if newer and found else asked() if newer else "",
        asked(before=last) if older else "",
    )


def _found(  # noqa: PLR0913  the parts of one statement
    table: str,
    columns: str,
    tests: tuple[Test, ...],
    place: Test,
    order: str,
    most: int = SIZE + 1,
) -> list[Doc]:
    where, values = _where((*tests, place))
    sql = f"SELECT seq, {columns} FROM {table} WHERE {where} ORDER BY seq {order} LIMIT ?"  # noqa: S608
    return [dict(row) for row in here().store.rows(sql, *values, most)]


def _where(tests: tuple[Test, ...]) -> tuple[str, list[Any]]:
    return " AND ".join(test for test, _ in tests), [value for _, some in tests for value in some]


def _place(name: str) -> int:
    return min(max(0, request.args.get(name, 0, int)), LAST)
