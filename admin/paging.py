"""Long lists, a page at a time, by key: a new row on top never shifts the one you are reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request

from admin.parts import here
from shop.db import UTCDateTime, session

T = TypeVar("T")

SIZE = 50
LARGEST = 2**31 - 1
BETWEEN = "~"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, newest first, and the addresses of those before and after them."""

    rows: list[T]
    newer: str = ""
    older: str = ""


def page(query: sa.Select[T], *keys: Any, size: int = SIZE) -> Page[T]:
    """The rows below `?after=`, or those just above `?before=`; the newest without either.

    `keys` are columns by which rows are put in order; together they tell any two apart.
    """
    after, before, place = _given("after", keys), _given("before", keys), sa.tuple_(*keys)
    if before is not None:
        rows = _rows(query.where(place > before).order_by(*(key.asc() for key in keys)), size)
        first, last = len(rows) <= size, False
        rows = rows[:size][::-1]
    else:
        below = query if after is None else query.where(place < after)
        rows = _rows(below.order_by(*(key.desc() for key in keys)), size)
        first, last = after is None, len(rows) <= size
        rows = rows[:size]
    if not rows:
        return Page([], newer="" if after is None else here())
    return Page(
        rows,
        newer="" if first else here(before=_place(rows[0], keys)),
        older="" if last else here(after=_place(rows[-1], keys)),
    )


def _rows(query: sa.Select[T], size: int) -> list[T]:
    return list(session.scalars(query.limit(size + 1)))


def _place(row: Any, keys: Sequence[Any]) -> str:
    """Where a row stands, as an address says it."""
    values = (getattr(row, key.key) for key in keys)
    return BETWEEN.join(v.isoformat() if isinstance(v, datetime) else str(v) for v in values)


def _given(name: str, keys: Sequence[Any]) -> Any:
    """A place in the list as the address has it, or None where it has none that can be."""
    parts = request.args.get(name, "").split(BETWEEN)
    try:
        values = [_read(text, key) for text, key in zip(parts, keys, strict=True)]
    except (ValueError, OverflowError):
        return None
    return sa.tuple_(*values)


def _read(text: str, key: Any) -> Any:
    value: int | str | datetime = text
    if isinstance(key.type, UTCDateTime):
        value = datetime.fromisoformat(text).astimezone(UTC)
    elif isinstance(key.type, sa.Integer):
        value = max(0, min(int(text), LARGEST))
    return sa.literal(value, key.type)
