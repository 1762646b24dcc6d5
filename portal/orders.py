"""Not open yet."""

from __future__ import annotations

from flask import abort


def home() -> str:
    abort(404)


def index() -> str:
    abort(404)


def show(number: str) -> str:
    abort(404)
