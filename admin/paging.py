"""Long lists, a page at a time, by key: a new row on top never shifts the one you are reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request

from admin.parts import here
from shop.db import session

T = TypeVar("T")

SIZE = 50
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, newest first, and the addresses of those before and after them."""

    rows: list[T]
    newer: str = ""
    older: str = ""


def page(query: sa.Select[T], key: Any, size: int = SIZE) -> Page[T]:
    """The rows below `?after=`, or those just above `?before=`; the newest without either."""
    after, before = _given("after"), _given("before")
    if before is not None:
        rows = _rows(query.where(key > before).order_by(key.asc()), size)
        first, last = len(rows) <= size, False
        rows = rows[:size][::-1]
    else:
        below = query if after is None else query.where(key < after)
        rows = _rows(below.order_by(key.desc()), size)
        first, last = after is None, len(rows) <= size
        rows = rows[:size]
    if not rows:
        return Page([], newer="" if after is None else here())
    name = key.key
    return Page(
        rows,
        newer="" if first else here(before=str(getattr(rows[0], name))),
        older="" if last else here(after=str(getattr(rows[-1], name))),
    )


def _rows(query: sa.Select[T], size: int) -> list[T]:
    return list(session.scalars(query.limit(size + 1)))


def _given(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return None if number is None else max(0, min(number, LARGEST))
