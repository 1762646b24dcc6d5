"""What comes of a purchase: a refusal, or a tracking number and a parcel to follow."""

from sandbox.carriers.numbers import tracking_number
from sandbox.carriers.services import CARRIERS
from sandbox.shippo import tracks
from sandbox.shippo.reasons import UNREGISTERED, unsold
from sandbox.store import Doc
from sandbox.world import World

UNBUYABLE_IN_TEST_MODE = {"ups": UNREGISTERED}  # refused by the real one, sold here unless strict


def carry_out(world: World, transaction: Doc) -> None:
    """Settle one transaction for good: SUCCESS with a label, or ERROR with the reasons."""
    shipment = world.store.get("shipment", transaction["_shipment"]) or {}
    reasons = world.weather.refusals(transaction["_carrier"])
    reasons += _not_in_test_mode(world, transaction) + refusals(world, transaction, shipment)
    transaction["object_updated"] = world.clock.now()
    if reasons:
        transaction |= {"status": "ERROR", "messages": reasons}
    else:
        _label(world, transaction, shipment)
    world.store.put("transaction", transaction)


def refusals(world: World, transaction: Doc, shipment: Doc) -> list[Doc]:
    source = CARRIERS[transaction["_carrier"]].source
    reasons = unsold(world, transaction, shipment)
    return [{"source": source, "code": "", "text": reason} for reason in reasons]


def _not_in_test_mode(world: World, transaction: Doc) -> list[Doc]:
    carrier = transaction["_carrier"]
    if not (world.settings.strict and transaction["test"] and carrier in UNBUYABLE_IN_TEST_MODE):
        return []
    source, text = CARRIERS[carrier].source, UNBUYABLE_IN_TEST_MODE[carrier]
    return [{"source": source, "code": "", "text": text}]


def _label(world: World, transaction: Doc, shipment: Doc) -> None:
    rate = world.store.get("rate", transaction["rate"]) or {}
    carrier = transaction["_carrier"]
    number = tracking_number(world.store, carrier, rate["servicelevel"]["token"])
    transaction |= {
        "status": "SUCCESS",
        "tracking_number": number,
        "tracking_url_provider": f"{world.origin}/carriers/{carrier}/{number}",
    }
    tracks.open_for_label(world, transaction, shipment, rate)
    if transaction["order"]:
        _ship(world, transaction)


def _ship(world: World, transaction: Doc) -> None:
    """A label moves the order it was bought for to SHIPPED."""
    order = world.store.get("order", transaction["order"])
    if order is not None:
        order |= {"order_status": "SHIPPED", "object_updated": transaction["object_updated"]}
        order["_transactions"].append(transaction["object_id"])
        world.store.put("order", order)
