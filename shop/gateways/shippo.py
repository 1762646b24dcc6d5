"""What we ask of Shippo, in their words; shop/gateways/answers.py reads what they say.

What the API really does, where it differs from its documentation, and why we buy the way we do:
docs/shippo.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from shop.gateways import answers, http, plain
from shop.gateways.errors import RateGone, Rejected, Unavailable, Unsure
from shop.values import (
    Address,
    CarrierAccount,
    Instalabel,
    LabelFormat,
    Package,
    Rate,
    RateAnswer,
    Snapshot,
    ToldRefund,
    Transaction,
)

VERSION = "2018-02-08"
READ_S = 10.0
PAGES = 5
MM_PER_CM = Decimal(10)
NOT_SOLD = re.compile(r"\brate\b.*\bnot found\b", re.IGNORECASE)
"""What Shippo says of a rate it does not sell any more; its words are not documented."""

FILE_TYPES = {
    LabelFormat.PDF_4X6: "PDF_4x6",
    LabelFormat.PDF_A4: "PDF_A4",
    LabelFormat.PDF_LETTER: "PDF",
    LabelFormat.PNG: "PNG",
    LabelFormat.ZPL: "ZPLII",
}
"""What Shippo calls them; a carrier that cannot make one sends another, which the bytes tell."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Shippo:
    """The few calls we make. `ready` is asked before each: it refuses at a bad moment."""

    token: str
    url: str
    ready: Callable[[], None]
    rates_deadline_s: float = 8
    purchase_deadline_s: float = 75

    def rates(
        self, sender: Address, to: Address, package: Package, within_s: float | None = None
    ) -> RateAnswer:
        """Ask every carrier what this parcel costs. Spends nothing. Cheapest first.

        `within_s` is for who has less time left than `rates_deadline_s`.
        """
        body = {
            "address_from": _address(sender),
            "address_to": _address(to),
            "parcels": [_parcel(package)],
            "async": False,
        }
        raw = self._json("POST", "/shipments", body, deadline=within_s or self.rates_deadline_s)
        found = answers.readable(answers.rate, raw.get("rates"))
        return RateAnswer(
            shipment=plain.name(raw.get("object_id")) or "",
            rates=sorted(found, key=lambda offer: offer.price.minor),
            messages=answers.messages(raw),
        )

    def buy(
        self, rate_id: str, reference: str, form: LabelFormat = LabelFormat.PDF_4X6
    ) -> Transaction:
        """Spend money on a label, once: one POST, no retry. `reference` is written on it.

        Raises Unavailable only when nothing was sent, Rejected when Shippo said no (RateGone when
        it does not know the rate), and Unsure for everything else: it may be bought.
        """
        try:
            return self._buy({"rate": rate_id}, reference, form)
        except Rejected as error:
            if error.code == "400" and NOT_SOLD.search(str(error)):
                raise RateGone(str(error), error.code) from error
            raise

    def buy_single(
        self,
        wanted: Instalabel,
        sender: Address,
        reference: str,
        form: LabelFormat = LabelFormat.PDF_4X6,
    ) -> Transaction:
        """The same by a single call, without asking for rates: what it costs, the answer tells."""
        shipment = {
            "address_from": _address(sender),
            "address_to": _address(wanted.to),
            "parcels": [_parcel(wanted.package)],
        }
        body = {
            "shipment": shipment,
            "carrier_account": wanted.account,
            "servicelevel_token": wanted.service,
        }
        return self._buy(body, reference, form)

    def _buy(self, what: dict[str, Any], reference: str, form: LabelFormat) -> Transaction:
        how = {"async": True, "label_file_type": FILE_TYPES[form], "metadata": reference}
        answer = self._call(
            "POST", "/transactions", what | how, deadline=self.purchase_deadline_s, spends=True
        )
        return _spent(answers.transaction, answer)

    def rate(self, object_id: str) -> Rate:
        return answers.read(answers.rate, self._json("GET", f"/rates/{quote(object_id, safe='')}"))

    def carrier_accounts(self) -> list[CarrierAccount]:
        """Every active account labels can be bought on, with the services it sells."""
        pages = self._paged(
            "/carrier_accounts?service_levels=true&results=100", answers.carrier_account
        )
        return [account for page in pages for account in page if account is not None]

    def transaction(self, object_id: str) -> Transaction:
        return answers.read(
            answers.transaction, self._json("GET", f"/transactions/{quote(object_id, safe='')}")
        )

    def transactions_of(self, rate_id: str) -> list[Transaction]:
        """Every label Shippo lists for a rate. An empty list proves nothing: lists lag."""
        listed = self._listed(f"/transactions?rate={quote(rate_id, safe='')}&results=100")
        return [told for page in listed for told in page]

    def transactions_since(self, moment: datetime) -> Iterator[list[Transaction]]:
        """Every label bought since, newest first, a page a call. `moment` is world time."""
        since = quote(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), safe="")
        return self._listed(f"/transactions?object_created_gte={since}&results=100")

    def _listed(self, path: str) -> Iterator[list[Transaction]]:
        return self._paged(path, answers.transaction)

    def _paged(self, path: str, turn: Callable[[dict[str, Any]], T]) -> Iterator[list[T]]:
        """Page by page; of an endless list only so many."""
        where = path.partition("?")[0]
        for _ in range(PAGES):
            page = self._json("GET", path)
            yield answers.readable(turn, page.get("results"))
            following = page.get("next")
            if not isinstance(following, str) or not following:
                return
            path = f"{where}?{following.partition('?')[2]}"

    def refund(self, transaction_id: str) -> ToldRefund:
        """Ask for a label's money back, once: one POST, no retry. The label is void from then on.

        Raises Unavailable only when nothing was sent, Rejected when Shippo said no, and Unsure for
        everything else: it may have been asked.
        """
        body = {"transaction": transaction_id, "async": False}
        answer = self._call(
            "POST", "/refunds", body, deadline=self.purchase_deadline_s, spends=True
        )
        return _spent(answers.refund, answer)

    def refund_of(self, object_id: str) -> ToldRefund:
        return answers.read(
            answers.refund, self._json("GET", f"/refunds/{quote(object_id, safe='')}")
        )

    def refunds(self) -> Iterator[list[ToldRefund]]:
        """Every refund, newest first, a page a call: Shippo has no other way to find one."""
        return self._paged("/refunds/?results=100", answers.refund)

    def track(self, carrier: str, number: str) -> Snapshot:
        """What Shippo knows of any carrier's number."""
        path = f"/tracks/{quote(carrier, safe='')}/{quote(number, safe='')}"
        return answers.read(answers.snapshot, self._json("GET", path))

    def follow(self, carrier: str, number: str) -> Snapshot:
        """Have Shippo tell us of a number it did not sell, from now on; and what it knows now.

        Each time it is asked, it tells once more. Raises Unavailable only when nothing was sent,
        Rejected when Shippo said no, and Unsure for everything else: it may be registered.
        """
        body = {"carrier": carrier, "tracking_number": number}
        answer = self._call("POST", "/tracks", body, spends=True)
        return _spent(answers.snapshot, answer)

    def webhooks(self) -> list[answers.Registration]:
        raw = self._json("GET", "/webhooks?results=100")
        return answers.readable(answers.registration, raw.get("results"))

    def look(self) -> tuple[list[answers.Registration], datetime | None]:
        """Every webhook registered with this key, and the time it is at Shippo."""
        answer = self._call("GET", "/webhooks?results=100")
        try:
            told = answers.readable(answers.registration, answer.json.get("results"))
        except answers.UNREADABLE as error:
            raise Unavailable("answered something we cannot read") from error
        return told, http.dated(answer)

    def register(self, event: str, url: str, *, test: bool) -> None:
        """Ask to be told of `event` at `url`."""
        body = {"event": event, "url": url, "active": True, "is_test": test}
        self._json("POST", "/webhooks", body)

    def unregister(self, object_id: str) -> None:
        self._call("DELETE", f"/webhooks/{quote(object_id, safe='')}")

    def _json(
        self, method: str, path: str, body: dict[str, Any] | None = None, deadline: float = READ_S
    ) -> dict[str, Any]:
        answer = self._call(method, path, body, deadline=deadline)
        try:
            raw = answer.json
        except ValueError as error:
            raise Unavailable("answered something that is not JSON") from error
        if not isinstance(raw, dict):
            raise Unavailable("answered something we cannot read")
        return raw

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        deadline: float = READ_S,
        spends: bool = False,
    ) -> http.Answer:
        self.ready()
        headers = {"Authorization": f"ShippoToken {self.token}", "Shippo-API-Version": VERSION}
        request = requests.Request(method, self.url.rstrip("/") + path, headers=headers, json=body)
        return http.call(request, deadline, spends=spends)


def _spent(turn: Callable[[dict[str, Any]], T], answer: http.Answer) -> T:
    """Read the answer to what was sent once: where it cannot be read, it may have been done."""
    try:
        return turn(answer.json)
    except answers.UNREADABLE as error:
        raise Unsure(f"answered {answer.status}, but not readably") from error


def _address(address: Address) -> dict[str, Any]:
    return {**address.to_json(), "is_residential": None}


def _parcel(package: Package) -> dict[str, str]:
    sides = {"length": package.length_mm, "width": package.width_mm, "height": package.height_mm}
    return {
        **{side: str(Decimal(mm) / MM_PER_CM) for side, mm in sides.items()},
        "distance_unit": "cm",
        "weight": str(package.weight_g),
        "mass_unit": "g",
    }
