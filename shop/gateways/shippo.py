"""Shippo, in our words: the only file that speaks theirs.

What the API really does, where it differs from its documentation, and why we buy the way we do:
docs/shippo.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

import requests

from shop.carriers import CARRIERS, carrier_of
from shop.gateways import http, plain
from shop.gateways.errors import RateGone, Rejected, Unavailable, Unsure
from shop.values import (
    Address,
    CarrierAccount,
    Instalabel,
    LabelFormat,
    Money,
    Package,
    Rate,
    RateAnswer,
    RefundStatus,
    Scan,
    Service,
    Snapshot,
    ToldRefund,
    TrackingStatus,
    Transaction,
    TransactionStatus,
)

log = logging.getLogger(__name__)

VERSION = "2018-02-08"
READ_S = 10.0
PAGES = 5
MM_PER_CM = Decimal(10)
DEAREST = 1_000_000_00
LONGEST_DAYS = 365
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

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A webhook as Shippo keeps it."""

    id: str
    event: str
    url: str
    active: bool
    test: bool | None


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
        found = _readable(rate, raw.get("rates"))
        return RateAnswer(
            shipment=plain.name(raw.get("object_id")) or "",
            rates=sorted(found, key=lambda offer: offer.price.minor),
            messages=_messages(raw),
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
        try:
            return transaction(answer.json)
        except UNREADABLE as error:
            raise Unsure(f"answered {answer.status}, but not readably") from error

    def rate(self, object_id: str) -> Rate:
        return _read(rate, self._json("GET", f"/rates/{quote(object_id, safe='')}"))

    def carrier_accounts(self) -> list[CarrierAccount]:
        """Every active account labels can be bought on, with the services it sells."""
        pages = self._paged("/carrier_accounts?service_levels=true&results=100", carrier_account)
        return [account for page in pages for account in page if account is not None]

    def transaction(self, object_id: str) -> Transaction:
        return _read(transaction, self._json("GET", f"/transactions/{quote(object_id, safe='')}"))

    def transactions_of(self, rate_id: str) -> list[Transaction]:
        """Every label Shippo lists for a rate. An empty list proves nothing: lists lag."""
        listed = self._listed(f"/transactions?rate={quote(rate_id, safe='')}&results=100")
        return [told for page in listed for told in page]

    def transactions_since(self, moment: datetime) -> Iterator[list[Transaction]]:
        """Every label bought since, newest first, a page a call. `moment` is world time."""
        since = quote(moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), safe="")
        return self._listed(f"/transactions?object_created_gte={since}&results=100")

    def _listed(self, path: str) -> Iterator[list[Transaction]]:
        return self._paged(path, transaction)

    def _paged(self, path: str, turn: Callable[[dict[str, Any]], T]) -> Iterator[list[T]]:
        """Page by page; of an endless list only so many."""
        where = path.partition("?")[0]
        for _ in range(PAGES):
            page = self._json("GET", path)
            yield _readable(turn, page.get("results"))
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
        try:
            return refund(answer.json)
        except UNREADABLE as error:
            raise Unsure(f"answered {answer.status}, but not readably") from error

    def refund_of(self, object_id: str) -> ToldRefund:
        return _read(refund, self._json("GET", f"/refunds/{quote(object_id, safe='')}"))

    def refunds(self) -> Iterator[list[ToldRefund]]:
        """Every refund, newest first, a page a call: Shippo has no other way to find one."""
        return self._paged("/refunds/?results=100", refund)

    def track(self, carrier: str, number: str) -> Snapshot:
        """What Shippo knows of any carrier's number."""
        path = f"/tracks/{quote(carrier, safe='')}/{quote(number, safe='')}"
        return _read(snapshot, self._json("GET", path))

    def follow(self, carrier: str, number: str) -> Snapshot:
        """Have Shippo tell us of a number it did not sell, from now on; and what it knows now.

        Each time it is asked, it tells once more. Raises Unavailable only when nothing was sent,
        Rejected when Shippo said no, and Unsure for everything else: it may be registered.
        """
        body = {"carrier": carrier, "tracking_number": number}
        answer = self._call("POST", "/tracks", body, spends=True)
        try:
            return snapshot(answer.json)
        except UNREADABLE as error:
            raise Unsure(f"answered {answer.status}, but not readably") from error

    def webhooks(self) -> list[Registration]:
        raw = self._json("GET", "/webhooks?results=100")
        return _readable(registration, raw.get("results"))

    def look(self) -> tuple[list[Registration], datetime | None]:
        """Every webhook registered with this key, and the time it is at Shippo."""
        answer = self._call("GET", "/webhooks?results=100")
        try:
            told = _readable(registration, answer.json.get("results"))
        except UNREADABLE as error:
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


def _read(turn: Callable[[dict[str, Any]], T], raw: dict[str, Any]) -> T:
    try:
        return turn(raw)
    except UNREADABLE as error:
        raise Unavailable("answered something we cannot read") from error


def _readable(turn: Callable[[dict[str, Any]], T], raw: Any) -> list[T]:
    """Those we can read; one that we cannot must not hide the others."""
    found = []
    for part in plain.listed(raw):
        try:
            found.append(turn(part))
        except UNREADABLE:
            log.warning("one entry of Shippo's list could not be read")
    return found


