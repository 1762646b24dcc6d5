"""The test run is sealed: no socket but to this machine."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


def seal() -> None:
    """Refuse every connection that leaves the machine, whoever tries it."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(args[1], tuple):
        return
    host = str(args[1][0])
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise ConnectionRefusedError(f"a test tried to reach {host}")
