"""Batches: odd shipments are judged like any, and a stop in the middle buys nothing twice."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.world import World

SHIPMENT = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}


def handed_in(shippo: Caller, *shipments: Any, **more: Any) -> str:
    account = shippo.get("/carrier_accounts?carrier=usps")["results"][0]["object_id"]
    asked = {
        "default_carrier_account": account,
        "default_servicelevel_token": "usps_priority",
        "batch_shipments": list(shipments),
        **more,
    }
    return str(shippo.post("/batches", **asked)["object_id"])


def reached(shippo: Caller, batch: str, *statuses: str) -> dict[str, Any]:
    for _ in range(1000):
        found = shippo.get(f"/batches/{batch}")
        if found["status"] in statuses:
            return dict(found)
        time.sleep(0.02)
    raise AssertionError(found["status"])


@pytest.mark.parametrize(
    "odd",
    [
        {"parcels": "two"},
        {"parcels": [1, None]},
        {"parcels": [{**PARCEL, "weight": "heavy"}]},
        {"address_from": 5},
        {"address_to": {"country": ["US"]}},
        {"customs_declaration": "0" * 32},
        {"extra": "fast"},
        {"metadata": "x" * 101},
    ],
)
def test_an_odd_shipment_is_invalid_and_says_why(shippo: Caller, odd: dict[str, Any]) -> None:
    batch = handed_in(shippo, {"shipment": {**SHIPMENT, **odd}}, {"shipment": SHIPMENT})
    found = reached(shippo, batch, "INVALID")["batch_shipments"]["results"]
    assert [each["status"] for each in found] == ["INVALID", "VALID"]
    (message,) = found[0]["messages"]
    assert message["text"].startswith(next(iter(odd)))


def test_what_is_no_shipment_is_not_taken_in(shippo: Caller) -> None:
    account = shippo.get("/carrier_accounts?carrier=usps")["results"][0]["object_id"]
    asked = {"default_carrier_account": account, "default_servicelevel_token": "usps_priority"}
    for wrong, said in (
        ("many", ["Expected a list of items."]),
        ([{}, {"shipment": SHIPMENT}], [{"shipment": ["This field is required."]}, {}]),
        (
            [{"shipment": "0" * 32}],
            [{"shipment": ["Invalid data. Expected a dictionary, but got str."]}],
        ),
    ):
        answer = shippo.call("POST", "/batches", json={**asked, "batch_shipments": wrong})
        assert (answer.status_code, answer.json()) == (400, {"batch_shipments": said})


def test_rates_of_a_batch_grow_old_as_well(shippo: Caller, world: World) -> None:
    batch = handed_in(shippo, {"shipment": SHIPMENT})
    reached(shippo, batch, "VALID")
    world.advance(8 * 24)
    assert shippo.call("POST", f"/batches/{batch}/purchase").status_code == 202
    (one,) = reached(shippo, batch, "PURCHASED")["batch_shipments"]["results"]
    assert (one["status"], one["transaction"]) == ("TRANSACTION_FAILED", None)
    assert world.ledger() == []


def test_more_than_a_hundred_labels_are_several_files(shippo: Caller, world: World) -> None:
    batch = handed_in(shippo, *[{"shipment": SHIPMENT}] * 101)
    first = reached(shippo, batch, "VALID")["batch_shipments"]
    assert (len(first["results"]), first["previous"]) == (100, None)
    assert (
        len(shippo.get(first["next"].removeprefix(shippo.url))["batch_shipments"]["results"]) == 1
    )
    shippo.call("POST", f"/batches/{batch}/purchase")
    found = reached(shippo, batch, "PURCHASED")
    assert found["object_results"]["purchase_succeeded"] == len(world.ledger()) == 101
    assert len(found["label_url"]) == 2


def test_a_stop_in_the_middle_buys_nothing_twice(tmp_path: Path) -> None:
    world = World.start(tmp_path, SANDBOX_ASYNC_S="0.05")
    shippo = Caller(world.url)
    batch = handed_in(shippo, *[{"shipment": SHIPMENT}] * 60)
    reached(shippo, batch, "VALID")
    shippo.call("POST", f"/batches/{batch}/purchase")
    while not world.ledger():
        time.sleep(0.005)
    world.stop()
    world.run()
    assert reached(shippo, batch, "PURCHASED")["object_results"]["purchase_succeeded"] == 60
    assert len(world.ledger()) == 60
    assert world.stop() == 0


def test_a_world_that_begins_anew_has_no_batch_left(shippo: Caller, world: World) -> None:
    batch = handed_in(shippo, *[{"shipment": SHIPMENT}] * 60)
    reached(shippo, batch, "VALID")
    shippo.call("POST", f"/batches/{batch}/purchase")
    while not world.ledger():
        time.sleep(0.005)
    world.reset()
    handed_in(shippo, {"shipment": SHIPMENT})
    assert world.ledger() == []
    assert shippo.call("GET", f"/batches/{batch}").status_code == 404


def test_a_long_batch_holds_nobody_up(shippo: Caller) -> None:
    batch = handed_in(shippo, *[{"shipment": SHIPMENT}] * 400)
    rate = shippo.rate()
    for awaited in ("VALIDATING", "PURCHASING"):
        label = shippo.post("/transactions", rate=rate)
        shippo.settled(label["object_id"])
        assert shippo.get(f"/batches/{batch}")["status"] == awaited
        reached(shippo, batch, "VALID", "PURCHASED")
        shippo.call("POST", f"/batches/{batch}/purchase")
