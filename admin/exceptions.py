"""Not open yet."""

from __future__ import annotations

from flask import abort


def index() -> str:
    abort(404)


def show(case_id: int) -> str:
    abort(404)


def contact(case_id: int) -> str:
    abort(404)


def close(case_id: int) -> str:
    abort(404)