def rate(raw: dict[str, Any]) -> Rate:
    """One offer, from Shippo's words. One at an impossible price is no offer."""
    service, provider = plain.record(raw.get("servicelevel")), plain.text(raw["provider"], 80)
    token = plain.text(service.get("token"), 80)
    finer = plain.text(service.get("extended_token"), 80) or token
    price, days = Money.of(raw["amount"], raw["currency"]), raw.get("estimated_days")
    if not 0 <= price.minor <= DEAREST:
        raise ValueError("nobody delivers at this price")
    return Rate(
        id=_id(raw),
        carrier=carrier_of(token, provider)[:40],
        carrier_name=provider,
        service=finer,
        service_name=plain.text(service.get("name"), 120) or finer,
        price=price,
        days=days if isinstance(days, int) and 0 <= days <= LONGEST_DAYS else None,
        arrives_by=plain.name(raw.get("arrives_by"), 8),
    )


def transaction(raw: dict[str, Any]) -> Transaction:
    """A label, from Shippo's words. A status we do not know is OTHER, never a failure."""
    priced = raw.get("rate")
    word = plain.text(raw.get("status"), 40)
    return Transaction(
        id=_id(raw),
        status=_word(TransactionStatus, word, TransactionStatus.OTHER),
        rate=plain.name(priced.get("object_id") if isinstance(priced, dict) else priced),
        metadata=plain.text(raw.get("metadata"), 200),
        tracking_number=plain.name(raw.get("tracking_number")),
        tracking_url=plain.name(raw.get("tracking_url_provider"), 500),
        label_url=plain.name(raw.get("label_url"), 2000),
        messages=_messages(raw),
        raw_status=word,
        created=moment(raw.get("object_created")),
        price=_price(priced),
    )


def carrier_account(raw: dict[str, Any]) -> CarrierAccount | None:
    """An account, from Shippo's words; None for one that is switched off or sells nothing."""
    levels = [plain.record(level) for level in plain.listed(raw.get("service_levels"))]
    sold = [
        (plain.text(level.get("token"), 80), plain.text(level.get("name"), 120)) for level in levels
    ]
    services = tuple(Service(token=token, name=name or token) for token, name in sold if token)
    if raw.get("active") is False or not services:
        return None
    carrier = plain.text(raw["carrier"], 40)
    known = CARRIERS.get(carrier)
    return CarrierAccount(
        id=_id(raw),
        carrier=carrier,
        carrier_name=plain.text(raw.get("carrier_name"), 80) or (known.name if known else carrier),
        services=services,
    )


def refund(raw: dict[str, Any]) -> ToldRefund:
    """A refund, from Shippo's words. A status we do not know is OTHER, never a refusal."""
    return ToldRefund(
        id=_id(raw),
        transaction=plain.name(raw.get("transaction")) or "",
        status=_word(RefundStatus, raw.get("status"), RefundStatus.OTHER),
    )


def snapshot(raw: dict[str, Any]) -> Snapshot:
    """Everything a Track says, from Shippo's words."""
    status = raw.get("tracking_status")
    events = plain.listed(raw.get("tracking_history"))
    return Snapshot(
        carrier=plain.text(raw.get("carrier"), 40),
        number=plain.name(raw.get("tracking_number")) or "",
        transaction=plain.name(raw.get("transaction")),
        status=scan(status) if isinstance(status, dict) else None,
        history=tuple(scan(event) for event in events if isinstance(event, dict)),
        eta=moment(raw.get("eta")),
    )


def scan(raw: dict[str, Any]) -> Scan:
    """One scan, from Shippo's words; the carrier's prose stays text and is never trusted."""
    finer = plain.record(raw.get("substatus"))
    place = plain.record(raw.get("location"))
    return Scan(
        status=_word(TrackingStatus, raw.get("status"), TrackingStatus.OTHER),
        substatus=plain.text(finer.get("code"), 64) or None,
        action_required=bool(finer.get("action_required")),
        at=moment(raw.get("status_date")),
        ingested=max(
            filter(None, [moment(raw.get("object_created")), moment(raw.get("object_updated"))]),
            default=None,
        ),
        city=plain.text(place.get("city"), 100),
        state=plain.text(place.get("state"), 100),
        zip=plain.text(place.get("zip"), 20),
        country=plain.text(place.get("country"), 100),
        details=plain.text(raw.get("status_details")),
    )


def registration(raw: dict[str, Any]) -> Registration:
    return Registration(
        id=_id(raw),
        event=str(raw.get("event")),
        url=str(raw.get("url")),
        active=bool(raw.get("active")),
        test=raw.get("is_test"),
    )


def moment(text: Any) -> datetime | None:
    """A time of Shippo's; one without a zone is UTC, one we cannot read is none.

    The first and the last year there is are how some carriers write that they know no time.
    """
    try:
        read = datetime.fromisoformat(str(text))
        told = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return told if MINYEAR < told.year < MAXYEAR else None


def _price(priced: Any) -> Money | None:
    """What a label cost, where its rate came with it; how it is written must not hide the label."""
    try:
        price = Money.of(priced["amount"], priced["currency"])
    except UNREADABLE:
        return None
    return price if 0 <= price.minor <= DEAREST else None


def _id(raw: dict[str, Any]) -> str:
    found = plain.name(raw["object_id"])
    if found is None:
        raise ValueError("an id that is none")
    return found


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


def _messages(raw: dict[str, Any]) -> list[str]:
    said = []
    for message in plain.listed(raw.get("messages")):
        parts = [message.get("source"), message.get("text")] if isinstance(message, dict) else []
        words = [plain.text(part) for part in parts or [message]]
        said.append(": ".join(word for word in words if word))
    return [text for text in said if text]


def _word(kind: Any, text: Any, otherwise: Any) -> Any:
    try:
        return kind(text)
    except ValueError:
        return otherwise
