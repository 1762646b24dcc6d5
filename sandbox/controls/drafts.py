"""A few parcels bought and scanned by the ordinary calls, and taken back: patterns for many."""

from contextlib import suppress
from itertools import product
from typing import Any

from flask import current_app, g

from sandbox.controls.copies import COLUMNS, Draft, Written, drafts
from sandbox.shippo import shipments, transactions
from sandbox.shippo.accounts import account_id
from sandbox.shippo.scans import ORDINARY, scan
from sandbox.store import Doc
from sandbox.world import World

MARK = "a-parcel-of-many"
US, GB, DE = "US", "GB", "DE"
SENDERS = {
    US: ("Quayside", "1 Ferry Building", "San Francisco", "CA", "94111"),
    GB: ("Quayside", "1 Dock Street", "Liverpool", "", "L3 4AA"),
    DE: ("Quayside", "Kaistraße 1", "Hamburg", "", "20457"),
}
# Who ships with what to whom; each is drafted in every stage of an ordinary life.
ROUTES = (
    ("usps", US, ("Alice Adams", "350 5th Ave", "New York", "NY", "10118")),
    ("usps", US, ("Bob Brown", "233 S Wacker Dr", "Chicago", "IL", "60606")),
    ("usps", US, ("Chloe Clark", "1600 Smith St", "Houston", "TX", "77002")),
    ("usps", US, ("Dan Davis", "400 Broad St", "Seattle", "WA", "98109")),
    ("ups", US, ("Emma Evans", "1 Beacon St", "Boston", "MA", "02108")),
    ("hermes_uk", GB, ("Farah Fox", "1 Piccadilly", "Manchester", "", "M1 1RG")),
    ("dpd_de", DE, ("Georg Graf", "Unter den Linden 1", "Berlin", "", "10117")),
)
APART_S = 60.0  # from one scan to the next, so that a moment tells which it is of
SIZES = (("10", "8", "4", "2"), ("6", "4", "2", "0.5"), ("12", "12", "9", "6"))


class _TakenBack(Exception):
    """Nothing of what was drafted stays."""


def drawn(world: World) -> list[Draft]:
    """One draft for every route and stage; a strict world scans nothing, so nothing moves in it."""
    stages = 1 if world.settings.strict else len(ORDINARY) + 1
    made: list[Written | None] = []
    for place, (route, stage) in enumerate(product(ROUTES, range(stages))):
        with suppress(_TakenBack), world.store.change():
            made.append(_bought(world, route, stage, SIZES[place % len(SIZES)]))
            raise _TakenBack
    return drafts([each for each in made if each is not None])


def _bought(
    world: World, route: tuple[str, str, Any], stage: int, size: tuple[str, ...]
) -> Written | None:
    """Nothing when the carrier quotes nothing or sells nothing just now."""
    before, begun = world.store.newest(), world.clock.time()
    carrier, country, recipient = route
    shipment = _called(shipments.create, _wanted(carrier, country, recipient, size))
    if not shipment["rates"]:
        return None
    rate = shipment["rates"][stage % len(shipment["rates"])]
    wanted = {"rate": rate["object_id"], "async": False, "metadata": MARK}
    number = _called(transactions.create, wanted)["tracking_number"]
    if not number:
        return None
    steps = [begun + APART_S * step for step in range(stage + 1)]
    for moment in steps[1:]:
        with world.clock.at(moment):
            scan(world, number, {"step": "next"})
    sql = f"SELECT {COLUMNS} FROM doc WHERE seq > ? AND kind <> 'delivery' ORDER BY seq"  # noqa: S608
    rows = [tuple(row) for row in world.store.rows(sql, before)]
    return Written(carrier, rate["servicelevel"]["token"], number, MARK, steps, rows)


def _wanted(carrier: str, country: str, recipient: Any, size: tuple[str, ...]) -> Doc:
    lines = ("name", "street1", "city", "state", "zip")
    parcel = dict(zip(("length", "width", "height", "weight"), size, strict=True))
    return {
        "address_from": {
            **dict(zip(lines, SENDERS[country], strict=True)),
            "country": country,
            "email": "dock@quayside.test",
        },
        "address_to": {**dict(zip(lines, recipient, strict=True)), "country": country},
        "parcels": [{**parcel, "distance_unit": "in", "mass_unit": "lb"}],
        "carrier_accounts": [account_id(carrier, 0, True)],
        "async": False,
    }


def _called(create: Any, wanted: Doc) -> Any:
    """The answer of an address of Shippo's, asked from within: no token, no limits, no journal."""
    with current_app.test_request_context(method="POST", json=wanted):
        g.test = True
        return current_app.make_response(create()).get_json()
