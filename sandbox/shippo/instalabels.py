"""Labels bought in one call: the shipment is made and rated on the way."""

from sandbox.refusals import within, wrong
from sandbox.shippo import shipments
from sandbox.shippo.accounts import account
from sandbox.shippo.fields import anything, check
from sandbox.store import Doc
from sandbox.world import World, mode

FIELDS = ("shipment", "carrier_account", "servicelevel_token")
CORE = (
    *("object_id", "amount", "amount_local", "currency", "currency_local"),
    *("provider", "carrier_account"),
)


def rate(world: World, given: Doc) -> Doc:
    """The rate of the wanted service for the shipment that was sent along."""
    check(given, dict.fromkeys(FIELDS, anything))
    if account(world, str(given["carrier_account"]), mode()) is None:
        raise wrong(carrier_account="Carrier account with supplied object_id not found.")
    shipment = _shipment(world, given)
    token = given["servicelevel_token"]
    fitting = [each for each in shipment["rates"] if each["servicelevel"]["token"] == token]
    if not fitting:
        raise wrong(servicelevel_token=f"{token} is not available for this shipment.")
    found: Doc = fitting[0]
    return found


def core(rate: Doc) -> Doc:
    """The short form of a rate that the answer carries."""
    level = rate["servicelevel"]
    return {
        **{name: rate[name] for name in CORE},
        "servicelevel_name": level["name"],
        "servicelevel_token": level["token"],
    }


def _shipment(world: World, given: Doc) -> Doc:
    if not isinstance(given["shipment"], dict):
        raise wrong(shipment="Expected a shipment.")
    wanted = {**given["shipment"], "carrier_accounts": [given["carrier_account"]]}
    with within("shipment"):
        opened = shipments.opened(world, wanted, mode())
    return shipments.settle(world, opened["object_id"])
