"""Transactions: labels bought by a rate or in one call, listed, and settled a moment later."""

from functools import partial

from flask import Response, jsonify, request

from sandbox.carriers.countries import customs_between
from sandbox.carriers.statuses import STATUSES
from sandbox.papers.links import invoice_url, label_url, qr_url
from sandbox.refusals import REQUIRED, not_a_choice, wrong
from sandbox.shippo import instalabels
from sandbox.shippo.addresses import short_metadata
from sandbox.shippo.events import tell
from sandbox.shippo.pages import created, one_of, page
from sandbox.shippo.purchases import carry_out
from sandbox.shippo.rates import buyable, carrier_of
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

STATES = frozenset(
    ("WAITING", "QUEUED", "SUCCESS", "ERROR", "REFUNDED", "REFUNDPENDING", "REFUNDREJECTED")
)
FILE_TYPES = frozenset(
    "PNG PNG_2.3x7.5 PDF PDF_2.3x7.5 PDF_4x6 PDF_4x8 PDF_A4 PDF_A5 PDF_A6 ZPLII".split()  # noqa: SIM905
)
USUAL_TYPE = "PDF_4x6"  # what the dashboard would be set to
PRINTING_AT_THE_COUNTER = ("usps", "hermes_uk")
NOT_IN_ONE_CALL = frozenset({"PDF_A5"})


def create() -> tuple[Response, int]:
    """Sells every time it is asked: nothing here refuses to sell a rate twice."""
    world, given = here(), asked()
    by_rate = bool(given.get("rate")) or not any(given.get(name) for name in instalabels.FIELDS)
    later = given.get("async", by_rate) is True
    with world.store.change():
        terms = _terms(world, given, FILE_TYPES if by_rate else FILE_TYPES - NOT_IN_ONE_CALL)
        rate = _rate(world, given) if by_rate else instalabels.rate(world, given)
        bought = sell(world, rate, terms, later=later)
    answer = shown(world, bought[0])
    return jsonify(answer if by_rate else {**answer, "rate": instalabels.core(rate)}), 201


def index() -> Response:
    where = {
        "rate": request.args.get("rate"),
        "status": one_of("object_status", STATES),
        "tracking": one_of("tracking_status", frozenset(STATUSES)),
        **created(),
    }
    wanted = {name: value for name, value in where.items() if value}
    return jsonify(page("transaction", shown=partial(shown, here()), **wanted))


def show(object_id: str) -> Response:
    return jsonify(shown(here(), here().own("transaction", object_id, mode())))


def sell(world: World, rate: Doc, terms: Doc, *, later: bool) -> list[Doc]:
    """One transaction for every parcel of the shipment, all of them by the same rate."""
    shipment = world.own("shipment", rate["shipment"], rate["test"])
    begun = [_begun(world, rate, shipment, parcel) for parcel in shipment["parcels"]]
    for transaction in begun:
        transaction |= terms
        if later:
            world.store.put("transaction", transaction)
            world.agenda.add("transaction", transaction["object_id"], world.settings.async_s)
        else:
            carry_out(world, transaction)
        announce(world, "transaction_created", transaction)
    return begun


def settle(world: World, object_id: str) -> None:
    """The moment an asynchronous purchase is decided."""
    with world.store.change():
        transaction = world.store.get("transaction", object_id)
        if transaction is not None and transaction["status"] == "QUEUED":
            carry_out(world, transaction)
            announce(world, "transaction_updated", transaction)


def announce(world: World, event: str, transaction: Doc) -> None:
    tell(world, event, shown(world, transaction), test=transaction["test"])


def shown(world: World, transaction: Doc) -> Doc:
    """Links to papers are signed whenever they are shown, because they expire."""
    told = public(transaction)
    if transaction["tracking_number"]:
        told["label_url"] = label_url(world, transaction)
        if transaction.get("_abroad"):
            told["commercial_invoice_url"] = invoice_url(world, transaction["object_id"])
        if transaction.get("_qr"):
            told["qr_code_url"] = qr_url(world, transaction["object_id"])
    return told


def file_type(given: Doc, field: str, choices: frozenset[str] = FILE_TYPES) -> str:
    """The file that was asked for. It is remembered and not told: Shippo does not echo it."""
    wanted = given.get(field) or USUAL_TYPE
    if wanted not in tuple(choices):
        raise wrong(**{field: not_a_choice(wanted)})
    return str(wanted)


def _terms(world: World, given: Doc, choices: frozenset[str]) -> Doc:
    order = given.get("order") or None
    known = world.store.get("order", str(order)) if order else None
    if order and (known is None or known["test"] != mode()):
        raise wrong(order=f"Order with supplied object_id {order} not found.")
    return {
        "_file_type": file_type(given, "label_file_type", choices),
        "metadata": short_metadata(given),
        "order": order,
    }


def _rate(world: World, given: Doc) -> Doc:
    if not given.get("rate"):
        raise wrong(rate=REQUIRED)
    rate = world.store.get("rate", str(given["rate"]))
    if rate is None or rate["test"] != mode() or not buyable(world, rate):
        raise wrong(rate=f"Rate with supplied object_id {given['rate']} not found.")
    return rate


def _begun(world: World, rate: Doc, shipment: Doc, parcel: Doc) -> Doc:
    return {
        "object_state": "VALID",
        "status": "QUEUED",
        **world.born(rate["test"]),
        "rate": rate["object_id"],
        "tracking_number": None,
        "tracking_status": "UNKNOWN",
        "eta": None,
        "tracking_url_provider": None,
        "label_url": None,
        "commercial_invoice_url": None,
        "messages": [],
        "order": None,
        "metadata": "",
        "parcel": parcel["object_id"],
        "billing": {"payments": []},
        "qr_code_url": None,
        "created_by": None,
        **_known_here(rate, shipment),
    }


def _known_here(rate: Doc, shipment: Doc) -> Doc:
    sender, recipient = (shipment[side]["country"] for side in ("address_from", "address_to"))
    carrier = carrier_of(rate)
    asked = (shipment["extra"] or {}).get("qr_code_requested") is True
    return {
        "_carrier": carrier,
        "_amount": rate["amount"],
        "_currency": rate["currency"],
        "_account": rate["carrier_account"],
        "_abroad": customs_between(sender, recipient),
        "_qr": asked and carrier in PRINTING_AT_THE_COUNTER and sender == recipient,
        "_shipment": shipment["object_id"],
    }
