"""HTTP itself: chunks, proxies, lengths that lie, and bodies cut short, seen from a bare socket."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.caller import Caller
from tests.world import TOKEN, World

COUNTRY = b'{"country":"US"}'
AUTHORIZATION = f"Authorization: ShippoToken {TOKEN}"


def told(world: World, *lines: str, body: bytes = b"", silent: bool = False) -> bytes:
    """Say these lines and this body, and nothing more; everything that is answered."""
    head = "\r\n".join((*lines, AUTHORIZATION, "", "")).encode("latin-1")
    with socket.create_connection((urlsplit(world.url).hostname, urlsplit(world.url).port)) as wire:
        wire.settimeout(5)
        wire.sendall(head + body)
        if silent:
            wire.shutdown(socket.SHUT_WR)
        said = b""
        while more := wire.recv(65536):
            said += more
    return said


def test_a_body_in_chunks_is_put_together(shippo: Caller) -> None:
    def pieces() -> Iterator[bytes]:
        yield COUNTRY[:5]
        yield COUNTRY[5:]

    answer = shippo.call("POST", "/addresses", data=pieces())
    assert (answer.status_code, answer.json()["country"]) == (201, "US")


def test_chunks_may_have_extensions_and_trailers_and_the_connection_goes_on(world: World) -> None:
    body = b'5;a=b\r\n{"cou\r\nB\r\nntry":"US"}\r\n0\r\nX-Sum: 1\r\n\r\n'
    second = f"GET /addresses HTTP/1.1\r\nConnection: close\r\n{AUTHORIZATION}\r\n\r\n".encode()
    lines = ("POST /addresses HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
    said = told(world, *lines, body=body + second)
    assert said.startswith(b"HTTP/1.1 201")
    assert b"HTTP/1.1 200" in said


@pytest.mark.parametrize("body", [b"zz\r\n", b"-1\r\n", b"5\r\nab", b"2\r\nabcd\r\n0\r\n\r\n", b""])
def test_chunks_that_make_no_sense_are_refused_and_do_nothing(
    world: World, shippo: Caller, body: bytes
) -> None:
    lines = ("POST /addresses HTTP/1.1", "Host: x", "Transfer-Encoding: chunked")
    assert told(world, *lines, body=body, silent=True).startswith(b"HTTP/1.1 400")
    assert shippo.get("/addresses")["results"] == []


@pytest.mark.parametrize(
    "lengths",
    [("-5",), ("²",), ("x",), ("16", "0"), ("+16",)],
)
def test_a_length_that_is_none_is_refused(world: World, lengths: tuple[str, ...]) -> None:
    lines = [f"Content-Length: {length}" for length in lengths]
    said = told(world, "POST /addresses HTTP/1.1", "Host: x", *lines, body=COUNTRY)
    assert said.startswith(b"HTTP/1.1 400")


def test_a_body_that_ends_too_soon_is_not_acted_on(world: World, shippo: Caller) -> None:
    form = f"rate={shippo.rate()}&async=false&metadata=the+whole".encode()
    lines = ("POST /transactions HTTP/1.1", "Host: x", f"Content-Length: {len(form) + 10}")
    assert told(world, *lines, body=form, silent=True).startswith(b"HTTP/1.1 400")
    assert world.ledger() == []


def test_a_body_that_is_too_large_is_answered_before_the_connection_ends(shippo: Caller) -> None:
    large = b"x" * (17 * 1024 * 1024)
    assert shippo.call("POST", "/addresses", data=large).status_code == 413


def test_a_proxy_may_ask_by_the_whole_address(world: World, shippo: Caller) -> None:
    answer = requests.get(
        "http://api.example.test/addresses?results=1",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        proxies={"http": world.url},
        timeout=5,
    )
    assert (answer.status_code, answer.json()["results"]) == (200, [])
    shippo.post("/addresses", country="US")
    shippo.post("/addresses", country="US")
    pages = requests.get(
        "http://api.example.test/addresses?results=1",
        headers={"Authorization": f"ShippoToken {TOKEN}"},
        proxies={"http": world.url},
        timeout=5,
    )
    assert pages.json()["next"] == "http://api.example.test/addresses?results=1&page=2"


def test_the_controls_are_not_reached_through_a_strange_name(world: World) -> None:
    lines = ("GET http://evil.example/_sandbox/clock HTTP/1.1", "Host: 127.0.0.1")
    assert told(world, *lines, "Connection: close").startswith(b"HTTP/1.1 403")


def test_an_old_client_that_wants_to_stay_is_told_that_it_may(world: World) -> None:
    kept = told(
        world,
        *("GET /addresses HTTP/1.0", "Connection: keep-alive"),
        silent=True,
    )
    assert b"\r\nConnection: keep-alive\r\n" in kept
    assert b"\r\nConnection: close\r\n" in told(world, "GET /addresses HTTP/1.0")


def test_json_nested_beyond_reason_is_not_json(shippo: Caller) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000):
        answer = shippo.call("POST", "/addresses", data=body)
        assert answer.status_code == 400, answer.text


def test_broken_json_is_refused_and_not_taken_for_nothing(world: World, shippo: Caller) -> None:
    for broken in (b'{"country": "US",}', b'{"country": "US"', b'["US"]'):
        answer = shippo.call("POST", "/addresses", data=broken)
        assert (answer.status_code, list(answer.json())) == (400, ["detail"]), broken
    for broken in (b'{"parcels": 3,}', b"[3]"):
        answer = requests.post(f"{world.url}/_sandbox/populate", data=broken, timeout=5)
        assert (answer.status_code, list(answer.json())) == (400, ["error"]), broken
    assert world.parcels() == []
