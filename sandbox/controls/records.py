"""What happened here: labels sold, calls received."""

import json

from flask import Response, jsonify, request

from sandbox.clock import seconds, stamp
from sandbox.controls.asking import last_asked
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import World, here

CHUNK = 2000  # lines read in one go; whoever buys meanwhile waits for one of them
# SQLite itself writes the lines: the ledger is always whole, and may be long.
LINE = """
    SELECT seq, json_object(
        'object_id', id, 'rate', rate, 'order', json_extract(body, '$.order'),
        'tracking_number', number, 'metadata', json_extract(body, '$.metadata'), 'status', status,
        'carrier', json_extract(body, '$._carrier'), 'amount', json_extract(body, '$._amount'),
        'created', created) AS line
    FROM doc WHERE kind = 'transaction' AND created >= ?
    AND +status IN ('QUEUED', 'SUCCESS', 'REFUNDPENDING', 'REFUNDED', 'REFUNDREJECTED')"""


def ledger() -> Response:
    """All of it, or the `last` so many, or what was sold `since` a moment."""
    since = _since()
    last = last_asked()
    found = _newest(here(), since, last) if last else _all(here(), since)
    return Response(f"[{','.join(found)}]", mimetype="application/json")


def sold(world: World, most: int) -> list[Doc]:
    """The last labels sold, oldest first. One that was refused was not sold."""
    return [json.loads(line) for line in _newest(world, "", most)]


def requests_made() -> Response:
    """Oldest first: of a `method`, of a `path`, the `last` so many, `since` a moment."""
    asked = request.args
    found = here().journal.lines(
        asked.get("method", ""), asked.get("path", ""), since=_since(), last=last_asked()
    )
    return jsonify(found)


def _newest(world: World, since: str, last: int) -> list[str]:
    found = world.store.rows(f"{LINE} ORDER BY seq DESC LIMIT ?", since, last)
    return [row["line"] for row in reversed(found)]


def _all(world: World, since: str) -> list[str]:
    lines: list[str] = []
    seen = 0
    while True:
        found = world.store.rows(f"{LINE} AND seq > ? ORDER BY seq LIMIT ?", since, seen, CHUNK)
        lines += [row["line"] for row in found]
        if len(found) < CHUNK:
            return lines
        seen = found[-1]["seq"]


def _since() -> str:
    text = request.args.get("since", "")
    try:
        return stamp(seconds(text)) if text else ""
    except ValueError:
        raise Refused(400, {"error": "`since` is not a moment such as 2027-03-12T09:30:00Z"})
