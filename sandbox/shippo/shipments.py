"""Shipments: from where to where, with what, and the rates the carriers answered with."""

from typing import Any

from flask import Response, jsonify

from sandbox.clock import DAY_S, seconds, stamp
from sandbox.refusals import Refused, within, wrong
from sandbox.shippo import addresses, customs_declarations, parcels, rates
from sandbox.shippo.accounts import accounts
from sandbox.shippo.extras import SHIPMENT
from sandbox.shippo.fields import EMPTY, Checks, anything, check, moment, text, truth
from sandbox.shippo.pages import created, page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

NEEDED: Checks = dict.fromkeys(("address_from", "address_to", "parcels"), anything)
OPTIONAL: Checks = {
    "extra": SHIPMENT,
    "metadata": text,
    "shipment_date": moment,
    "async": truth,
}
LONGEST_RANGE_S = 90 * DAY_S


def create() -> tuple[Response, int]:
    world, given = here(), asked()
    with world.store.change():
        shipment = opened(world, given, mode())
        if given.get("async") is True:
            world.agenda.add("shipment", shipment["object_id"], world.settings.async_s)
        else:
            shipment = settle(world, shipment["object_id"])
    return jsonify(public(shipment)), 201


def index() -> Response:
    """At most 90 days at a time, and nothing older than 390."""
    where = created()
    _not_too_long(where)
    oldest = stamp(here().clock.time() - rates.KEPT_S)
    where["created__gte"] = max(oldest, where.get("created__gte", ""))
    return jsonify(page("shipment", **where))


def show(object_id: str) -> Response:
    return jsonify(public(rates.kept(here(), "shipment", object_id)))


def opened(world: World, given: Doc, test: bool) -> Doc:
    """A shipment that nobody has been asked about yet."""
    check(given, NEEDED, OPTIONAL)
    chosen = _known_accounts(world, given, test)
    shipment = {
        "carrier_accounts": chosen,
        **world.born(test),
        "status": "QUEUED",
        **_resolved(world, given, test),
        "shipment_date": given.get("shipment_date") or world.clock.now(),
        "extra": given.get("extra") or {},
        "alternate_address_to": None,
        "customs_declaration": _declaration(world, given, test),
        "rates": [],
        "messages": [],
        "metadata": str(given.get("metadata") or ""),
        "order": None,
    }
    return world.store.put("shipment", shipment)


def settle(world: World, object_id: str) -> Doc:
    """The carriers have answered."""
    shipment = world.store.get("shipment", object_id)
    if shipment is None or shipment["status"] != "QUEUED":
        return shipment or {}
    with world.store.change():
        rates.rate_shipment(world, shipment)
        shipment["status"] = "SUCCESS"
        shipment["object_updated"] = world.clock.now()
        return world.store.put("shipment", shipment)


def due(world: World, object_id: str) -> None:
    settle(world, object_id)


def _resolved(world: World, given: Doc, test: bool) -> Doc:
    """Addresses and parcels as objects; what is wrong with them, under the field it is wrong in."""
    packed = _listed(given, "parcels")
    found: Doc = {}
    for side in ("address_from", "address_to", "address_return"):
        with within(side):
            whose = given.get(side, "")
            own = whose not in EMPTY
            found[side] = addresses.resolved(world, whose, test) if own else found["address_from"]
    with within("parcels"):
        found["parcels"] = [parcels.resolved(world, parcel, test) for parcel in packed]
    return found


def _declaration(world: World, given: Doc, test: bool) -> Doc | None:
    if not given.get("customs_declaration"):
        return None
    with within("customs_declaration"):
        return customs_declarations.resolved(world, given["customs_declaration"], test)


def _known_accounts(world: World, given: Doc, test: bool) -> list[str]:
    chosen = _listed(given, "carrier_accounts")
    known = {account["object_id"] for account in accounts(world, test)} if chosen else set()
    for each in chosen:
        if str(each) not in known:
            raise wrong(carrier_accounts=f"Carrier account with object_id {each} not found.")
    return chosen


def _listed(given: Doc, name: str) -> list[Any]:
    value = [] if given.get(name) in EMPTY else given[name]
    if not isinstance(value, list):
        kind = type(value).__name__
        raise Refused(400, {name: [f'Expected a list of items but got type "{kind}".']})
    return value


def _not_too_long(where: dict[str, Any]) -> None:
    """A lower bound alone reaches until now."""
    now = here().clock.now()
    lower = where.get("created__gt") or where.get("created__gte")
    upper = where.get("created__lt") or where.get("created__lte") or now
    if lower and seconds(upper) - seconds(lower) > LONGEST_RANGE_S:
        raise wrong(object_created="The range must not be longer than 90 days.")
