"""Shippo's API, address by address, and what becomes due in it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint

from sandbox import auth
from sandbox.agenda import Acts
from sandbox.shippo import (
    accounts,
    addresses,
    batch_rounds,
    batches,
    carrier_templates,
    customs_declarations,
    customs_items,
    live_rates,
    lookups,
    manifests,
    orders,
    parcels,
    pickups,
    platform_accounts,
    rates,
    refunds,
    registrations,
    shipments,
    storm,
    tracks,
    transactions,
    user_templates,
)
from sandbox.shippo.limits import Limits
from sandbox.shippo.versions import known_version
from sandbox.world import World

AFTER_THE_QUOTE: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("/orders/<object_id>/packingslip", "GET", orders.packing_slip),
    ("/pickups", "POST", pickups.create),
    ("/batches", "POST", batches.create),
    ("/batches/<object_id>", "GET", batches.show),
    ("/batches/<object_id>/add_shipments", "POST", batches.add),
    ("/batches/<object_id>/remove_shipments", "POST", batches.remove),
    ("/batches/<object_id>/purchase", "POST", batches.purchase),
    ("/live-rates", "POST", live_rates.create),
    ("/shippo-accounts", "GET", platform_accounts.refuse),
    ("/shippo-accounts", "POST", platform_accounts.refuse),
)


def blueprint() -> Blueprint:
    bp = Blueprint("shippo", __name__)
    bp.before_request(storm.strike)
    bp.before_request(auth.token_holders)
    bp.before_request(known_version)
    bp.before_request(Limits().check)
    for path, noun in (
        ("addresses", addresses),
        ("parcels", parcels),
        ("customs/items", customs_items),
        ("customs/declarations", customs_declarations),
        ("shipments", shipments),
        ("transactions", transactions),
        ("refunds", refunds),
        ("orders", orders),
        ("manifests", manifests),
        ("webhooks", registrations),
        ("carrier_accounts", accounts),
        ("user-parcel-templates", user_templates),
    ):
        bp.add_url_rule(f"/{path}", f"{path}_create", noun.create, methods=["POST"])
        bp.add_url_rule(f"/{path}", f"{path}_index", noun.index)
        bp.add_url_rule(f"/{path}/<object_id>", f"{path}_show", noun.show)
    for path, method, view in AFTER_THE_QUOTE:
        bp.add_url_rule(path, f"{method} {path}", view, methods=[method])
    for method, act in (("PUT", registrations.replace), ("DELETE", registrations.delete)):
        bp.add_url_rule("/webhooks/<object_id>", f"webhooks_{method}", act, methods=[method])
    bp.add_url_rule("/shipments/<object_id>/rates", "shipments_rates", rates.of_shipment)
    bp.add_url_rule(
        "/shipments/<object_id>/rates/<currency>", "rates_in_currency", rates.in_currency
    )
    bp.add_url_rule("/rates/<object_id>", "rates_show", rates.show)
    bp.add_url_rule("/addresses/<object_id>/validate", "addresses_validate", addresses.validate)
    bp.add_url_rule("/v2/addresses/validate", "lookups_validate", lookups.validate)
    bp.add_url_rule("/tracks", "tracks_create", tracks.create, methods=["POST"])
    bp.add_url_rule("/tracks/<carrier>/<number>", "tracks_show", tracks.show)
    bp.add_url_rule(
        "/carrier_accounts/<object_id>", "accounts_replace", accounts.replace, methods=["PUT"]
    )
    bp.add_url_rule("/carrier_accounts/reg-status", "accounts_status", accounts.registration)
    for method, change in (("PUT", user_templates.replace), ("DELETE", user_templates.delete)):
        path = "/user-parcel-templates/<object_id>"
        bp.add_url_rule(path, f"user_templates_{method}", change, methods=[method])
    bp.add_url_rule("/parcel-templates", "carrier_templates_index", carrier_templates.index)
    bp.add_url_rule("/parcel-templates/<token>", "carrier_templates_show", carrier_templates.show)
    return bp


def acts(world: World) -> Acts:
    return {
        "shipment": partial(shipments.due, world),
        "transaction": partial(transactions.settle, world),
        "refund": partial(refunds.settle, world),
        "manifest": partial(manifests.settle, world),
        batch_rounds.JUDGING: partial(batch_rounds.validate, world),
        batch_rounds.BUYING: partial(batch_rounds.purchase, world),
    }
