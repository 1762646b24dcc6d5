"""One shipment of a batch: taken in, found good or bad, and bought."""

from typing import Any

from sandbox.refusals import Refused
from sandbox.shippo import shipments, transactions
from sandbox.shippo.accounts import account
from sandbox.shippo.addresses import missing
from sandbox.shippo.fields import Checks, anything, complaints, inside, text, up_to
from sandbox.shippo.rates import buyable
from sandbox.store import Doc
from sandbox.world import World

MOST = 10_000
GOOD, BAD = "VALID", ("INVALID", "INCOMPLETE")
SHIPMENT: Checks = {"shipment": inside({}, {})}
SHOWN = (
    *("object_id", "shipment", "transaction", "status", "messages"),
    *("carrier_account", "servicelevel_token", "metadata"),
)
OPTIONAL: Checks = {"carrier_account": anything, "servicelevel_token": up_to(200), "metadata": text}


def listed(value: Any) -> list[Any]:
    """A list of shipments with what is wrong told one by one; its contents are judged later."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return ["Expected a list of items."]
    if len(value) > MOST:
        return [f"Ensure this field has no more than {MOST} elements."]
    found = [complaints(each, SHIPMENT, OPTIONAL) for each in value]
    return found if any(found) else []


def taken_in(world: World, batch: Doc, given: list[Doc]) -> list[str]:
    return [_taken_in(world, batch, each) for each in given]


def validate(world: World, batch: Doc, item: Doc) -> None:
    """Make and rate the shipment: good when the service it wants is among the rates."""
    try:
        _rated(world, batch, item)
    except Refused as refused:
        item |= {"status": "INVALID", "messages": [_message(refused.body)]}
    world.store.put("batch_shipment", item)


def buy(world: World, batch: Doc, item: Doc) -> None:
    """A label for every parcel; that they were bought is written with them, so never twice."""
    rate = world.store.get("rate", item["_rate"]) or {}
    if not buyable(world, rate):
        item |= {"status": "TRANSACTION_FAILED", "messages": [_message("The rate has expired.")]}
    else:
        terms = {"_file_type": batch["_file_type"], "metadata": item["metadata"]}
        bought = transactions.sell(world, rate, terms, later=False)
        item |= {"transaction": bought[0]["object_id"]}
        item["_labels"] = [each["object_id"] for each in bought if each["status"] == "SUCCESS"]
        if len(item["_labels"]) < len(bought):
            said = [message for each in bought for message in each["messages"]]
            item |= {"status": "TRANSACTION_FAILED", "messages": said}
    world.store.put("batch_shipment", item)


def shown(item: Doc) -> Doc:
    return {name: item[name] for name in SHOWN}


def _taken_in(world: World, batch: Doc, given: Doc) -> str:
    item = {
        **world.born(batch["test"]),
        "shipment": None,
        "transaction": None,
        "status": None,
        "messages": [],
        **{name: given.get(name) for name in ("carrier_account", "servicelevel_token")},
        "metadata": str(given.get("metadata") or ""),
        "_given": given["shipment"],
        "_labels": [],
    }
    return str(world.store.put("batch_shipment", item)["object_id"])


def _rated(world: World, batch: Doc, item: Doc) -> None:
    token = item["servicelevel_token"] or batch["default_servicelevel_token"]
    owner = item["carrier_account"] or batch["default_carrier_account"]
    if account(world, str(owner), batch["test"]) is None:
        raise Refused(400, {"carrier_account": ["Carrier account not found."]})
    wanted = {**item["_given"], "carrier_accounts": [owner]}
    opened = shipments.opened(world, wanted, batch["test"])
    shipment = shipments.settle(world, opened["object_id"])
    item["shipment"] = shipment["object_id"]
    lacking = [
        f'Attribute "{side}.{line}" must not be empty.'
        for side in ("address_from", "address_to")
        for line in missing(shipment[side])
    ]
    fitting = [each for each in shipment["rates"] if each["servicelevel"]["token"] == token]
    if lacking:
        item |= {"status": "INCOMPLETE", "messages": [_message(each) for each in lacking]}
    elif not fitting:
        said = shipment["messages"] or [_message(f"{token} is not available for this shipment.")]
        item |= {"status": "INVALID", "messages": said}
    else:
        item |= {"status": GOOD, "messages": [], "_rate": fitting[0]["object_id"]}


def _message(said: Any) -> Doc:
    return {"source": "Shippo", "code": "", "text": "; ".join(_flat(said))}


def _flat(said: Any, path: str = "") -> list[str]:
    """A map of field errors as sentences: `address_to.country: This field is required.`"""
    if isinstance(said, dict):
        parts = [(f"{path}.{name}".strip("."), inner) for name, inner in said.items()]
        return [line for inner_path, inner in parts for line in _flat(inner, inner_path)]
    if isinstance(said, list):
        return [line for inner in said for line in _flat(inner, path)]
    return [f"{path}: {said}" if path else str(said)]
