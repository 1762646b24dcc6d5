"""What comes of a purchase: a refusal, or a tracking number and a parcel to follow."""

from sandbox.carriers.numbers import tracking_number
from sandbox.carriers.services import CARRIERS
from sandbox.shippo import tracks
from sandbox.shippo.addresses import missing
from sandbox.store import Doc
from sandbox.world import World

UNBUYABLE = {
    "dpd_uk": "The carrier account is not yet registered. Activate it in the web app to buy labels."
}


def carry_out(world: World, transaction: Doc) -> None:
    """Settle one transaction for good: SUCCESS with a label, or ERROR with the reasons."""
    shipment = world.store.get("shipment", transaction["_shipment"]) or {}
    reasons = refusals(transaction, shipment)
    transaction["object_updated"] = world.clock.now()
    if reasons:
        transaction |= {"status": "ERROR", "messages": reasons}
    else:
        _label(world, transaction, shipment)
    world.store.put("transaction", transaction)


def refusals(transaction: Doc, shipment: Doc) -> list[Doc]:
    carrier = transaction["_carrier"]
    reasons = [UNBUYABLE[carrier]] if carrier in UNBUYABLE else []
    for side in ("address_from", "address_to"):
        reasons += [
            f'Attribute "{side}.{line}" must not be empty.' for line in missing(shipment[side])
        ]
    if not shipment["address_from"]["email"]:
        reasons.append('Attribute "address_from.email" must not be empty.')
    return [{"source": CARRIERS[carrier].source, "code": "", "text": reason} for reason in reasons]


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
