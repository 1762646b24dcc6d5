"""Not open yet."""

from __future__ import annotations

from flask import abort


def index() -> str:
    abort(404)


def show(parcel_id: int) -> str:
    abort(404)


def label(parcel_id: int) -> str:
    abort(404)


def buy(parcel_id: int) -> str:
    abort(404)
