"""The fifteen carrier accounts of a fresh Shippo account, the same ids for ever."""

import hashlib

from flask import Response, jsonify, request

from sandbox.carriers.services import CARRIERS, SERVICES
from sandbox.refusals import absent
from sandbox.shippo.pages import envelope
from sandbox.store import Doc
from sandbox.world import OWNER, mode


def account_id(carrier: str, number: int, test: bool) -> str:
    return hashlib.sha256(f"{carrier}:{number}:{test}".encode()).hexdigest()[:32]


def accounts(test: bool) -> list[Doc]:
    return [
        _account(carrier.token, number, test)
        for carrier in CARRIERS.values()
        for number in range(carrier.accounts)
    ]


def account(object_id: str, test: bool) -> Doc | None:
    return next((each for each in accounts(test) if each["object_id"] == object_id), None)


def index() -> Response:
    found = [
        each
        for each in accounts(mode())
        if request.args.get("carrier", each["carrier"]) == each["carrier"]
    ]
    if request.args.get("service_levels") == "true":
        found = [{**each, "service_levels": _levels(each["carrier"])} for each in found]
    return jsonify(envelope(found, default=5))


def show(object_id: str) -> Response:
    found = account(object_id, mode())
    if found is None:
        raise absent()
    return jsonify(found)


def _account(carrier: str, number: int, test: bool) -> Doc:
    return {
        "object_id": account_id(carrier, number, test),
        "object_owner": OWNER,
        "carrier": carrier,
        "carrier_name": CARRIERS[carrier].name,
        "carrier_images": {"75": image_url(carrier, 75), "200": image_url(carrier, 200)},
        "account_id": f"shippo_{carrier}_account" + (f"_{number + 1}" if number else ""),
        "parameters": {},
        "active": True,
        "is_shippo_account": True,
        "metadata": "",
        "test": test,
        "object_info": {"authentication": {"type": "default"}},
    }


def image_url(carrier: str, size: int) -> str:
    return (
        f"https://cdn2.goshippo.com/providers/{size}/{CARRIERS[carrier].name.replace(' ', '_')}.png"
    )


def _levels(carrier: str) -> list[Doc]:
    return [
        {
            "name": service.name,
            "token": service.token,
            "supports_return_labels": carrier in ("usps", "ups", "fedex"),
        }
        for service in SERVICES
        if service.carrier == carrier
    ]
