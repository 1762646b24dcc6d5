"""Who may ask: any Shippo token of the right shape, and its prefix decides the mode."""

from flask import g, request

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
    spoken = [request.host, request.headers.get("Origin", "").partition("//")[2]]
    for name in spoken:
        host = name.rpartition(":")[0] if name.rpartition(":")[2].isdigit() else name
        if host not in ("", "127.0.0.1", "localhost", "[::1]"):
            raise Refused(
                403, {"error": "the controls answer on this machine's own addresses only"}
            )
