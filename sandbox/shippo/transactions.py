"""Transactions: labels bought by a rate or in one call, listed, and settled a moment later."""

from flask import Response, jsonify, request

from sandbox.carriers.statuses import STATUSES
from sandbox.papers.files import label_url
from sandbox.refusals import REQUIRED, Refused, not_a_choice, wrong
from sandbox.shippo import shipments
from sandbox.shippo.accounts import account
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
INSTALABEL = ("shipment", "carrier_account", "servicelevel_token")
FILE_TYPES = frozenset(
    "PNG PNG_2.3x7.5 PDF PDF_2.3x7.5 PDF_4x6 PDF_4x8 PDF_A4 PDF_A5 PDF_A6 ZPLII".split()  # noqa: SIM905
)


def create() -> tuple[Response, int]:
    """Sells every time it is asked: nothing here refuses to sell a rate twice."""
    world, given = here(), asked()
    by_rate = bool(given.get("rate")) or not any(given.get(field) for field in INSTALABEL)
    later = given.get("async", by_rate) is True
    with world.store.change():
        _check(given)
        rate = _rate(world, given) if by_rate else _instalabel(world, given)
        begun = [_begun(world, given, rate, parcel) for parcel in _parcels(world, rate)]
        for transaction in begun:
            _ordered(world, transaction, later=later)
    answer = shown(world, begun[0])
    return jsonify(answer if by_rate else {**answer, "rate": _core(rate)}), 201


def index() -> Response:
    where = {
        "rate": request.args.get("rate"),
        "status": one_of("object_status", STATES),
        "tracking": one_of("tracking_status", frozenset(STATUSES)),
        **created(),
    }
    found = page("transaction", **{name: value for name, value in where.items() if value})
    return jsonify({**found, "results": [_linked(here(), each) for each in found["results"]]})


def show(object_id: str) -> Response:
    return jsonify(shown(here(), here().own("transaction", object_id, mode())))


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
    return _linked(world, public(transaction))


def _linked(world: World, transaction: Doc) -> Doc:
    """A label's link is signed whenever it is shown, because it expires."""
    url = label_url(world, transaction["object_id"]) if transaction["tracking_number"] else None
    return {**transaction, "label_url": url}


def _check(given: Doc) -> None:
    file_type = given.get("label_file_type")
    if file_type and file_type not in FILE_TYPES:
        raise wrong(label_file_type=not_a_choice(file_type))


def _rate(world: World, given: Doc) -> Doc:
    if not given.get("rate"):
        raise wrong(rate=REQUIRED)
    rate = world.store.get("rate", str(given["rate"]))
    if rate is None or rate["test"] != mode() or not buyable(world, rate):
        raise wrong(rate=f"Rate with supplied object_id {given['rate']} not found.")
    return rate


def _instalabel(world: World, given: Doc) -> Doc:
    """One call for everything: the shipment is made, rated, and the wanted service picked."""
    absent = {field: REQUIRED for field in INSTALABEL if not given.get(field)}
    if absent:
        raise Refused(400, absent)
    if account(str(given["carrier_account"]), mode()) is None:
        raise wrong(carrier_account="Carrier account with supplied object_id not found.")
    if not isinstance(given["shipment"], dict):
        raise wrong(shipment="Expected a shipment.")
    wanted = {**given["shipment"], "carrier_accounts": [given["carrier_account"]]}
    shipment = shipments.settle(world, shipments.opened(world, wanted, mode())["object_id"])
    token = given["servicelevel_token"]
    fitting = [rate for rate in shipment["rates"] if rate["servicelevel"]["token"] == token]
    if not fitting:
        raise wrong(servicelevel_token=f"{token} is not available for this shipment.")
    found: Doc = fitting[0]
    return found


def _parcels(world: World, rate: Doc) -> list[Doc]:
    shipment = world.own("shipment", rate["shipment"], rate["test"])
    return list(shipment["parcels"])


def _begun(world: World, given: Doc, rate: Doc, parcel: Doc) -> Doc:
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
        "order": given.get("order") or None,
        "metadata": short_metadata(given),
        "parcel": parcel["object_id"],
        "billing": {"payments": []},
        "qr_code_url": None,
        "created_by": None,
        "_carrier": carrier_of(rate),
        "_amount": rate["amount"],
        "_shipment": rate["shipment"],
    }


def _ordered(world: World, transaction: Doc, *, later: bool) -> None:
    if later:
        world.store.put("transaction", transaction)
        world.agenda.add("transaction", transaction["object_id"], world.settings.async_s)
    else:
        carry_out(world, transaction)
    announce(world, "transaction_created", transaction)


def _core(rate: Doc) -> Doc:
    """The short form of a rate that a label bought in one call carries."""
    names = (
        "object_id",
        "amount",
        "amount_local",
        "currency",
        "currency_local",
        "provider",
        "carrier_account",
    )
    level = rate["servicelevel"]
    return {
        **{name: rate[name] for name in names},
        "servicelevel_name": level["name"],
        "servicelevel_token": level["token"],
    }
