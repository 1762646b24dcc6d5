"""Given ports, preferred ports, and two runs that must not choose the same."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from ops.building import Trouble
from ops.ports import PREFERRED, Ports, free


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def ports() -> Iterator[Ports]:
    ports = Ports()
    yield ports
    ports.release()


def test_a_given_port_that_is_busy_is_named(ports: Ports, busy: int) -> None:
    with pytest.raises(Trouble, match=f"SANDBOX_PORT={busy}"):
        ports.choose("SANDBOX_PORT", {"SANDBOX_PORT": str(busy)})


@pytest.mark.parametrize("nonsense", ["http", "0", "65536", "-1", "8080 "])
def test_a_given_port_that_is_none_is_named(ports: Ports, nonsense: str) -> None:
    with pytest.raises(Trouble, match=f"PORT={nonsense} is not a port"):
        ports.choose("PORT", {"PORT": nonsense})


def test_a_busy_preferred_port_gives_way_to_a_free_one(ports: Ports) -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # somebody else's will do
            stack.enter_context(socket.create_server(("127.0.0.1", PREFERRED["PORT"])))
        chosen = ports.choose("PORT", {"PORT": ""})
        assert chosen != PREFERRED["PORT"]
        assert free(chosen)


def test_two_runs_do_not_choose_the_same_port_though_neither_listens_yet(ports: Ports) -> None:
    other = Ports()
    try:
        chosen = ports.choose("PORT", {})
        assert other.choose("PORT", {}) != chosen
        with pytest.raises(Trouble):
            other.choose("PORT", {"PORT": str(chosen)})
        ports.release()
        assert other.choose("PORT", {"PORT": str(chosen)}) == chosen
    finally:
        other.release()
