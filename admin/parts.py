"""A page, or for live.js only the part of it that lives; and the addresses of a list's views."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from werkzeug.datastructures import MultiDict

PLACES = ("after", "before", "part")


def answer(page: str, /, *fragments: str, **values: Any) -> str:
    """Render a page; asked by live.js, only the fragment it names (`?part=`), else the first."""
    if not fragment_wanted():
        return render_template(page, **values)
    wanted = f"_{request.args.get('part', '')}.html"
    fragment = next((name for name in fragments if name.endswith(wanted)), fragments[0])
    return render_template(fragment, **values)


def fragment_wanted() -> bool:
    """Whether only a part of the page is asked for."""
    return "HX-Request" in request.headers or "part" in request.args


def here(**changes: str) -> str:
    """This page's address with its filters, changed as told; an empty value takes one away.

    A new filter begins at the first page again: the place in the list is not kept.
    """
    kept = MultiDict((k, v) for k, v in request.args.items(multi=True) if k not in PLACES)
    return _address(kept, changes)


def itself(**changes: str) -> str:
    """This very page, its place in the list too: what a live part asks for."""
    kept = MultiDict((k, v) for k, v in request.args.items(multi=True) if k != "part")
    return _address(kept, changes)


def _address(kept: MultiDict[str, str], changes: dict[str, str]) -> str:
    for name, value in changes.items():
        kept[name] = value
    query = urlencode([(name, value) for name, value in kept.items(multi=True) if value])
    return f"{request.path}?{query}" if query else request.path
