"""Rate limits: how many calls a minute, counted by resource, verb and mode."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.caller import Caller
from tests.world import World


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("limits"), SANDBOX_LIMITS="test")
    yield world
    assert world.stop() == 0


def codes(shippo: Caller, method: str, path: str, count: int) -> list[int]:
    body = {"json": {}} if method != "GET" else {}
    return [shippo.call(method, path, **body).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/addresses", 10),
        ("GET", "/customs/items", 10),
        ("GET", "/customs/declarations", 10),
        ("GET", "/shipments/0/rates", 10),
        ("GET", "/orders", 10),
        ("GET", "/orders/0", 400),
        ("POST", "/parcels", 50),
        ("PUT", "/webhooks/0", 50),
        ("POST", "/batches", 10),
        ("GET", "/batches/0", 40),
        ("POST", "/tracks", 50),
        ("GET", "/tracks/shippo/SHIPPO_TRANSIT", 50),
    ],
)
def test_so_many_a_minute_and_no_more(limited: World, method: str, path: str, most: int) -> None:
    answered = codes(Caller(limited.url), method, path, most + 1)
    assert 429 not in answered[:-1]
    assert answered[-1] == 429


def test_resources_verbs_and_modes_are_counted_apart(limited: World) -> None:
    shippo, live = Caller(limited.url), Caller(limited.url, "shippo_live_0123456789")
    assert codes(shippo, "GET", "/manifests", 11)[-1] == 429
    assert codes(shippo, "GET", "/refunds", 1) == [200]
    assert codes(shippo, "GET", "/manifests/0", 1) == [404]
    assert codes(shippo, "POST", "/manifests", 1) == [400]
    assert codes(live, "GET", "/manifests", 1) == [200]


def test_reading_and_writing_share_nothing_and_puts_count_as_posts(limited: World) -> None:
    shippo = Caller(limited.url)
    assert 429 not in codes(shippo, "POST", "/carrier_accounts", 50)
    assert codes(shippo, "PUT", "/carrier_accounts/0", 1) == [429]


def test_one_call_too_many_is_told_in_words_that_are_no_json(limited: World) -> None:
    shippo = Caller(limited.url)
    codes(shippo, "GET", "/parcels", 10)
    answer = shippo.call("GET", "/parcels")
    assert (answer.status_code, answer.text) == (429, "Too Many Requests")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "Retry-After" not in answer.headers


def test_a_stranger_is_a_stranger_before_he_is_one_too_many(limited: World) -> None:
    stranger = Caller(limited.url, "nobody")
    assert set(codes(stranger, "GET", "/transactions", 12)) == {401}
    assert codes(Caller(limited.url), "GET", "/transactions", 1) == [200]


def test_live_figures_are_larger_and_the_wait_can_be_told(tmp_path: Path) -> None:
    world = World.start(tmp_path, SANDBOX_LIMITS="live", SANDBOX_RETRY_AFTER="1")
    try:
        shippo = Caller(world.url)
        assert 429 not in codes(shippo, "GET", "/addresses", 50)
        answer = shippo.call("GET", "/addresses")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert 429 not in codes(shippo, "POST", "/batches", 50)
        assert codes(shippo, "POST", "/batches", 1) == [429]
    finally:
        assert world.stop() == 0


def test_nobody_counts_unless_asked_to(shippo: Caller) -> None:
    assert set(codes(shippo, "GET", "/orders", 60)) == {200}
