"""Shipments: from where to where, with what, and the rates the carriers answered with."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify

from sandbox.refusals import REQUIRED, Refused
from sandbox.shippo import addresses, parcels
from sandbox.shippo.pages import created, page
from sandbox.shippo.rates import rate_shipment
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

REQUIRED_FIELDS = ("address_from", "address_to", "parcels")


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
    return jsonify(page("shipment", **created()))


def show(object_id: str) -> Response:
    return jsonify(public(here().own("shipment", object_id, mode())))


def opened(world: World, given: Doc, test: bool) -> Doc:
    """A shipment that nobody has been asked about yet."""
    absent = {field: REQUIRED for field in REQUIRED_FIELDS if not given.get(field)}
    if absent:
        raise Refused(400, absent)
    if not isinstance(given["parcels"], list):
        raise Refused(
            400,
            {
                "parcels": [
                    f'Expected a list of items but got type "{type(given["parcels"]).__name__}".'
                ]
            },
        )
    resolved = _resolved(world, given, test)
    shipment = {
        "carrier_accounts": given.get("carrier_accounts") or [],
        **world.born(test),
        "status": "QUEUED",
        **resolved,
        "shipment_date": given.get("shipment_date") or world.clock.now(),
        "extra": given.get("extra") or {},
        "alternate_address_to": None,
        "customs_declaration": given.get("customs_declaration") or None,
        "rates": [],
        "messages": [],
        "metadata": addresses.short_metadata(given),
        "order": None,
    }
    return world.store.put("shipment", shipment)


def settle(world: World, object_id: str) -> Doc:
    """The carriers have answered."""
    shipment = world.store.get("shipment", object_id)
    if shipment is None or shipment["status"] != "QUEUED":
        return shipment or {}
    with world.store.change():
        rate_shipment(world, shipment)
        shipment["status"] = "SUCCESS"
        shipment["object_updated"] = world.clock.now()
        return world.store.put("shipment", shipment)


def due(world: World, object_id: str) -> None:
    settle(world, object_id)


def _resolved(world: World, given: Doc, test: bool) -> Doc:
    """Addresses and parcels as objects; what is wrong with them, under the field it is wrong in."""
    sender = _nested("address_from", addresses.resolved, (world, given["address_from"], test))
    recipient = _nested("address_to", addresses.resolved, (world, given["address_to"], test))
    back = sender
    if given.get("address_return"):
        back = _nested("address_return", addresses.resolved, (world, given["address_return"], test))
    packed = [
        _nested("parcels", parcels.resolved, (world, parcel, test)) for parcel in given["parcels"]
    ]
    return {
        "address_from": sender,
        "address_to": recipient,
        "address_return": back,
        "parcels": packed,
    }


def _nested(field: str, act: Callable[..., Doc], arguments: tuple[Any, ...]) -> Doc:
    try:
        return act(*arguments)
    except Refused as refused:
        raise Refused(refused.status, {field: [refused.body]})
