"""Not open yet."""

from __future__ import annotations

from flask import abort


def show() -> str:
    abort(404)


def put(slug: str) -> str:
    abort(404)
