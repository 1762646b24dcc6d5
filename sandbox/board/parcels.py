"""Parcels: every label sold and every number registered here, newest first, and where each is."""

from typing import Any

from flask import render_template, request

from sandbox.board import journeys, progress, slices, words
from sandbox.board.slices import Test
from sandbox.carriers.services import CARRIERS
from sandbox.carriers.statuses import STATUSES
from sandbox.papers.links import label_url
from sandbox.shippo.scans import TROUBLE, next_code
from sandbox.store import Doc
from sandbox.world import World, here

TROUBLES = tuple((code, words.short(code)) for code in TROUBLE)
MOST_FOUND = 500
# By the number, by what was noted when it was registered, by what was noted on its label; the plus
# keeps SQLite to the short index of numbers.
FOUND = """seq IN (
SELECT seq FROM (SELECT seq FROM doc WHERE kind = 'track' AND number IS NOT NULL
 AND instr(number, ?) ORDER BY +seq DESC LIMIT ?)
UNION SELECT seq FROM (SELECT seq FROM doc WHERE kind = 'track' AND metadata IS NOT NULL
 AND instr(lower(metadata), ?) LIMIT ?)
UNION SELECT seq FROM doc WHERE kind = 'track' AND number IN (SELECT number FROM doc
 WHERE kind = 'transaction' AND metadata IS NOT NULL AND instr(lower(metadata), ?) LIMIT ?))"""


def index() -> str:
    world, status, carrier = here(), _chosen("status", STATUSES), request.args.get("carrier", "")
    sought = request.args.get("q", "").strip()
    found = slices.documents("track", *_tests(status, carrier, sought))
    return render_template(
        "parcels.html",
        parcels=[shown(world, track) for track in found.docs],
        found=found,
        tabs=_tabs(status, counted=not sought),
        carriers=[(token, each.name) for token, each in CARRIERS.items()],
        carrier=carrier,
        sought=sought,
        troubles=TROUBLES,
        plays=journeys.of_parcels(),
    )


def shown(world: World, track: Doc) -> Doc:
    carrier, number, last = track["carrier"], track["tracking_number"], track["tracking_status"]
    label = world.store.get("transaction", track["transaction"]) if track["transaction"] else None
    return {
        "number": number,
        "carrier": carrier,
        "carrier_name": carrier_name(carrier),
        "carrier_page": f"/carriers/{carrier}/{number}",
        "service": track["servicelevel"]["name"],
        "from": words.place(track["address_from"]),
        "to": words.place(track["address_to"]),
        "label": label_url(world, label) if label else "",
        "metadata": (label or {}).get("metadata") or track["metadata"],
        "mark": words.mark(last),
        "last": last,
        "place": words.place(last["location"]) if last else "",
        "steps": progress.steps(track),
        "created": track["object_created"],
        "live": not track["test"],
        "next": words.short(code) if (code := next_code(track)) else "",
        "play": journeys.on_parcel(world, track),
    }


def carrier_name(token: str) -> str:
    return CARRIERS[token].name if token in CARRIERS else token.replace("_", " ").title()


def _tests(status: str, carrier: str, sought: str) -> list[Test]:
    tests: list[Test] = []
    if status:
        tests.append(("tracking = ?", (status,)))
    if carrier:
        tests.append(("carrier = ?", (carrier,)))
    if sought:
        number, noted = "".join(sought.split()).upper(), sought.lower()
        tests.append((FOUND, (number, MOST_FOUND, noted, MOST_FOUND, noted, MOST_FOUND)))
    return tests


def _tabs(status: str, *, counted: bool) -> list[Doc]:
    names = {"": "All", "UNKNOWN": "Not scanned"} | {
        each: words.PLAIN[each] for each in STATUSES if each != "UNKNOWN"
    }
    return [
        {
            "name": name,
            "to": slices.asked(status=each),
            "on": each == status,
            "count": slices.at_most("track", *_tests(each, "", "")) if counted else "",
        }
        for each, name in names.items()
    ]


def _chosen(name: str, choices: Any) -> str:
    said = request.args.get(name, "")
    return said if said in choices else ""
