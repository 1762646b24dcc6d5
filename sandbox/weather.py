"""The state of the world: which journey of it is on, since when, and whom it strikes."""

import math
import time
from decimal import Decimal

from sandbox.carriers.prices import Quote, marked_up
from sandbox.carriers.services import CARRIERS
from sandbox.clock import Clock
from sandbox.store import Doc, Store

CALM = "calm"
JOURNEYS = {
    CALM: "Nothing is amiss: ends what is on in the world, and rates that were gone are back.",
    "carrier_down": "One carrier (`carrier`, usps) does not answer: it quotes nothing and sends"
    " carrier_timeout, and buying its older rates ends in an ERROR inside the 201.",
    "half_refuse": "Every second carrier that would quote refuses with Hard: Too Many Requests.",
    "rate_gone": "Every rate quoted until now is unknown when it is bought; quoted again, the"
    " same service costs the same.",
    "price_up_4": "Every rate quoted until now is unknown when it is bought, and new quotes are"
    " 4 % dearer.",
    "price_up_40": "Every rate quoted until now is unknown when it is bought, and new quotes are"
    " 40 % dearer.",
    "service_gone": "Every rate quoted until now is unknown when it is bought, and one service"
    " (`service`, else the cheapest of each shipment) is not quoted any more.",
    "storm_429": "Every call to Shippo is answered 429 in plain text for so many real `seconds`"
    " (30), every third with Retry-After.",
    "no_webhooks": "No webhook of Shippo's is sent; the log keeps them as withheld.",
}
STALE = frozenset({"rate_gone", "price_up_4", "price_up_40", "service_gone"})
DEARER = {"price_up_4": Decimal("1.04"), "price_up_40": Decimal("1.40")}
STORM_S = 30.0
TIMEOUT = "The carrier did not answer in time. Please try again later."
THROTTLED = "Hard: Too Many Requests"

Offer = tuple[Quote, Doc]
Struck = dict[str, Doc]  # carriers that stay out because of the weather, and what they say


class Weather:
    """One journey of the world at a time; it survives a restart."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._on: Doc = store.noted("weather") or self._begun(CALM, {})

    def begin(self, name: str, given: Doc) -> Doc:
        self._on = self._begun(name, given)
        self._store.note("weather", self._on)
        return self.shown()

    def shown(self) -> Doc:
        on = self._current()
        told = {name: value for name, value in on.items() if not name.startswith("_")}
        if on["name"] == "storm_429":
            told["seconds_left"] = round(on["_until"] - time.time(), 1)
        return told | {"does": JOURNEYS[on["name"]]}

    def over(self, offers: list[Offer]) -> tuple[list[Offer], Struck]:
        """What is left of the offers and at which price, and who refused."""
        on = self._current()
        struck = self._struck(on, [quote.service.carrier for quote, _ in offers])
        factor = DEARER.get(on["name"], Decimal(1))
        left = [
            (marked_up(quote, factor), account)
            for quote, account in offers
            if quote.service.carrier not in struck
        ]
        if on["name"] == "service_gone" and left:
            gone = on["service"] or min(left, key=_price)[0].service.token
            left = [offer for offer in left if offer[0].service.token != gone]
        return left, struck

    def gone(self, rate: Doc) -> bool:
        on = self._current()
        return on["name"] in STALE and rate["object_created"] < on["since"]

    def refusals(self, carrier: str) -> list[Doc]:
        """Why nothing can be bought from this carrier now, as Shippo's messages tell it."""
        said = self._struck(self._current(), [carrier]).get(carrier)
        return [{"source": CARRIERS[carrier].source, **said}] if said else []

    def storm(self) -> dict[str, str] | None:
        """The headers of the 429 that every call gets while the storm lasts."""
        on = self._current()
        if on["name"] != "storm_429":
            return None
        with self._store.change():
            on["_struck"] += 1
            self._store.note("weather", on)
            left = max(1, math.ceil(on["_until"] - time.time()))
            return {"Retry-After": str(left)} if on["_struck"] % 3 == 0 else {}

    @property
    def withholds(self) -> bool:
        return bool(self._current()["name"] == "no_webhooks")

    def _begun(self, name: str, given: Doc) -> Doc:
        on: Doc = {"name": name, "since": self._clock.now()}
        if name == "carrier_down":
            on["carrier"] = given.get("carrier") or "usps"
        if name == "service_gone":
            on["service"] = given.get("service") or None
        if name == "storm_429":
            length = float(given.get("seconds") or STORM_S)
            on |= {"seconds": length, "_until": time.time() + length, "_struck": 0}
        return on

    def _current(self) -> Doc:
        """A storm passes by itself."""
        if self._on["name"] == "storm_429" and time.time() >= self._on["_until"]:
            self.begin(CALM, {})
        return self._on

    def _struck(self, on: Doc, quoting: list[str]) -> Struck:
        if on["name"] == "carrier_down" and on["carrier"] in quoting:
            return {on["carrier"]: {"code": "carrier_timeout", "text": TIMEOUT}}
        if on["name"] == "half_refuse":
            every = [carrier for carrier in CARRIERS if carrier in quoting]
            return {carrier: {"code": "", "text": THROTTLED} for carrier in every[1::2]}
        return {}


def _price(offer: Offer) -> Decimal:
    return offer[0].amount
