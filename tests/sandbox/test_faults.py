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


def test_one_of_several_can_be_taken_away_and_the_numbers_are_not_given_again(
    world: World, shippo: Caller
) -> None:
    first = world.fault("GET", "/transactions", "status", code=502)
    second = world.fault("GET", "/transactions", "status", code=504)
    assert world.remove_fault(first["id"])["do"] == "status"
    assert shippo.call("GET", "/transactions").status_code == 504
    world.remove_fault(second["id"])
    assert world.faults() == []
    assert world.fault("GET", "/nothing", "status")["id"] == second["id"] + 1
    with pytest.raises(RuntimeError, match="404"):
        world.remove_fault(second["id"])


def test_a_star_stands_for_every_ending(world: World, shippo: Caller) -> None:
    world.fault("GET", "/tracks/*", "status", code=502)
    assert shippo.call("GET", "/tracks/usps/92055903332000000000000001").status_code == 502
    assert shippo.call("GET", "/tracks/shippo/SHIPPO_TRANSIT/").status_code == 502
    assert shippo.call("GET", "/transactions").status_code == 200
    world.clear_faults()
    world.fault("GET", "*", "status", code=502)
    assert shippo.call("GET", "/transactions").status_code == 502


def test_a_third_of_the_answers_the_same_ones_for_the_same_seed(
    world: World, shippo: Caller
) -> None:
    def drawn(seed: int) -> list[int]:
        world.clear_faults()
        world.post(
            "faults",
            match={"path": "/parcels", "probability": 0.3, "seed": seed},
            do="status",
            code=502,
        )
        return [shippo.call("GET", "/parcels").status_code for _ in range(40)]

    first = drawn(1)
    assert 5 <= first.count(502) <= 20
    assert set(first) == {200, 502}
    assert drawn(1) == first != drawn(2)


def test_a_form_plans_trouble_as_well(world: World, shippo: Caller) -> None:
    form = {"do": "status", "code": "502", "method": "GET", "path": "/parcels", "nth": "2"}
    planned = requests.post(f"{world.url}/_sandbox/faults", {**form, "seed": ""}, timeout=5)
    assert planned.status_code == 201, planned.text
    got = [shippo.call("GET", "/parcels").status_code for _ in range(3)]
    assert got == [200, 502, 200]


def test_the_journal_names_the_trouble_and_the_mode(world: World, shippo: Caller) -> None:
    world.fault("GET", "/parcels", "drop_before", nth=1)
    with pytest.raises(requests.ConnectionError):
        shippo.call("GET", "/parcels")
    Caller(world.url, "shippo_live_1").call("GET", "/parcels")
    requests.get(world.url + "/parcels", timeout=5)
    told = [
        (line["status"], line["fault"], line["mode"]) for line in world.requests("GET", "/parcels")
    ]
    assert told == [(0, "drop_before", "test"), (200, None, "live"), (401, None, None)]


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


def test_trouble_that_is_not_known_is_not_found_and_what_is_known_is_told(world: World) -> None:
    with pytest.raises(RuntimeError, match=r"404.*commit_then_drop"):
        world.fault("POST", "/transactions", "earthquake")
    kinds = {kind["do"]: kind["parameters"] for kind in world.get("faults/kinds")}
    assert len(kinds) == 13
    assert kinds["latency"]["seconds"] == {"default": 1.0, "takes": "a number from 0 to 3600"}


@pytest.mark.parametrize(
    "slip",
    [
        {"match": {"path": "/zz", "every": 0}},
        {"match": {"path": "/zz", "nth": "3"}},
        {"match": {"path": 5}},
        {"match": {"method": 5}},
        {"match": {}, "seconds": "long"},
        {"match": {}, "times": None},
        {"match": {}, "bytes": 3},
        {"match": {"count": 3}},
        {"match": {"nth": 1, "every": 2}},
        {"match": {"probability": 30}},
        {"match": {}, "after": "yes"},
        {"match": {}, "times": 0.5},
        {"match": {}, "nth": 1},
        {},
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
    ("do", "slip", "right"),
    [
        ("drop_before", {"how": "softly"}, "how is fin or rst"),
        ("drip", {"bytes": 0}, "bytes is a whole number from 1"),
        ("status", {"code": 99}, "code is a whole number from 200 to 599"),
        ("status", {"retry_after": -1}, "retry_after is a number of seconds, or text"),
        ("redirect", {"code": 304}, "code is 302 or 301 or 303 or 307 or 308"),
        ("truncate", {"seconds": 1}, "seconds is not known here; it has bytes"),
        ("late_execution", {"code": 100}, "code is 0 for a cut connection"),
    ],
)
def test_a_slip_is_answered_with_what_would_be_right(
    world: World, do: str, slip: dict[str, Any], right: str
) -> None:
    with pytest.raises(RuntimeError, match=right):
        world.fault("GET", "/nothing", do, **slip)


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
