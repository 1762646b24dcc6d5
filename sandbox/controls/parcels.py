"""Parcels: scans, now or later."""

from uuid import uuid4

from flask import Response, jsonify

from sandbox.controls.asking import number_of
from sandbox.controls.clock import LONGEST_ADVANCE_H
from sandbox.shippo.scans import scan
from sandbox.store import Doc
from sandbox.world import World, asked, here


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
