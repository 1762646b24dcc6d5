"""A world filled with parcels: the same documents as the calls make, in any number."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.caller import Caller
from tests.world import ROOT, World


def shape(told: Any) -> Any:
    """The names and types of an object, all the way down."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    if isinstance(told, list):
        return [shape(each) for each in told[:1]]
    return type(told).__name__


def test_what_is_made_is_told_and_found(world: World, shippo: Caller) -> None:
    told = world.populate(300)
    assert (told["parcels"], told["made"]["transaction"], told["made"]["track"]) == (300, 300, 300)
    assert told["seconds"] < 30
    ledger = world.ledger()
    assert len(ledger) == len({sold["tracking_number"] for sold in ledger}) == 300
    assert {sold["carrier"] for sold in ledger} >= {"usps", "ups", "dpd_de", "hermes_uk"}
    assert [sold["created"] for sold in ledger] == sorted(sold["created"] for sold in ledger)
    first = shippo.get("/transactions?results=100")
    assert len(first["results"]) == 100
    assert first["next"] is not None
    states = {each["tracking_status"] for each in first["results"]}
    assert states >= {"UNKNOWN", "PRE_TRANSIT", "TRANSIT", "DELIVERED"}


def test_a_copied_parcel_is_like_one_that_was_bought(world: World, shippo: Caller) -> None:
    bought = shippo.label()
    for _ in range(3):
        world.next_scan(bought["tracking_number"])
    world.populate(60)
    found = shippo.get("/transactions?tracking_status=TRANSIT&results=100")["results"]
    pairs = [(each, shippo.get(f"/tracks/{carrier(each)}/{number(each)}")) for each in found]
    copied, track = next(
        (label, track)
        for label, track in pairs
        if carrier(label) == "usps"
        and label["rate"] != bought["rate"]
        and len(track["tracking_history"]) == 3
    )
    mine = shippo.get(f"/transactions/{bought['object_id']}")
    assert shape(copied) == shape(mine)
    assert shape(track) == shape(shippo.get(f"/tracks/usps/{number(bought)}"))
    rate = shippo.get(f"/rates/{copied['rate']}")
    assert list(rate) == list(shippo.get(f"/rates/{bought['rate']}"))
    shipment = shippo.get(f"/shipments/{rate['shipment']}")
    assert copied["rate"] in [each["object_id"] for each in shipment["rates"]]
    assert shipment["address_to"]["object_id"] != shipment["address_from"]["object_id"]
    for noun, kept in (("addresses", shipment["address_to"]), ("parcels", shipment["parcels"][0])):
        assert shippo.get(f"/{noun}/{kept['object_id']}") == kept


def test_its_history_is_in_order_and_goes_on(world: World, shippo: Caller) -> None:
    world.populate(80, days=5)
    moving = shippo.get("/transactions?tracking_status=TRANSIT")["results"][0]
    track = shippo.get(f"/tracks/{carrier(moving)}/{number(moving)}")
    moments = [scan["status_date"] for scan in track["tracking_history"]]
    assert moments == sorted(set(moments))
    assert moving["object_created"] < moments[0] < moments[-1] < world.clock()["now"]
    assert track["eta"] > moving["object_created"]
    ids = {scan["object_id"] for scan in track["tracking_history"]}
    assert len(ids) == len(moments)
    assert len(world.next_scan(number(moving))["tracking_history"]) == len(moments) + 1


def test_the_same_seed_fills_it_alike_and_twice_is_twice_as_much(world: World) -> None:
    def filled(seed: int) -> list[tuple[str, str]]:
        world.reset()
        world.populate(50, seed=seed)
        return [(sold["object_id"], sold["carrier"]) for sold in world.ledger()]

    assert filled(1) == filled(1) != filled(2)
    world.populate(50, seed=2)
    assert len({sold["object_id"] for sold in world.ledger()}) == 100


def test_nobody_is_told_and_no_lists_lag(world: World, shippo: Caller) -> None:
    shippo.listen("http://127.0.0.1:1/")
    before = world.requests()
    world.populate(20)
    world.advance(0)
    assert (world.webhooks(), world.requests()) == ([], before)
    world.fault("GET", "/transactions", "list_lag", seconds=60)
    assert len(shippo.get("/transactions")["results"]) == 20


def test_others_are_served_while_it_is_filled(world: World, shippo: Caller) -> None:
    waits = []
    with ThreadPoolExecutor(1) as filler:
        filling = filler.submit(world.populate, 3000)
        while not filling.done():
            begun = time.monotonic()
            shippo.label()
            waits.append(time.monotonic() - begun)
    assert len(waits) > 5
    assert max(waits) < 3
    assert len(world.ledger()) == 3000 + len(waits)


@pytest.mark.parametrize("slip", [{"parcels": 0}, {"parcels": "many"}, {"days": -1}, {"seed": "x"}])
def test_a_slip_is_said(world: World, slip: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match=r"400.*is a number from"):
        world.post("populate", **slip)


def test_the_bench_measures_and_says_whether_it_is_quick_enough() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.sandbox", "--parcels", "200", "--rounds", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "cores" in lines[0]
    assert lines[1].startswith("Filled at ")
    assert lines[-1] == "Promised and kept: 50 ms."
    assert any(line.startswith("POST /transactions ") for line in lines)


def number(label: dict[str, Any]) -> str:
    return str(label["tracking_number"])


def carrier(label: dict[str, Any]) -> str:
    return str(label["tracking_url_provider"].split("/carriers/")[1].split("/")[0])
