"""Why a carrier does not quote, and why it does not sell, in words like the real ones."""

from decimal import Decimal

from sandbox.carriers.countries import converted, customs_between
from sandbox.carriers.places import only_by_post
from sandbox.carriers.prices import carries, lane_of
from sandbox.carriers.services import CARRIERS, NO_SERVICE, SERVICES, Carrier
from sandbox.carriers.surcharges import refusal
from sandbox.shippo.accounts import account
from sandbox.shippo.addresses import missing
from sandbox.store import Doc
from sandbox.world import World

EMPTY = 'Attribute "{}" must not be empty.'
NO_CUSTOMS = EMPTY.format("customs_declaration")
NO_CUSTOMS_TO_BUY = "Customs declaration is required for international shipments via the {}"
NO_BOXES = "{} does not deliver to post office boxes or military addresses."
TOO_MUCH = "Parcel weight or count exceeds what this carrier accepts."
INACTIVE = "Carrier account is not active."
UNREGISTERED = (
    "The carrier account is not yet registered. Activate it in the web app to buy labels."
)
NO_ITN = "An AES ITN is required for exports worth more than 2500 USD."
NO_DDP = "USPS does not support the incoterm DDP."
UNBUYABLE = ("dpd_uk",)
DECLARED_TO_QUOTE = ("usps", "dhl_express")
WITHOUT_ITN = Decimal(2500)

LANES = {
    carrier: {service.lane for service in SERVICES if service.carrier == carrier}
    for carrier in CARRIERS
}


def silent(carrier: Carrier, shipment: Doc) -> str:
    """Why this carrier does not quote this shipment; empty when it may."""
    sender, recipient = shipment["address_from"], shipment["address_to"]
    if carrier.says:
        return carrier.says
    for side in ("address_to", "address_from"):
        if not shipment[side]["zip"]:
            return EMPTY.format(f"{side}.zip")
    if lane_of(sender["country"], recipient["country"]) not in LANES[carrier.token]:
        return NO_SERVICE.format(
            name=carrier.name, sender=sender["country"], recipient=recipient["country"]
        )
    if not carrier.boxes and only_by_post(recipient):
        return NO_BOXES.format(carrier.name)
    return _unfit(carrier, shipment)


def unsold(world: World, transaction: Doc, shipment: Doc) -> list[str]:
    """Why this label cannot be had; empty when it can."""
    carrier = transaction["_carrier"]
    rate = world.store.get("rate", transaction["rate"]) or {}
    used = account(world, rate.get("carrier_account", ""), transaction["test"])
    reasons = [UNREGISTERED] if carrier in UNBUYABLE else []
    if used is not None and not used["active"]:
        reasons.append(INACTIVE)
    for side in ("address_from", "address_to"):
        reasons += [EMPTY.format(f"{side}.{line}") for line in missing(shipment[side])]
    if not shipment["address_from"]["email"]:
        reasons.append(EMPTY.format("address_from.email"))
    return reasons + _at_the_border(world, CARRIERS[carrier], shipment)


def _unfit(carrier: Carrier, shipment: Doc) -> str:
    if not carries(carrier.token, shipment["parcels"]):
        return TOO_MUCH
    for extra in (shipment["extra"], *(parcel["extra"] for parcel in shipment["parcels"])):
        if said := refusal(carrier.token, carrier.name, extra):
            return said
    undeclared = _declarable(shipment) and not shipment["customs_declaration"]
    return NO_CUSTOMS if undeclared and carrier.token in DECLARED_TO_QUOTE else ""


def _declarable(shipment: Doc) -> bool:
    return customs_between(shipment["address_from"]["country"], shipment["address_to"]["country"])


def _at_the_border(world: World, carrier: Carrier, shipment: Doc) -> list[str]:
    if shipment["address_from"]["country"] == shipment["address_to"]["country"]:
        return []
    reasons = [
        EMPTY.format(f"{side}.phone")
        for side in ("address_from", "address_to")
        if not shipment[side]["phone"]
    ]
    declaration = shipment["customs_declaration"]
    if not _declarable(shipment):
        return reasons
    if not declaration:
        return [*reasons, NO_CUSTOMS_TO_BUY.format(carrier.name)]
    if carrier.token == "usps" and declaration["incoterm"] == "DDP":  # noqa: S105
        reasons.append(NO_DDP)
    if _needs_an_itn(world, shipment) and declaration["eel_pfc"] != "AES_ITN":
        reasons.append(NO_ITN)
    return reasons


def _needs_an_itn(world: World, shipment: Doc) -> bool:
    """What leaves the United States, except for Canada, is filed from a certain worth on."""
    if shipment["address_from"]["country"] != "US" or shipment["address_to"]["country"] == "CA":
        return False
    items = [
        world.store.get("customs_item", each) or {}
        for each in shipment["customs_declaration"]["items"]
    ]
    worth = sum(
        converted(Decimal(item["value_amount"]), item["value_currency"], "USD") for item in items
    )
    return worth > WITHOUT_ITN
