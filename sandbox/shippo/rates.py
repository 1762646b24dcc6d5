"""Rates: one for every service that quoted, and the noise of those that did not."""

from decimal import Decimal

from flask import Response, jsonify

from sandbox.carriers.countries import IN_DOLLARS, converted
from sandbox.carriers.prices import attributes, marked_up, quotes
from sandbox.carriers.services import BY_TOKEN, known
from sandbox.clock import DAY_S, seconds
from sandbox.refusals import absent, not_a_choice, wrong
from sandbox.shippo.accounts import accounts, image_url, second
from sandbox.shippo.pages import envelope
from sandbox.shippo.reasons import INACTIVE, silent
from sandbox.store import Doc
from sandbox.weather import Offer
from sandbox.world import World, here, mode

LIFE_S = 7 * DAY_S
KEPT_S = 390 * DAY_S
OUT_OF_REACH = "No service fits this shipment."


def show(object_id: str) -> Response:
    return jsonify(kept(here(), "rate", object_id))


def of_shipment(object_id: str) -> Response:
    return jsonify(envelope(kept(here(), "shipment", object_id)["rates"]))


def in_currency(object_id: str, currency: str) -> Response:
    """The same rates, told to the recipient in another money."""
    money = currency.upper()
    if money not in IN_DOLLARS:
        raise wrong(currency_code=not_a_choice(currency))
    found = [_told_in(money, rate) for rate in kept(here(), "shipment", object_id)["rates"]]
    return jsonify(envelope(found))


def kept(world: World, kind: str, object_id: str) -> Doc:
    """Shipments and their rates are gone after 390 days."""
    found = world.own(kind, object_id, mode())
    if world.clock.time() - seconds(found["object_created"]) > KEPT_S:
        raise absent()
    return found


def rate_shipment(world: World, shipment: Doc) -> None:
    """Ask every carrier account the shipment is open to; quotes become rates, refusals messages."""
    asked = [(account, _silent(account, shipment)) for account in _open_to(world, shipment)]
    quoted = _offers(shipment, [account for account, why in asked if not why])
    offers, struck = world.weather.over(quoted)
    marks = attributes([quote for quote, _ in offers])
    shipment["rates"] = [
        world.store.put("rate", _rate(world, shipment, offer, mark))
        for offer, mark in zip(offers, marks, strict=True)
    ]
    quoting = {account["object_id"] for _, account in offers}
    shipment["messages"] = [
        {
            "source": known(account["carrier"]).source,
            **struck.get(account["carrier"], {"code": "", "text": why or OUT_OF_REACH}),
        }
        for account, why in asked
        if account["object_id"] not in quoting
    ]


def buyable(world: World, rate: Doc) -> bool:
    young = world.clock.time() - seconds(rate["object_created"]) < LIFE_S
    return young and not world.weather.gone(rate)


def carrier_of(rate: Doc) -> str:
    """The carrier's token; a rate itself only tells its display name."""
    return BY_TOKEN[rate["servicelevel"]["token"]].carrier


def _open_to(world: World, shipment: Doc) -> list[Doc]:
    """The accounts that were named, or all that are active but Shippo's second of a carrier.

    A fresh test account quotes each service once, though it lists two accounts of UPS.
    """
    named = shipment["carrier_accounts"]
    return [
        account
        for account in accounts(world, shipment["test"])
        if (account["object_id"] in named if named else account["active"] and not second(account))
    ]


def _silent(account: Doc, shipment: Doc) -> str:
    return silent(known(account["carrier"]), shipment) if account["active"] else INACTIVE


def _offers(shipment: Doc, asked: list[Doc]) -> list[Offer]:
    """One quote of each service from each account; what is dearer for its account comes last."""
    if not asked:
        return []
    found = quotes(
        shipment["address_from"], shipment["address_to"], shipment["parcels"], shipment["extra"]
    )
    offers = [
        (marked_up(quote, Decimal(account["_factor"])), account)
        for quote in found
        for account in asked
        if account["carrier"] == quote.service.carrier
    ]
    return sorted(offers, key=lambda offer: offer[1]["_factor"] != "1")


def _told_in(money: str, rate: Doc) -> Doc:
    amount = converted(Decimal(rate["amount"]), rate["currency"], money)
    return {**rate, "amount_local": f"{amount:.2f}", "currency_local": money}


def _rate(world: World, shipment: Doc, offer: Offer, marks: list[str]) -> Doc:
    quote, account = offer
    service, carrier = quote.service, known(quote.service.carrier)
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
        "carrier_account": account["object_id"],
        "test": shipment["test"],
        "zone": str(quote.zone),
        "included_insurance_price": None if quote.insurance is None else f"{quote.insurance:.2f}",
    }
