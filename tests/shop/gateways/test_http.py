"""What each way a call can end says about what may have happened."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from shop.gateways import http
from shop.gateways.errors import Rejected, Unavailable, Unsure


@contextmanager
def server(act: Callable[[socket.socket], None]) -> Iterator[str]:
    """One that reads a request and then does as told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            try:
                peer, _ = listening.accept()
            except OSError:
                return
            with peer:
                peer.recv(65536)
                try:
                    act(peer)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    thread.join(5)


def answer(status: str, body: bytes = b"{}", kind: str = "application/json") -> Callable[..., None]:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return lambda peer: peer.sendall(head.encode() + body)


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(peer: socket.socket) -> None:
    """Ten bytes of an answer that promised more, one at a time."""
    peer.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(10):
        peer.sendall(b"x")
        time.sleep(0.1)


def call(url: str, spends: bool, deadline: float = 2.0) -> http.Answer:
    return http.call(requests.Request("POST", url, json={}), deadline, spends=spends)


AFTER_SENDING = {
    "reset": reset,
    "closed": lambda peer: None,
    "truncated body": lambda peer: peer.sendall(
        b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"
    ),
    "500": answer("500 Oops", b"<h1>no</h1>", "text/html"),
    "503": answer("503 Busy"),
    "408": answer("408 Slow"),
    "409": answer("409 Conflict"),
    "302": answer("302 Found"),
}


@pytest.mark.parametrize("how", AFTER_SENDING)
def test_after_sending_a_call_that_spends_is_unsure_and_one_that_does_not_may_be_repeated(how):
    for spends, verdict in ((True, Unsure), (False, Unavailable)):
        with server(AFTER_SENDING[how]) as url, pytest.raises(verdict):
            call(url, spends)


@pytest.mark.parametrize("pace", [drip, lambda peer: time.sleep(1)])
def test_the_deadline_is_for_the_whole_call_and_not_for_each_read(pace):
    still_going = threading.Event()
    still_going.set()

    def act(peer: socket.socket) -> None:
        for _ in range(3):
            pace(peer)
        still_going.clear()

    with server(act) as url:
        with pytest.raises(Unsure):
            call(url, spends=True, deadline=0.3)
        assert still_going.is_set()


def test_a_connection_that_was_never_made_proves_that_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    with pytest.raises(Unavailable):
        call(url, spends=True)


def test_too_many_requests_is_not_done_and_may_work_later():
    slow_down = answer("429 Slow down", b"slow down", "text/plain")
    with server(slow_down) as url, pytest.raises(Unavailable):
        call(url, spends=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"detail": "Not found."}', "Not found. (404)"),
        (b'{"rate": ["Rate not found"]}', "rate: Rate not found (404)"),
        (b'{"address_from":[{"__all__":["No city"]}]}', "address_from: No city (404)"),
        (b'"Unauthorized to create accounts"', "Unauthorized to create accounts (404)"),
        (b"plain text", "answered 404"),
    ],
)
def test_a_refusal_carries_the_providers_own_words_from_every_shape(body, words):
    with server(answer("404 No", body)) as url, pytest.raises(Rejected) as said:
        call(url, spends=True)
    assert str(said.value) == words
    assert said.value.code == "404"


def test_a_2xx_comes_back_unread():
    with server(answer("202 Fine", b"not json")) as url:
        assert call(url, spends=True).body == b"not json"


def test_of_an_endless_answer_no_more_is_read_than_a_label_may_be():
    def pour(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(40):
                peer.sendall(b"%" * 1024 * 1024)

    with server(pour) as url:
        assert len(call(url, spends=False, deadline=10).body) == http.LARGEST + 1


def test_an_answer_nested_without_end_is_no_json():
    told = http.Answer(200, b"[" * 100_000, "application/json")
    with pytest.raises(ValueError, match="nested"):
        told.json  # noqa: B018


def test_what_an_error_says_can_be_kept():
    assert str(Rejected("no\0 such\ud800 door", code="404")) == "no  such  door"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("3", 3),
        ("0", 0),
        ("99999999999", 900),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 900),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_how_long_to_wait_is_read_in_seconds_or_as_a_date_and_kept_within_reason(asked, seconds):
    pause = http.pause(asked)
    assert pause is not None
    assert pause.total_seconds() == seconds


@pytest.mark.parametrize("asked", ["", "soon", "-5", "1e9", "²"])
def test_what_is_no_wait_is_none(asked):
    assert http.pause(asked) is None
