"""Not open yet."""

from __future__ import annotations

from flask import abort


def address() -> str:
    abort(404)


def delivery() -> str:
    abort(404)


def review() -> str:
    abort(404)
