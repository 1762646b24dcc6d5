"""Planned trouble with time: slow answers, lists that lag, work that is done too late."""

import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.caller import RECIPIENT, Caller
from tests.until import until
from tests.world import TOKEN, World


def asking(world: World, path: str, method: str = "GET") -> socket.socket:
    """A connection on which something was asked and nothing read yet."""
    address = urlsplit(world.url)
    assert address.hostname is not None
    connection = socket.create_connection((address.hostname, address.port), 5)
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: ShippoToken {TOKEN}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def test_an_answer_drips_byte_by_byte(world: World, shippo: Caller) -> None:
    world.fault("GET", "/parcels", "drip", seconds=0.05)
    with closing(asking(world, "/parcels")) as connection:
        begun, pieces = time.monotonic(), [connection.recv(1000) for _ in range(5)]
    assert [len(piece) for piece in pieces] == [1] * 5
    assert b"".join(pieces) == b"HTTP/"
    assert time.monotonic() - begun > 0.15


def test_the_head_at_once_and_the_body_in_gulps(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "drip", bytes=200, seconds=0.1, head=True)
    begun = time.monotonic()
    answer = shippo.call("POST", "/transactions", json={"rate": rate}, stream=True)
    assert time.monotonic() - begun < 0.3
    assert len(world.ledger()) == 1  # the work was done before the first drop
    assert answer.json()["rate"] == rate
    assert time.monotonic() - begun > 0.2


def test_a_dripping_connection_goes_on_afterwards(world: World, shippo: Caller) -> None:
    world.fault("GET", "/parcels", "drip", bytes=100, seconds=0.01, nth=1)
    with requests.Session() as session:
        head = {"Authorization": f"ShippoToken {TOKEN}"}
        for _ in range(3):
            answer = session.get(f"{world.url}/parcels", headers=head, timeout=5)
            assert answer.json()["results"] == []


def test_two_hundred_dripping_clients_hold_nobody_up(world: World, shippo: Caller) -> None:
    before = world.threads()
    world.fault("GET", "/parcels", "drip", seconds=5)
    with ExitStack() as crowd:
        for _ in range(200):
            crowd.enter_context(asking(world, "/parcels"))
        until(lambda: len(world.requests("GET", "/parcels")) == 200)
        assert world.threads() >= 200
        begun = time.monotonic()
        assert shippo.label()["status"] == "SUCCESS"
        assert time.monotonic() - begun < 5  # less than one drop
    until(lambda: world.threads() < before + 20)  # none waits for its next drop


def test_a_wait_after_the_work(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "latency", seconds=2, after=True)
    with pytest.raises(requests.ReadTimeout):
        shippo.call("POST", "/transactions", timeout=0.3, json={"rate": rate})
    assert [sold["rate"] for sold in world.ledger()] == [rate]


def test_a_list_lags_and_a_single_object_does_not(world: World, shippo: Caller) -> None:
    label = shippo.label()
    world.fault("GET", "/transactions", "list_lag", seconds=0.8)
    assert shippo.get("/transactions")["results"] == []
    assert shippo.get(f"/transactions?rate={label['rate']}")["results"] == []
    assert shippo.get(f"/transactions/{label['object_id']}")["status"] == "SUCCESS"
    assert len(world.ledger()) == 1
    world.advance(24)
    assert shippo.get("/transactions")["results"] == []  # the world's clock does not end it
    until(lambda: shippo.get("/transactions")["results"])
    world.next_scan(label["tracking_number"])
    assert len(shippo.get("/transactions")["results"]) == 1  # a change does not make it new


def test_every_list_can_lag(world: World, shippo: Caller) -> None:
    shippo.label()
    shippo.post("/addresses", **RECIPIENT)
    form = {"To": "+14155550123", "From": "+15005550006", "Body": "x"}
    texts, who = "/2010-04-01/Accounts/AC1/Messages.json", ("AC1", "twilio-token-for-tests")
    requests.post(world.url + texts, form, auth=who, timeout=5)
    world.fault("GET", "*", "list_lag")
    for path in ("/addresses", "/shipments", "/parcels", "/transactions"):
        assert shippo.get(path)["results"] == []
    assert requests.get(world.url + texts, auth=who, timeout=5).json()["messages"] == []
    world.clear_faults()
    for path in ("/addresses", "/shipments", "/parcels", "/transactions"):
        assert shippo.get(path)["results"] != []
    assert len(requests.get(world.url + texts, auth=who, timeout=5).json()["messages"]) == 1


def test_what_was_given_up_is_carried_out_later(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "late_execution", seconds=0.5)
    with pytest.raises(requests.ConnectionError):
        shippo.call("POST", "/transactions", json={"rate": rate, "metadata": "Q-1"})
    assert world.ledger() == []
    (line,) = world.requests("POST", "/transactions")
    assert (line["status"], line["fault"], line["executed"]) == (0, "late_execution", None)
    until(lambda: world.requests("POST", "/transactions")[0]["executed"])
    assert [(sold["rate"], sold["metadata"]) for sold in world.ledger()] == [(rate, "Q-1")]
    (line,) = world.requests("POST", "/transactions")
    assert line["status"] == 0  # that is still all the client was told


def test_a_gateway_that_gives_up_says_504(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.fault("POST", "/transactions", "late_execution", seconds=0.1, code=504)
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, answer.headers["Content-Type"]) == (504, "text/html")
    until(world.ledger)


def test_a_text_is_sent_late_too(world: World) -> None:
    path = "/2010-04-01/Accounts/AC1/Messages.json"
    form = {"To": "+14155550123", "From": "+15005550006", "Body": "Grüße & more"}
    world.fault("POST", path, "late_execution", seconds=0.3, how="rst")
    with pytest.raises(requests.ConnectionError):
        requests.post(world.url + path, form, auth=("AC1", "twilio-token-for-tests"), timeout=5)
    assert world.sms() == []
    until(world.sms)
    assert world.sms()[0]["body"] == "Grüße & more"


def test_a_restart_loses_neither_plans_nor_late_work(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    shippo = Caller(world.url)
    rate = shippo.rate()
    world.fault("POST", "/transactions", "late_execution", seconds=1.5, nth=1)
    world.fault("GET", "/parcels", "status", code=502, times=2)
    assert shippo.call("GET", "/parcels").status_code == 502
    with pytest.raises(requests.ConnectionError):
        shippo.call("POST", "/transactions", json={"rate": rate})
    world.stop()
    world.run()
    got = [shippo.call("GET", "/parcels").status_code for _ in range(2)]
    assert got == [502, 200]
    until(world.ledger)
    assert [sold["rate"] for sold in world.ledger()] == [rate]
    assert world.stop() == 0
