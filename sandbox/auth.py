"""Who may ask: any Shippo token of the right shape, and its prefix decides the mode."""

from urllib.parse import urlsplit

from flask import g, request

from sandbox.calls import LOOPBACK
from sandbox.refusals import Refused

MODES = {"shippo_test_": True, "shippo_live_": False}


def token_holders() -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "ShippoToken" or not token.strip():
        raise Refused(401, {"detail": "Authentication credentials were not provided."})
    prefix = token.strip()[:12]
    if prefix not in MODES:
        raise Refused(401, {"detail": "Token does not exist"})
    g.test = MODES[prefix]


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
