"""What others wrote, made fit to keep: no sign that a database refuses, and no endless text."""

from __future__ import annotations

import re
from typing import Any

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
"""Control characters and halves of characters: PostgreSQL, SMTP or UTF-8 cannot carry them."""


def text(raw: Any, longest: int = 500) -> str:
    """Words to read, cut where they are too long; what is not text is nothing."""
    return UNFIT.sub(" ", str(raw)).strip()[:longest] if isinstance(raw, str | int) else ""


def name(raw: Any, longest: int = 64) -> str | None:
    """An id, a number or an address: taken whole or not at all, for a cut one means another."""
    whole = str(raw) if isinstance(raw, str | int) else ""
    return whole if 0 < len(whole) <= longest and not UNFIT.search(whole) else None


def record(raw: Any) -> dict[str, Any]:
    """An object; what is none is an empty one."""
    return raw if isinstance(raw, dict) else {}


def listed(raw: Any) -> list[Any]:
    """A list; what is none is an empty one."""
    return raw if isinstance(raw, list) else []
