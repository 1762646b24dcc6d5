"""The carriers' own public pages: a parcel, its scans, and a word that this is a sandbox."""

from flask import Response, redirect


def home() -> Response:
    return redirect("/_sandbox/")  # type: ignore[return-value]


def page(carrier: str, number: str) -> tuple[str, int]:
    return "", 404
