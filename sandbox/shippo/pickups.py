"""Pickups: the carrier comes to the door. They are made, and never shown or cancelled."""

from typing import Any
from uuid import uuid4

from flask import Response, jsonify

from sandbox.carriers.timezones import timezone
from sandbox.clock import DAY_S, seconds, stamp
from sandbox.refusals import REQUIRED, not_a_choice, within, wrong
from sandbox.shippo.accounts import account
from sandbox.shippo.addresses import FIELDS, LINES, missing, short_metadata
from sandbox.shippo.fields import Checks, anything, check, choice, inside, moment, up_to
from sandbox.store import Doc
from sandbox.world import World, asked, here, mode

COMING = ("usps", "dhl_express")
DHL_ONLY = ("Security Deck", "Shipping Dock")
PLACES = (
    *("Back Door", "Ring Bell", *DHL_ONLY, "Front Door", "Knock on Door", "In/At Mailbox"),
    *("Mail Room", "Office", "Other", "Reception", "Side Door"),
)
BUILDINGS = ("apartment", "building", "department", "floor", "room", "suite")
LONGEST_WINDOW_S = DAY_S
NOTICE_S = 3600  # how long before it starts a pickup can still be called off


def lines(value: Any) -> list[Any]:
    """An address that somebody can be sent to."""
    said = inside({"country": up_to(60)}, FIELDS)(value)
    lacking = [] if said else missing({line: value.get(line) for line in (*LINES, "country")})
    return said or ([dict.fromkeys(lacking, REQUIRED)] if lacking else [])


def ids(value: Any) -> list[str]:
    return [] if isinstance(value, list) else ["Expected a list of items."]


LOCATION = inside(
    {"address": lines, "building_location_type": choice(PLACES)},
    {"building_type": choice(BUILDINGS), "instructions": up_to(500)},
)
NEEDED: Checks = {
    "carrier_account": anything,
    "transactions": ids,
    "requested_start_time": moment,
    "requested_end_time": moment,
    "location": LOCATION,
}


def create() -> tuple[Response, int]:
    """The carrier confirms at once, or says in `messages` why it does not come."""
    world, given = here(), asked()
    check(given, NEEDED)
    carrier = _carrier(given)
    with within("location"):
        _place(given["location"], carrier)
    start, end = (seconds(str(given[f"requested_{edge}_time"])) for edge in ("start", "end"))
    if end <= start:
        raise wrong(requested_end_time="Must be later than requested_start_time.")
    with world.store.change():
        _labels(world, given)
        pickup = {
            **_asked_for(given, start, end),
            **_told(world, given, start, end),
            **world.born(mode()),
        }
        world.store.put("pickup", pickup)
    told = {name: value for name, value in pickup.items() if name not in ("test", "object_owner")}
    return jsonify(told), 201


def _carrier(given: Doc) -> str:
    found = account(here(), str(given["carrier_account"]), mode())
    if found is None:
        raise wrong(carrier_account="Carrier account with supplied object_id not found.")
    if found["carrier"] not in COMING:
        raise wrong(carrier_account="Pickups are made by USPS and DHL Express only.")
    return str(found["carrier"])


def _place(location: Doc, carrier: str) -> None:
    place = location["building_location_type"]
    if place in DHL_ONLY and carrier != "dhl_express":
        raise wrong(building_location_type=not_a_choice(place))
    if place == "Other" and not location.get("instructions"):
        raise wrong(instructions=REQUIRED)


def _labels(world: World, given: Doc) -> None:
    for each in given["transactions"]:
        label = world.store.get("transaction", str(each)) or {}
        if label.get("test") != mode() or label["status"] != "SUCCESS":
            raise wrong(transactions=f"Transaction with supplied object_id {each} not found.")
        if label.get("_account") != given["carrier_account"]:
            raise wrong(transactions=f"Transaction {each} is of another carrier account.")


def _asked_for(given: Doc, start: float, end: float) -> Doc:
    location: Doc = given["location"]
    address = {line: location["address"].get(line) or "" for line in (*LINES, "country")}
    return {
        "carrier_account": given["carrier_account"],
        "location": {
            "address": address,
            "building_location_type": location["building_location_type"],
            "building_type": location.get("building_type"),
            "instructions": location.get("instructions") or "",
        },
        "transactions": given["transactions"],
        "requested_start_time": stamp(start),
        "requested_end_time": stamp(end),
        "metadata": short_metadata(given),
    }


def _told(world: World, given: Doc, start: float, end: float) -> Doc:
    now = world.clock.time()
    missed = end <= now or start <= now - LONGEST_WINDOW_S
    return {
        "confirmed_start_time": None if missed else stamp(start),
        "confirmed_end_time": None if missed else stamp(end),
        "cancel_by_time": None if missed else stamp(start - NOTICE_S),
        "status": "ERROR" if missed else "CONFIRMED",
        "confirmation_code": None if missed else f"WTC{uuid4().int % 10**8:08d}",
        "timezone": timezone({"state": "", **given["location"]["address"]}),
        "messages": ["The requested window is in the past."] if missed else [],
        "is_test": mode(),
    }
