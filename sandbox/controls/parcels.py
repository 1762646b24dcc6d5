"""Parcels: where they are and what is planned for them; scans, now or later."""

from uuid import uuid4

from flask import Response, jsonify, request

from sandbox.carriers.services import TRACKED
from sandbox.carriers.statuses import STATUSES
from sandbox.controls.asking import number_of, one_of
from sandbox.controls.clock import LONGEST_ADVANCE_H
from sandbox.journeys import under_way
from sandbox.shippo import tracks
from sandbox.shippo.scans import scan
from sandbox.store import Doc
from sandbox.world import World, asked, here

SIZE = 25
BRIEFLY = ("name", "seed", "speed", "began", "next")


def parcels() -> Response:
    """Newest first, 25 to a page, which `?page=` turns; of a `number`, `status` or `carrier`."""
    world = here()
    page = int(number_of(dict(request.args), "page", 1, 1, 10**6))
    asked_for = {
        "number": request.args.get("number"),
        "tracking": one_of(request.args, "status", STATUSES),
        "carrier": one_of(request.args, "carrier", sorted(TRACKED)),
    }
    where: Doc = {column: value for column, value in asked_for.items() if value}
    found = world.store.find("track", span=(SIZE, (page - 1) * SIZE), **where)
    return jsonify([_brief(world, track) for track in found])


def parcel(number: str) -> Response:
    return jsonify(told(here(), number))


def told(world: World, number: str) -> Doc:
    """One parcel with everything its journey has planned."""
    track = tracks.by_number(world, number)
    journey = under_way(world, track)
    return _brief(world, track) | {"journey": journey, "history": track["tracking_history"]}


def _brief(world: World, track: Doc) -> Doc:
    last = track["tracking_status"] or {}
    label = world.store.get("transaction", track["transaction"]) if track["transaction"] else None
    journey = under_way(world, track)
    return {
        "number": track["tracking_number"],
        "carrier": track["carrier"],
        "service": track["servicelevel"]["name"],
        "test": track["test"],
        "status": last.get("status", "UNKNOWN"),
        "substatus": (last.get("substatus") or {}).get("code"),
        "place": last.get("location"),
        "details": last.get("status_details"),
        "last_scan": last.get("status_date"),
        "eta": track["eta"],
        "original_eta": track["original_eta"],
        "journey": journey and {name: journey[name] for name in BRIEFLY},
        "transaction": track["transaction"],
        "metadata": (label or track)["metadata"],
    }


def parcel_scan(number: str) -> Response:
    """One scan now; or, with `in_hours`, when the sandbox's clock gets there."""
    world, given = here(), asked()
    if given.get("in_hours") is None:
        return jsonify(scan(world, number, given))
    hours = number_of(given, "in_hours", None, 0, LONGEST_ADVANCE_H)
    del given["in_hours"]
    planned: Doc = {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "number": number,
        "scan": given,
    }
    with world.store.change():
        world.store.put("planned", planned)
        world.agenda.add("scan", planned["object_id"], hours * 3600, clock="world")
    return jsonify(planned=given, in_hours=hours)


def planned_scan(world: World, ref: str) -> None:
    planned = world.store.get("planned", ref)
    if planned is not None:
        scan(world, planned["number"], planned["scan"])
        world.store.drop("planned", ref)
