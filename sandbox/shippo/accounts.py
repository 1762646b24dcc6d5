"""Carrier accounts: fifteen that every fresh Shippo account has, and those one connects oneself."""

import hashlib
from functools import cache

from flask import Response, jsonify, request

from sandbox.carriers.services import CARRIERS, SERVICES, TRACKED, known
from sandbox.refusals import absent, wrong
from sandbox.shippo.fields import Checks, anything, check, choice, text, truth
from sandbox.shippo.pages import envelope
from sandbox.shippo.slashes import behind_a_slash
from sandbox.store import Doc
from sandbox.world import OWNER, World, asked, here, mode, public

SECOND = "1.06"  # a second account of a carrier quotes the same services at another price
OWN = "0.97"  # what one has bargained for oneself
NEEDED: Checks = {"carrier": choice(sorted(TRACKED)), "account_id": text}
OPTIONAL: Checks = {"active": truth, "metadata": text, "parameters": anything}
FIXED = "This field cannot be changed."
REGISTERED = ("ups", "usps", "canada_post")


def account_id(carrier: str, number: int, test: bool) -> str:
    return hashlib.sha256(f"{carrier}:{number}:{test}".encode()).hexdigest()[:32]


def accounts(world: World, test: bool) -> list[Doc]:
    """Those of every fresh account, as they were changed since, and then one's own."""
    kept = {each["object_id"]: each for each in world.store.find("account", oldest=True, test=test)}
    fresh = [kept.pop(each["object_id"], each) for each in _fresh(test)]
    return fresh + list(kept.values())


def account(world: World, object_id: str, test: bool) -> Doc | None:
    found = [each for each in accounts(world, test) if each["object_id"] == object_id]
    return found[0] if found else None


def create() -> tuple[Response, int]:
    """Connect an account of one's own; it quotes as Shippo's account of the carrier does."""
    world, given = here(), asked()
    check(given, NEEDED, OPTIONAL)
    made = {
        **_account(str(given["carrier"]), mode()),
        **{name: value for name, value in world.born(mode()).items() if name != "object_updated"},
        "account_id": _masked(str(given["account_id"])),
        "parameters": _hidden(given.get("parameters")),
        "active": given.get("active", True) is not False,
        "is_shippo_account": False,
        "_factor": OWN,
        "metadata": str(given.get("metadata") or ""),
    }
    with world.store.change():
        world.store.put("account", made)
    return jsonify(_shown(made)), 201


def index() -> Response:
    wanted = {name: request.args[name] for name in NEEDED if request.args.get(name)}
    found = [
        _shown(each)
        for each in accounts(here(), mode())
        if all(each[name] == value for name, value in wanted.items())
    ]
    if request.args.get("service_levels") == "true":
        found = [{**each, "service_levels": _levels(each["carrier"])} for each in found]
    return jsonify(envelope(found, default=5))


def show(object_id: str) -> Response:
    return jsonify(_shown(_own(object_id)))


def replace(object_id: str) -> Response:
    """What can be changed is whether it is asked for rates, and its parameters."""
    world, given = here(), asked()
    with world.store.change():
        was = _own(object_id)
        check(given, NEEDED, OPTIONAL)
        if given["carrier"] != was["carrier"]:
            raise wrong(carrier=FIXED)
        if was["account_id"] not in (given["account_id"], _masked(str(given["account_id"]))):
            raise wrong(account_id=FIXED)
        now = {**was, "active": given.get("active", was["active"])}
        if given.get("parameters"):
            now["parameters"] = _hidden(given["parameters"])
        world.store.put("account", now)
    return jsonify(_shown(now))


@behind_a_slash
def registration() -> Response:
    """How far the sign-up with a carrier has come; all of them are through."""
    carrier = request.args.get("carrier", "")
    if carrier not in REGISTERED:
        raise wrong(carrier=choice(REGISTERED)(carrier))
    now = here().clock.now()
    return jsonify(
        carrier_account=account_id(carrier, 0, mode()),
        object_created=now,
        object_updated=now,
        object_owner=OWNER,
        status="APPROVED",
    )


def image_url(carrier: str, size: int) -> str:
    name = known(carrier).name.replace(" ", "_")
    return f"https://cdn2.goshippo.com/providers/{size}/{name}.png"


def second(account: Doc) -> bool:
    """Whether Shippo has given this carrier another account, which comes first."""
    return bool(account["_factor"] == SECOND)


def _own(object_id: str) -> Doc:
    found = account(here(), object_id, mode())
    if found is None:
        raise absent()
    return found


def _shown(account: Doc) -> Doc:
    return {name: value for name, value in public(account).items() if name != "object_created"}


@cache
def _fresh(test: bool) -> list[Doc]:
    return [
        {
            **_account(carrier.token, test),
            "object_id": account_id(carrier.token, number, test),
            "account_id": f"shippo_{carrier.token}_account" + (f"_{number + 1}" if number else ""),
            "_factor": SECOND if number else "1",
        }
        for carrier in CARRIERS.values()
        for number in range(carrier.accounts)
    ]


def _account(carrier: str, test: bool) -> Doc:
    return {
        "object_id": "",
        "object_owner": OWNER,
        "object_created": "2026-01-01T00:00:00.000Z",
        "carrier": carrier,
        "carrier_name": known(carrier).name,
        "carrier_images": {"75": image_url(carrier, 75), "200": image_url(carrier, 200)},
        "account_id": "",
        "parameters": {},
        "active": True,
        "is_shippo_account": True,
        "metadata": "",
        "test": test,
        "object_info": {"authentication": {"type": "default", "status": "connected"}},
        "_factor": "1",
    }


def _masked(account: str) -> str:
    return "*" * max(0, len(account) - 4) + account[-4:]


def _hidden(parameters: object) -> Doc:
    return dict.fromkeys(parameters, "****") if isinstance(parameters, dict) else {}


def _levels(carrier: str) -> list[Doc]:
    names = {service.token: service.name for service in SERVICES if service.carrier == carrier}
    returns = carrier in ("usps", "ups", "fedex")
    return [
        {"name": name, "token": token, "supports_return_labels": returns}
        for token, name in names.items()
    ]
