"""Not open yet."""

from __future__ import annotations

from flask import abort


def edit() -> str:
    abort(404)
