"""Orders: what a shop sold, the labels bought for it, and the slip that goes into the box."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from flask import Response, jsonify, request

from sandbox.carriers.prices import POUNDS
from sandbox.clock import seconds, stamp
from sandbox.papers.links import slip_url
from sandbox.refusals import within
from sandbox.shippo import addresses, transactions
from sandbox.shippo.fields import (
    EMPTY,
    NUMBER,
    Checks,
    anything,
    check,
    choice,
    complaints,
    moment,
    up_to,
    whole,
)
from sandbox.shippo.pages import envelope, page
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode, public

STATUSES = frozenset(
    ("UNKNOWN", "AWAITPAY", "PAID", "REFUNDED", "CANCELLED", "PARTIALLY_FULFILLED", "SHIPPED")
)
SHOPS = frozenset(
    """
    Amazon Bigcommerce CSV_Import eBay ePages Etsy Godaddy Magento Shippo Shopify Spreecommerce
    StripeRelay Walmart Weebly WooCommerce
    """.split()  # noqa: SIM905
)
DATES = ("start_date", "end_date")
MADE_BY_API = "Shippo"
WORDS = (
    *("order_number", "currency", "shipping_cost_currency", "shipping_method", "weight_unit"),
    "notes",
)
FIGURES = ("total_price", "total_tax", "subtotal_price", "shipping_cost", "weight")
ITEM_WORDS = (
    *("title", "variant_title", "sku", "currency", "weight_unit", "manufacture_country"),
    *("max_ship_time", "max_delivery_time"),
)
ITEM_FIGURES = ("total_price", "weight")


def price(value: Any) -> list[str]:
    return [] if NUMBER.fullmatch(str(value)) else ["A valid number is required."]


def items(value: Any) -> list[Any]:
    """A list of line items, with what is wrong told item by item."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return ["Expected a list of items."]
    found = [complaints(each, {}, ITEM) for each in value]
    return found if any(found) else []


SHORT = up_to(1000)
ITEM: Checks = {
    **dict.fromkeys(ITEM_WORDS, SHORT),
    **dict.fromkeys(ITEM_FIGURES, price),
    "quantity": whole,
    "weight_unit": choice(POUNDS),
}
NEEDED: Checks = {"to_address": anything, "placed_at": moment}
OPTIONAL: Checks = {
    **dict.fromkeys(WORDS, SHORT),
    **dict.fromkeys(FIGURES, price),
    "order_status": choice(STATUSES),
    "weight_unit": choice(POUNDS),
    "line_items": items,
}


def create() -> tuple[Response, int]:
    world, given = here(), asked()
    with world.store.change():
        order = _opened(world, given)
    return jsonify(_shown(world, order)), 201


def index() -> Response:
    world = here()
    wanted = _filters()
    if not wanted:
        return jsonify(page("order", shown=partial(_shown, world)))
    found = [each for each in world.store.find("order", test=mode()) if _fits(each, wanted)]
    listed = envelope(found)
    return jsonify({**listed, "results": [_shown(world, each) for each in listed["results"]]})


def show(object_id: str) -> Response:
    return jsonify(_shown(here(), here().own("order", object_id, mode())))


def packing_slip(object_id: str) -> Response:
    world = here()
    url = slip_url(world, world.own("order", object_id, mode())["object_id"])
    expires = float(parse_qs(urlsplit(url).query)["Expires"][0])
    return jsonify(expires=stamp(expires), created=world.clock.now(), slip_url=url)


def _opened(world: World, given: Doc) -> Doc:
    check(given, NEEDED, OPTIONAL)
    order = {
        **world.born(mode()),
        "placed_at": stamp(seconds(str(given["placed_at"]))),
        "order_status": given.get("order_status") or "UNKNOWN",
        "to_address": _address(world, given, "to_address"),
        "from_address": _address(world, given, "from_address"),
        **_told(given, WORDS, FIGURES),
        "line_items": [_item(each) for each in given.get("line_items") or []],
        "shop_app": MADE_BY_API,
        "transactions": [],
        "_transactions": [],
    }
    return world.store.put("order", order)


def _address(world: World, given: Doc, field: str) -> Doc | None:
    if not given.get(field):
        return None
    with within(field):
        return addresses.resolved(world, given[field], mode())


def _item(given: Doc) -> Doc:
    quantity = given.get("quantity") or None
    return {
        "object_id": uuid4().hex,
        **_told(given, ITEM_WORDS, ITEM_FIGURES),
        "quantity": None if quantity is None else int(quantity),
    }


def _told(given: Doc, words: Iterable[str], figures: Iterable[str]) -> Doc:
    """Words as they came; figures as text with two decimals, whatever they came as."""
    return {name: given.get(name) for name in words} | {
        name: None if given.get(name) in EMPTY else f"{Decimal(str(given[name])):.2f}"
        for name in figures
    }


def _filters() -> Doc:
    """`order_status[]` may be said several times; the dates are about `placed_at`."""
    statuses = request.args.getlist("order_status[]") + request.args.getlist("order_status")
    given = {name: request.args.get(name) for name in ("shop_app", *DATES)}
    for status in statuses:
        check({"order_status": status}, {"order_status": choice(STATUSES)})
    check(given, {}, {"shop_app": choice(SHOPS), "start_date": moment, "end_date": moment})
    dates = {name: stamp(seconds(str(given[name]))) for name in DATES if given[name]}
    filters: Doc = {"statuses": statuses, "shop_app": given["shop_app"], **dates}
    return {name: value for name, value in filters.items() if value}


def _fits(order: Doc, wanted: Doc) -> bool:
    return (
        order["order_status"] in wanted.get("statuses", STATUSES)
        and order["shop_app"] == wanted.get("shop_app", order["shop_app"])
        and wanted.get("start_date", "") <= order["placed_at"]
        and order["placed_at"] <= wanted.get("end_date", "9999")
    )


def _shown(world: World, order: Doc) -> Doc:
    """Its labels come whole, though the specification promises ids."""
    labels = [world.store.get("transaction", each) for each in order["_transactions"]]
    told = [transactions.shown(world, label) for label in labels if label is not None]
    return {**public(order), "transactions": told}
