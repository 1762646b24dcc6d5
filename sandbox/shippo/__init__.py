"""Shippo's API, address by address, and what becomes due in it."""

from functools import partial

from flask import Blueprint

from sandbox import auth
from sandbox.agenda import Acts
from sandbox.shippo import (
    accounts,
    addresses,
    parcels,
    rates,
    refunds,
    registrations,
    shipments,
    tracks,
    transactions,
)
from sandbox.world import World


def blueprint() -> Blueprint:
    bp = Blueprint("shippo", __name__)
    bp.before_request(auth.token_holders)
    for path, noun in (
        ("addresses", addresses),
        ("parcels", parcels),
        ("shipments", shipments),
        ("transactions", transactions),
        ("refunds", refunds),
        ("webhooks", registrations),
    ):
        bp.add_url_rule(f"/{path}", f"{path}_create", noun.create, methods=["POST"])
        bp.add_url_rule(f"/{path}", f"{path}_index", noun.index)
        bp.add_url_rule(f"/{path}/<object_id>", f"{path}_show", noun.show)
    for method, act in (("PUT", registrations.replace), ("DELETE", registrations.delete)):
        bp.add_url_rule("/webhooks/<object_id>", f"webhooks_{method}", act, methods=[method])
    bp.add_url_rule("/shipments/<object_id>/rates", "shipments_rates", rates.of_shipment)
    bp.add_url_rule("/rates/<object_id>", "rates_show", rates.show)
    bp.add_url_rule("/tracks", "tracks_create", tracks.create, methods=["POST"])
    bp.add_url_rule("/tracks/<carrier>/<number>", "tracks_show", tracks.show)
    bp.add_url_rule("/carrier_accounts", "accounts_index", accounts.index)
    bp.add_url_rule("/carrier_accounts/<object_id>", "accounts_show", accounts.show)
    return bp


def acts(world: World) -> Acts:
    return {
        "shipment": partial(shipments.due, world),
        "transaction": partial(transactions.settle, world),
        "refund": partial(refunds.settle, world),
    }
