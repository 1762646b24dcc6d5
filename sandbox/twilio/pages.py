"""Texts a page at a time, newest first, as Twilio's client walks through them."""

import re
from typing import Any
from urllib.parse import urlencode

from flask import request

from sandbox.clock import seconds
from sandbox.store import Doc
from sandbox.twilio.texts import shown

USUAL, MOST = 50, 1000
TOKEN = re.compile(r"P([AB])SM0*(\d{1,30})")


def page(found: list[Doc]) -> Doc:
    """One page. A token names where it goes on, so that new or deleted texts move nothing."""
    wanted = [text for text in found if _wanted(text)]
    size = min(MOST, max(1, request.args.get("PageSize", USUAL, int)))
    number = max(0, request.args.get("Page", 0, int))
    begin = _begin(wanted, number, size)
    some = wanted[begin : begin + size]
    forward = _token("A", some[-1]) if begin + size < len(wanted) else ""
    back = _token("B", some[0]) if begin and some else ""
    return {
        "end": number * size + max(0, len(some) - 1),
        "first_page_uri": _uri(size, 0),
        "next_page_uri": _uri(size, number + 1, forward) if forward else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": _uri(size, max(0, number - 1), back) if back else None,
        "messages": [shown(text) for text in some],
        "start": number * size,
        "uri": _uri(size, number, request.args.get("PageToken", "")),
    }


def _begin(wanted: list[Doc], number: int, size: int) -> int:
    named = TOKEN.fullmatch(request.args.get("PageToken", ""))
    if named is None:
        return number * size
    edge = int(named[2])
    if named[1] == "A":
        return len([text for text in wanted if text["serial"] >= edge])
    return max(0, len([text for text in wanted if text["serial"] > edge]) - size)


def _token(way: str, text: Doc) -> str:
    return f"P{way}SM{text['serial']:032d}"


def _uri(size: int, number: int, token: str = "") -> str:
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in ("Page", "PageSize", "PageToken")
    }
    place: dict[str, Any] = {"PageSize": size, "Page": number}
    query = urlencode({**kept, **place, **({"PageToken": token} if token else {})})
    return f"{request.path}?{query}"


def _wanted(text: Doc) -> bool:
    asked, when = request.args, str(text["sent"] or text["object_created"])
    return (
        asked.get("To", text["to"]) == text["to"]
        and asked.get("From", text["from"]) == text["from"]
        and when.startswith(asked.get("DateSent", "")[:10])
        and _compared(when, asked.get("DateSent>", "")) >= 0
        and _compared(when, asked.get("DateSent<", "")) <= 0
    )


def _compared(when: str, bound: str) -> float:
    """Later is more than zero. A bare date is the whole of its day; no bound is always met."""
    if not bound:
        return 0
    if len(bound) <= 10:
        return (when[:10] > bound) - (when[:10] < bound)
    try:
        return seconds(when) - seconds(bound)
    except ValueError:
        return 0
