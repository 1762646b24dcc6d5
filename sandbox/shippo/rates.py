"""Rates: one for every service that quoted, and the noise of those that did not."""

from flask import Response, jsonify

from sandbox.carriers.prices import Quote, attributes, carries, quotes
from sandbox.carriers.services import CARRIERS, NO_SERVICE, Carrier
from sandbox.clock import seconds
from sandbox.shippo.accounts import account, account_id, image_url
from sandbox.shippo.pages import envelope
from sandbox.store import Doc
from sandbox.world import World, here, mode

LIFE_S = 7 * 24 * 3600
NO_CUSTOMS = 'Attribute "customs_declaration" must not be empty.'


def show(object_id: str) -> Response:
    return jsonify(here().own("rate", object_id, mode()))


def of_shipment(object_id: str) -> Response:
    return jsonify(envelope(here().own("shipment", object_id, mode())["rates"]))


def rate_shipment(world: World, shipment: Doc) -> None:
    """Ask every carrier account the shipment is open to; quotes become rates, refusals messages."""
    asked = _asked(shipment)
    found = [quote for quote in _quotes(shipment) if quote.service.carrier in asked]
    shipment["rates"] = [
        world.store.put("rate", _rate(world, shipment, quote, marks))
        for quote, marks in zip(found, attributes(found), strict=True)
    ]
    quoting = {quote.service.carrier for quote in found}
    silent = [CARRIERS[carrier] for carrier in asked if carrier not in quoting]
    shipment["messages"] = [
        {"source": carrier.source, "code": "", "text": _reason(carrier, shipment)}
        for carrier in silent
    ]


def buyable(world: World, rate: Doc) -> bool:
    return world.clock.time() - seconds(rate["object_created"]) < LIFE_S


def carrier_of(rate: Doc) -> str:
    """The carrier's token; a rate itself only tells its display name."""
    found = account(rate["carrier_account"], rate["test"])
    return str(found["carrier"]) if found else ""


def _asked(shipment: Doc) -> list[str]:
    chosen = shipment["carrier_accounts"]
    return [
        carrier
        for carrier, known in CARRIERS.items()
        if not chosen
        or any(account_id(carrier, n, shipment["test"]) in chosen for n in range(known.accounts))
    ]


def _quotes(shipment: Doc) -> list[Quote]:
    sender, recipient = shipment["address_from"], shipment["address_to"]
    crosses = sender["country"] != recipient["country"]
    if (
        not recipient["zip"]
        or not sender["zip"]
        or (crosses and not shipment["customs_declaration"])
    ):
        return []
    return quotes(sender, recipient, shipment["parcels"])


def _reason(carrier: Carrier, shipment: Doc) -> str:
    """Why this one stayed out, in words as unhelpful as the real ones."""
    sender, recipient = shipment["address_from"], shipment["address_to"]
    if carrier.says:
        return carrier.says
    if not recipient["zip"]:
        return 'Attribute "address_to.zip" must not be empty.'
    if not carries(carrier.token, shipment["parcels"]):
        return "Parcel weight or count exceeds what this carrier accepts."
    if (
        carrier.token in ("usps", "dhl_express")
        and sender["country"] == "US" != recipient["country"]
    ):
        return NO_CUSTOMS
    return NO_SERVICE.format(
        name=carrier.name, sender=sender["country"], recipient=recipient["country"]
    )


def _rate(world: World, shipment: Doc, quote: Quote, marks: list[str]) -> Doc:
    service, carrier = quote.service, CARRIERS[quote.service.carrier]
    born = world.born(shipment["test"])
    return {
        "object_created": born["object_created"],
        "object_id": born["object_id"],
        "object_owner": born["object_owner"],
        "shipment": shipment["object_id"],
        "attributes": marks,
        "amount": f"{quote.amount:.2f}",
        "currency": quote.currency,
        "amount_local": f"{quote.amount_local:.2f}",
        "currency_local": quote.currency_local,
        "provider": carrier.name,
        "provider_image_75": image_url(carrier.token, 75),
        "provider_image_200": image_url(carrier.token, 200),
        "servicelevel": {
            "name": service.name,
            "token": service.token,
            "terms": "",
            "extended_token": service.token,
            "parent_servicelevel": None,
            "display_name": None,
        },
        "estimated_days": quote.days,
        "arrives_by": service.arrives_by,
        "duration_terms": service.terms,
        "messages": [],
        "carrier_account": account_id(carrier.token, 0, shipment["test"]),
        "test": shipment["test"],
        "zone": str(quote.zone),
        "included_insurance_price": None,
    }
