"""Not open yet."""

from __future__ import annotations

from flask import abort


def order(token: str) -> str:
    abort(404)


def lookup() -> str:
    abort(404)


def parcel(token: str) -> str:
    abort(404)


def carrier(token: str) -> str:
    abort(404)
