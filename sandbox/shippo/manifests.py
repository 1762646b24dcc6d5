"""Manifests: one form for the driver to scan instead of every label that is handed over."""

from functools import partial
from typing import Any

from flask import Response, jsonify

from sandbox.carriers.services import CARRIERS
from sandbox.clock import DAY_S, seconds, stamp
from sandbox.papers.links import manifest_url
from sandbox.refusals import within, wrong
from sandbox.shippo import addresses
from sandbox.shippo.accounts import account
from sandbox.shippo.fields import anything, check
from sandbox.shippo.pages import page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

NEWEST = 1000  # so many labels are looked through when none are named
REFUSING = {
    "canada_post": "carrier_account_invalid_credentials",
    "couriersplease": "carrier_account_access_denied",
    "fedex": "carrier_account_access_denied",
}
LINES = ("name", "city", "state", "zip")


def create() -> tuple[Response, int]:
    """Unless `async` is false the form is made a moment later. What is wrong with it is told then,
    in `errors`."""
    world, given = here(), asked()
    check(given, dict.fromkeys(("carrier_account", "shipment_date", "address_from"), anything))
    if account(here(), str(given["carrier_account"]), mode()) is None:
        raise wrong(carrier_account="Carrier account with supplied object_id not found.")
    with world.store.change():
        manifest = _opened(world, given)
        if given.get("async") is False:
            settle(world, manifest["object_id"])
            manifest = world.own("manifest", manifest["object_id"], mode())
        else:
            world.agenda.add("manifest", manifest["object_id"], world.settings.async_s)
    return jsonify(_shown(world, manifest)), 201


def index() -> Response:
    return jsonify(page("manifest", default=5, shown=partial(_shown, here())))


def show(object_id: str) -> Response:
    return jsonify(_shown(here(), here().own("manifest", object_id, mode())))


def settle(world: World, object_id: str) -> None:
    with world.store.change():
        manifest = world.store.get("manifest", object_id)
        if manifest is None or manifest["status"] != "QUEUED":
            return
        labels = _labels(world, manifest)
        errors = _errors(world, manifest, labels)
        manifest |= {
            "status": "ERROR" if errors else "SUCCESS",
            "errors": errors,
            "object_updated": world.clock.now(),
        }
        if not errors:
            manifest["transactions"] = [label["object_id"] for label in labels]
            for label in labels:
                world.store.put("transaction", {**label, "_manifest": object_id})
        world.store.put("manifest", manifest)


def _opened(world: World, given: Doc) -> Doc:
    named: Any = given.get("transactions") or []
    if not isinstance(named, list):
        raise wrong(transactions="Expected a list of items.")
    with within("address_from"):
        address = addresses.resolved(world, given["address_from"], mode())
    manifest = {
        **world.born(mode()),
        "status": "QUEUED",
        "carrier_account": str(given["carrier_account"]),
        "shipment_date": str(given["shipment_date"]),
        "address_from": address["object_id"],
        "transactions": list(dict.fromkeys(str(each) for each in named)),
        "documents": [],
        "errors": [],
        "_all": not named,
    }
    return world.store.put("manifest", manifest)


def _labels(world: World, manifest: Doc) -> list[Doc]:
    """Those that were named, or all that still wait for a form and leave from that address."""
    if not manifest["_all"]:
        found = [world.store.get("transaction", each) for each in manifest["transactions"]]
        return [label for label in found if label is not None]
    newest = world.store.find(
        "transaction", status="SUCCESS", test=manifest["test"], span=(NEWEST, 0)
    )
    return [label for label in newest if _waiting(world, manifest, label)]


def _waiting(world: World, manifest: Doc, label: Doc) -> bool:
    if not _fits(manifest, label):
        return False
    shipment = world.store.get("shipment", label["_shipment"]) or {}
    address = world.store.get("address", manifest["address_from"]) or {}
    leaves, day = str(shipment["shipment_date"])[:10], manifest["shipment_date"][:10]
    return bool(shipment["address_from"]["zip"] == address["zip"] and leaves <= day)


def _fits(manifest: Doc, label: Doc) -> bool:
    return (
        label["status"] == "SUCCESS"
        and label["test"] == manifest["test"]
        and label.get("_account") == manifest["carrier_account"]
        and "_manifest" not in label
    )


def _errors(world: World, manifest: Doc, labels: list[Doc]) -> list[str]:
    owner = account(world, manifest["carrier_account"], manifest["test"]) or {}
    carrier = owner.get("carrier", "")
    if carrier in REFUSING:
        return [REFUSING[carrier]]
    if CARRIERS[carrier].says:
        return ["generic_carrier_error"]
    errors = _wrong_address(world.store.get("address", manifest["address_from"]) or {})
    if not _today_or_later(world, manifest["shipment_date"]):
        errors.append("shipment_date_invalid")
    named = len(manifest["transactions"])
    if not manifest["_all"] and (
        len(labels) < named or not all(_fits(manifest, each) for each in labels)
    ):
        errors.append("manifest_invalid_transactions")
    elif not labels:
        errors.append("manifest_no_transactions")
    return errors


def _wrong_address(address: Doc) -> list[str]:
    errors = [f"address_from_missing_{line}" for line in LINES if not address[line]]
    code = str(address["zip"])[:5]
    if address["zip"] and address["country"] == "US" and not (len(code) == 5 and code.isdigit()):
        errors.append("address_from_invalid_zip1")
    return errors


def _today_or_later(world: World, moment: str) -> bool:
    """By the calendar of the sender, who may be a day behind."""
    try:
        return stamp(seconds(moment))[:10] >= stamp(world.clock.time() - DAY_S)[:10]
    except (ValueError, OverflowError):
        return False


def _shown(world: World, manifest: Doc) -> Doc:
    documents = [manifest_url(world, manifest["object_id"])]
    return {
        **public(manifest),
        "documents": documents if manifest["status"] == "SUCCESS" else [],
    }
