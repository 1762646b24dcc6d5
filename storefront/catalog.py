"""Not open yet."""

from __future__ import annotations

from flask import abort


def home() -> str:
    abort(404)


def products() -> str:
    abort(404)


def product(slug: str) -> str:
    abort(404)
