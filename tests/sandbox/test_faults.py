"""Planned trouble, as a plain client meets it."""

import time
from typing import Any

import pytest
import requests

from tests.sandbox.caller import Caller
from tests.world import World


def buy(shippo: Caller, rate: str, timeout: float = 10) -> dict[str, Any]:
    return shippo.post("/transactions", timeout, rate=rate)


def test_dropped_before_nothing_is_sold(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "drop_before")
    with pytest.raises(requests.ConnectionError):
        buy(shippo, rate)
    assert world.ledger() == []
    assert [line["status"] for line in world.requests("POST", "/transactions")] == [0]


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_dropped_after_it_is_sold_and_the_client_does_not_know(
    world: World, shippo: Caller, how: str
) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "commit_then_drop", how=how)
    with pytest.raises(requests.ConnectionError):
        buy(shippo, rate)
    assert [sold["rate"] for sold in world.ledger()] == [rate]
    found = shippo.get(f"/transactions?rate={rate}")["results"]
    assert [each["object_id"] for each in found] == [world.ledger()[0]["object_id"]]


def test_an_error_after_the_sale_has_the_code_it_was_planned_with(
    world: World, shippo: Caller
) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "commit_then_5xx", code=503)
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html")
    assert len(world.ledger()) == 1


def test_a_client_that_gives_up_in_the_wait_has_bought_all_the_same(
    world: World, shippo: Caller
) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "latency", seconds=0.6)
    with pytest.raises(requests.ReadTimeout):
        buy(shippo, rate, timeout=0.2)
    assert [line["status"] for line in world.requests("POST", "/transactions")] == [0]
    assert world.ledger() == []
    time.sleep(0.7)
    assert [sold["rate"] for sold in world.ledger()] == [rate]


def test_the_third_is_struck_and_no_other(world: World, shippo: Caller) -> None:
    world.fault("GET", "/transactions/", "commit_then_5xx", nth=3)
    got = [shippo.call("GET", "/transactions?page=1").status_code for _ in range(5)]
    assert got == [200, 200, 500, 200, 200]
    (fault,) = world.faults()
    assert (fault["hits"], fault["seen"]) == (1, 5)


def test_every_second_is_struck_twice_at_most(world: World, shippo: Caller) -> None:
    world.fault("GET", "/transactions", "commit_then_5xx", every=2, times=2)
    got = [shippo.call("GET", "/transactions/").status_code for _ in range(8)]
    assert got == [200, 500, 200, 500, 200, 200, 200, 200]


def test_the_first_added_wins_and_clearing_ends_it(world: World, shippo: Caller) -> None:
    world.fault("GET", "/transactions", "commit_then_5xx", code=502)
    world.fault("GET", "/transactions", "commit_then_5xx", code=504)
    assert shippo.call("GET", "/transactions").status_code == 502
    world.clear_faults()
    assert shippo.call("GET", "/transactions").status_code == 200
    assert world.faults() == []


def test_other_methods_and_deeper_paths_are_left_alone(world: World, shippo: Caller) -> None:
    world.fault("POST", "/transactions", "drop_before")
    assert shippo.call("GET", "/transactions").status_code == 200
    assert shippo.call("GET", "/transactions/" + "0" * 32).status_code == 404


def test_texts_can_be_troubled_too(world: World) -> None:
    path = "/2010-04-01/Accounts/AC1/Messages.json"
    world.fault("POST", path, "commit_then_5xx", code=500)
    form = {"To": "+14155550123", "From": "+15005550006", "Body": "x"}
    answer = requests.post(
        world.url + path, form, auth=("AC1", "twilio-token-for-tests"), timeout=5
    )
    assert answer.status_code == 500
    assert len(world.sms()) == 1
    assert world.requests("POST", path)[0]["status"] == 500


def test_trouble_that_is_not_known_is_not_found(world: World) -> None:
    with pytest.raises(RuntimeError, match="404"):
        world.fault("POST", "/transactions", "drip")
    with pytest.raises(RuntimeError, match="404"):
        world.get("journeys")


@pytest.mark.parametrize(
    "slip",
    [
        {"match": {"path": "/zz", "every": 0}},
        {"match": {"path": "/zz", "nth": "3"}},
        {"match": {"path": 5}},
        {"match": {"method": 5}},
        {"match": {}, "seconds": "long"},
        {"match": {}, "times": None},
        {"match": {}, "how": "softly"},
    ],
)
def test_a_slip_in_a_plan_is_refused_and_troubles_nobody(
    world: World, shippo: Caller, slip: dict[str, Any]
) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post("faults", do="latency", **slip)
    assert shippo.get("/shipments")["results"] == []
    assert world.faults() == []


@pytest.mark.parametrize(
    ("control", "slip"),
    [
        ("clock", {"advance_hours": "soon"}),
        ("webhooks/redeliver", {"duplicate": "twice"}),
        ("webhooks/redeliver", {"last": 0}),
        ("webhooks/redeliver", {"duplicate": 10**6}),
        ("webhooks/redeliver", {"shuffle": True, "seed": [1]}),
    ],
)
def test_a_slip_in_a_control_is_said(world: World, control: str, slip: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.post(control, **slip)
