"""Not open yet."""

from __future__ import annotations

from flask import abort


def index() -> str:
    abort(404)
