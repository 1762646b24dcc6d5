"""Not open yet."""

from __future__ import annotations

from flask import abort


def lookup() -> str:
    abort(404)
