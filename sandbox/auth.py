"""Who may ask: any Shippo token of the right shape, and its prefix decides the mode."""

from urllib.parse import urlsplit

from flask import g, request

from sandbox.calls import LOOPBACK
from sandbox.refusals import Refused

MODES = {"shippo_test_": True, "shippo_live_": False}


def token_holders() -> None:
    said = request.headers.get("Authorization", "")
    if not _token(said):
        raise Refused(401, {"detail": "Authentication credentials were not provided."})
    g.test = test_mode(said)
    if g.test is None:
        raise Refused(401, {"detail": "Token does not exist"})


def test_mode(said: str) -> bool | None:
    """True for a test token, false for a live one, and none for what is neither."""
    return MODES.get(_token(said)[:12])


def _token(said: str) -> str:
    scheme, _, token = said.partition(" ")
    return token.strip() if scheme == "ShippoToken" else ""


def this_machine() -> None:
    """The controls have no lock, so nothing but this machine may name them."""
    origin = request.headers.get("Origin", f"http://{request.host}")
    for address in (f"http://{request.host}", origin):
        if _host(address) not in LOOPBACK:
            raise Refused(
                403, {"error": "the controls answer on this machine's own addresses only"}
            )


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
