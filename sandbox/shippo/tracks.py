"""Tracks: Shippo's test numbers, labels sold here, and the numbers of strangers.

The real test mode refuses to track its own labels, and so does this one when it is strict.
Otherwise, as an extension, they move.
"""

from hashlib import sha256

from flask import Response, jsonify

from sandbox.carriers.services import TRACKED
from sandbox.clock import DAY_S, seconds, stamp
from sandbox.refusals import REQUIRED, Refused, wrong
from sandbox.shippo.addresses import short_metadata
from sandbox.shippo.magic import NUMBERS, fixture
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

FIELDS = (
    *("carrier", "tracking_number", "address_from", "address_to", "eta", "original_eta"),
    *("servicelevel", "metadata", "tracking_status", "tracking_history", "transaction"),
    *("messages", "test"),
)
TELLING_OF_PACKAGES = ("ups", "fedex")


def create() -> Response:
    """Register a number. Every further registration adds one more notice of each scan."""
    given = asked()
    absent = {field: REQUIRED for field in ("carrier", "tracking_number") if not given.get(field)}
    if absent:
        raise Refused(400, absent)
    carrier, number = str(given["carrier"]), str(given["tracking_number"])
    if carrier == "shippo":
        return jsonify(_magic(number))
    world, metadata = here(), short_metadata(given)
    with world.store.change():
        track = _found(world, carrier, number) or _strange(world, carrier, number)
        track["metadata"] = metadata or track["metadata"]
        track["_registrations"] += 1
        if given.get("include_package_details") is True and carrier in TELLING_OF_PACKAGES:
            track["_package"] = _package(world, track)
        keep(world, track)
    return jsonify(shown(track))


def show(carrier: str, number: str) -> Response:
    if carrier == "shippo":
        return jsonify(_magic(number))
    return jsonify(shown(_found(here(), carrier, number) or _strange(here(), carrier, number)))


def open_for_label(world: World, transaction: Doc, shipment: Doc, rate: Doc) -> None:
    """A label is tracked from the day it is sold, without anybody asking."""
    track = _blank(
        world, transaction["_carrier"], transaction["tracking_number"], transaction["test"]
    )
    eta = seconds(transaction["object_created"]) + DAY_S * (rate["estimated_days"] or 1)
    level = rate["servicelevel"]
    track |= {
        "address_from": _coarse(shipment["address_from"]),
        "address_to": _coarse(shipment["address_to"]),
        "servicelevel": {"token": level["token"], "name": level["name"]},
        "transaction": transaction["object_id"],
        "eta": stamp(eta),
        "original_eta": stamp(eta),
        "_registrations": 1,
    }
    keep(world, track)


def by_number(world: World, number: str) -> Doc:
    """The newest track of a number, whatever its carrier and mode."""
    found = world.store.find("track", number=number, span=(1, 0))
    if not found:
        raise Refused(
            404, {"error": f"no parcel with the number {number} was sold or registered here"}
        )
    return found[0]


def movable(world: World, track: Doc) -> None:
    """In strict test mode no carrier ever scans anything, so no control may either."""
    if world.settings.strict and track["test"]:
        said = (
            "strict: in Shippo's test mode a label stays UNKNOWN; start without --strict to move it"
        )
        raise Refused(400, {"error": said})


def keep(world: World, track: Doc) -> None:
    """Write the track, and the headline on the label it belongs to."""
    world.store.put("track", track)
    label = world.store.get("transaction", track["transaction"]) if track["transaction"] else None
    if label is not None and track["tracking_status"]:
        world.store.put(
            "transaction", {**label, "tracking_status": track["tracking_status"]["status"]}
        )


def shown(track: Doc) -> Doc:
    """Before its first scan a label has no status; a stranger's number is not known."""
    told = {field: track[field] for field in FIELDS}
    if not track["transaction"] and not track["tracking_history"]:
        told["tracking_status"] = _unknown(track)
    return {**told, **track.get("_package", {})}


def _unknown(track: Doc) -> Doc:
    return {
        "object_created": track["object_created"],
        "object_id": sha256(track["object_id"].encode()).hexdigest()[:32],
        "object_updated": track["object_updated"],
        "status": "UNKNOWN",
        "substatus": None,
        "status_date": None,
        "status_details": "The carrier does not know this number.",
        "location": None,
    }


def _magic(number: str) -> Doc:
    if number not in NUMBERS:
        raise Refused(
            400,
            {"detail": f"{number} is not a valid test tracking number. Please use a mock number"},
        )
    return fixture(here().clock.time(), number)


def _found(world: World, carrier: str, number: str) -> Doc | None:
    if world.settings.strict and mode():
        said = f"{carrier} is not a valid test tracking carrier. Please use 'shippo'"
        raise Refused(400, {"detail": said})
    if carrier not in TRACKED:
        raise Refused(400, {"detail": f"{carrier} is not a valid tracking carrier."})
    return world.store.get("track", _key(carrier, number, mode()))


def _strange(world: World, carrier: str, number: str) -> Doc:
    """A number the carrier has never heard of."""
    if not (number.isalnum() and 6 <= len(number) <= 40):
        raise wrong(tracking_number=f"{number} is not a valid tracking number.")
    return _blank(world, carrier, number, mode())


def _blank(world: World, carrier: str, number: str, test: bool) -> Doc:
    return {
        **world.born(test),
        "object_id": _key(carrier, number, test),
        "carrier": carrier,
        "tracking_number": number,
        "address_from": None,
        "address_to": None,
        "eta": None,
        "original_eta": None,
        "servicelevel": {"token": None, "name": None},
        "metadata": None,
        "tracking_status": None,
        "tracking_history": [],
        "transaction": None,
        "messages": [],
        "_registrations": 0,
    }


def _package(world: World, track: Doc) -> Doc:
    """What the carrier measured, as lists; only a parcel sold here has a size."""
    label = world.store.get("transaction", track["transaction"] or "") or {}
    parcel = world.store.get("parcel", label.get("parcel", ""))
    if parcel is None:
        return {"weight": [], "dimensions": []}
    sides = {side: parcel[side] for side in ("length", "width", "height")}
    return {
        "weight": [{"value": parcel["weight"], "unit": parcel["mass_unit"]}],
        "dimensions": [{**sides, "unit": parcel["distance_unit"]}],
    }


def _key(carrier: str, number: str, test: bool) -> str:
    return f"{carrier}:{number}:{'test' if test else 'live'}"


def _coarse(address: Doc) -> Doc:
    return {line: address[line] for line in ("city", "state", "zip", "country")}
