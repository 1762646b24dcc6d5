"""Not open yet."""

from __future__ import annotations

from flask import abort


def login() -> str:
    abort(404)


def logout() -> str:
    abort(404)


def register() -> str:
    abort(404)
