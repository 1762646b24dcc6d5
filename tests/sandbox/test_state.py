"""What the sandbox remembers: over a restart everything, over a reset only who listens."""

import contextlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.until import until
from tests.world import World


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    world = World.start(tmp_path, SANDBOX_ASYNC_S="0.6")
    shippo = Caller(world.url)
    label = shippo.label()
    world.next_scan(label["tracking_number"])
    queued = shippo.label(**{"async": True})
    world.fault("GET", "/shipments", "commit_then_5xx")
    offset = world.advance(5)["offset_s"]
    before = time.monotonic()
    assert world.stop() == 0
    assert time.monotonic() - before < 1.5
    world.run()
    assert world.clock()["offset_s"] == offset
    assert world.ledger()[0]["object_id"] == label["object_id"]
    assert shippo.get(f"/tracks/usps/{label['tracking_number']}")["tracking_status"] is not None
    assert shippo.settled(queued["object_id"])["status"] == "SUCCESS"
    assert [fault["do"] for fault in world.faults()] == ["commit_then_5xx"]
    assert requests.get(label["label_url"], timeout=5).status_code == 200
    assert world.stop() == 0


def test_a_webhook_on_its_way_survives_a_restart(tmp_path: Path) -> None:
    listener = Listener(503, 200)
    world = World.start(tmp_path)
    shippo = Caller(world.url)
    shippo.listen(listener.url)
    shippo.label()
    listener.wait(1)
    world.stop()
    world.run()
    listener.wait(2)
    listener.close()
    world.stop()


def test_a_reset_keeps_registrations_and_the_clock(world: World, shippo: Caller) -> None:
    registered = shippo.listen("http://127.0.0.1:1/")
    first = shippo.label()
    world.advance(3)
    offset = world.clock()["offset_s"]
    world.fault("GET", "/transactions", "drop_before")
    world.post("reset")
    assert (world.ledger(), world.requests(), world.faults(), world.webhooks()) == ([], [], [], [])
    assert world.clock()["offset_s"] == offset
    assert shippo.get(f"/webhooks/{registered}")["object_id"] == registered
    assert shippo.call("GET", f"/transactions/{first['object_id']}").status_code == 404
    assert shippo.label()["tracking_number"] != first["tracking_number"]
    world.post("reset?clock=machine")
    assert world.clock()["offset_s"] == 0


def test_the_controls_answer_this_machine_only(world: World) -> None:
    address = f"{world.url}/_sandbox/ledger"
    assert requests.get(address, headers={"Host": "sandbox.example"}, timeout=5).status_code == 403
    for origin in ("https://evil.example", "null"):
        answer = requests.post(
            f"{world.url}/_sandbox/reset", headers={"Origin": origin}, json={}, timeout=5
        )
        assert answer.status_code == 403
    assert requests.get(address.replace("127.0.0.1", "localhost"), timeout=5).status_code == 200
    assert world.get("health") == {"ok": True}


def test_a_control_that_there_is_none_of_is_not_found(world: World) -> None:
    with pytest.raises(RuntimeError, match="404"):
        world.post("weather")


def test_many_at_once_do_not_wait_for_each_other(world: World, shippo: Caller) -> None:
    """Purchases, webhooks, faults, the clock and resets, all at the same time."""
    listener = Listener(200)
    shippo.listen(listener.url)
    rate = shippo.rate()

    def live(turn: int) -> None:
        shippo.call("POST", "/transactions", timeout=10, json={"rate": rate})
        world.fault("GET", "/nothing", "latency", seconds=0)
        shippo.call("GET", "/nothing", timeout=10)
        world.advance(0)
        if turn % 5 == 0:
            world.reset()

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(live, range(80)))
    listener.close()


def test_the_same_seed_makes_the_same_numbers_and_another_makes_others(tmp_path: Path) -> None:
    numbers = []
    for place, seed in enumerate(("harbour", "harbour", "quay")):
        world = World.start(tmp_path / str(place), SANDBOX_SEED=seed)
        numbers.append(Caller(world.url).label()["tracking_number"])
        world.reset()
        assert Caller(world.url).label()["tracking_number"] == numbers[-1]
        assert world.stop() == 0
    assert numbers[0] == numbers[1] != numbers[2]


def test_ledger_and_journal_can_be_asked_for_the_end_or_since_a_moment(
    world: World, shippo: Caller
) -> None:
    labels = [shippo.label()["object_id"] for _ in range(3)]
    moment = world.advance(1)["now"]
    labels.append(shippo.label(metadata="Q-1")["object_id"])
    assert [sold["object_id"] for sold in world.get("ledger", last=2)] == labels[2:]
    (line,) = world.get("ledger", since=moment)
    assert (line["object_id"], line["metadata"], line["order"]) == (labels[3], "Q-1", None)
    assert len(world.get("requests", path="/transactions", since=moment)) == 1
    assert [line["path"] for line in world.get("requests", last=2)] == [
        "/shipments",
        "/transactions",
    ]
    for slip in ({"last": "few"}, {"since": "yesterday"}):
        for control in ("ledger", "requests"):
            with pytest.raises(RuntimeError, match="400"):
                world.get(control, **slip)


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    shippo, bought = Caller(world.url), list[str]()

    def buy(_: int) -> None:
        with contextlib.suppress(requests.ConnectionError):
            bought.append(shippo.label()["object_id"])

    with ThreadPoolExecutor(3) as crowd:
        buying = crowd.map(buy, range(60))
        until(lambda: len(bought) > 10)
        world.kill()
        list(buying)
    world.run()
    assert {sold["object_id"] for sold in world.ledger()} >= set(bought)
    for sold in world.ledger():
        label = shippo.get(f"/transactions/{sold['object_id']}")
        assert shippo.get(f"/tracks/usps/{label['tracking_number']}")["transaction"]
        assert shippo.get(f"/rates/{label['rate']}")["object_id"] == label["rate"]
    assert world.stop() == 0


def test_what_an_older_sandbox_has_kept_is_taken_over(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    label = Caller(world.url).label()
    world.stop()
    with contextlib.closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as old:
        old.execute("ALTER TABLE doc DROP COLUMN kept")
        old.execute("ALTER TABLE request DROP COLUMN fault")
        old.execute("CREATE INDEX doc_newest ON doc (kind, seq DESC)")
    world.run()
    assert Caller(world.url).get("/transactions")["results"][0]["object_id"] == label["object_id"]
    assert Caller(world.url).label()["status"] == "SUCCESS"
    assert world.stop() == 0


def test_of_the_calls_the_newest_hundred_thousand_are_kept(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    world.stop()
    with contextlib.closing(sqlite3.connect(tmp_path / "sandbox.sqlite3")) as journal, journal:
        journal.execute(
            "INSERT INTO request (seq, at, method, path) WITH RECURSIVE number(seq) AS"
            " (VALUES (1) UNION ALL SELECT seq + 1 FROM number WHERE seq < 101998)"
            " SELECT seq, '2026-01-01T00:00:00.000Z', 'GET', '/old' FROM number"
        )
    world.run()
    for _ in range(2):
        Caller(world.url).get("/parcels")
    lines = world.requests()
    assert len(lines) == 100_000
    assert [line["path"] for line in lines[-3:]] == ["/old", "/parcels", "/parcels"]
    assert world.stop() == 0
