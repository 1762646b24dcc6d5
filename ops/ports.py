"""Find the ports a run listens on, and keep two runs from choosing the same one."""

import errno
import socket
import sys
from collections.abc import Mapping

from ops.building import Trouble

PREFERRED = {"PORT": 8080, "SANDBOX_PORT": 8090, "SANDBOX_SMTP_PORT": 8025}
NEIGHBOURS = 10
"""How many from the preferred one on are tried before any other."""


class Ports:
    """The ports of one run, claimed for as long as this object lives."""

    def __init__(self) -> None:
        self._claims: dict[int, socket.socket] = {}

    def choose(self, name: str, environ: Mapping[str, str]) -> int:
        """The given port or a complaint; else the preferred one or a neighbour, else any."""
        if given := environ.get(name):
            return self._given(name, given)
        for port in range(PREFERRED[name], PREFERRED[name] + NEIGHBOURS):
            if self.claim(port):
                return port
        while True:
            with socket.create_server(("127.0.0.1", 0)) as any_free:
                port = int(any_free.getsockname()[1])
            if self.claim(port):
                return port

    def _given(self, name: str, given: str) -> int:
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise Trouble(f"{name}={given} is not a port: a number from 1 to 65535.")
        if not self.claim(int(given)):
            raise Trouble(f"{name}={given} was given, but it is busy, or not ours to take.")
        return int(given)

    def claim(self, port: int) -> bool:
        if port in self._claims or not free(port):
            return False
        claim = socket.socket(socket.AF_UNIX)
        # Another run may have chosen the port and not listen yet. Linux has names without
        # files, gone with their owner; elsewhere that moment is not covered.
        if sys.platform == "linux":
            try:
                claim.bind(f"\0quayside-port-{port}")
            except OSError as error:
                claim.close()
                if error.errno == errno.EADDRINUSE:
                    return False
                raise
        self._claims[port] = claim
        return True

    def release(self) -> None:
        while self._claims:
            self._claims.popitem()[1].close()


def free(port: int) -> bool:
    with socket.socket() as probe:
        # A port whose last connection is only waiting out its time is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
