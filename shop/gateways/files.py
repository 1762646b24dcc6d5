"""Label files, fetched from the hosts the shop lists and from nowhere else.

A name is looked up once, what it says is checked, and exactly that address is connected to: whoever
answers for the name cannot answer otherwise a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from shop.gateways import http
from shop.gateways.errors import Cut, Rejected, Unavailable

DEADLINE_S = 20.0
TRIED = 3
HTTPS = 443
KINDS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"^XA": "application/zpl"}
"""What a label may be, by its first bytes; what the server calls it is not believed."""

GLOBAL = ipaddress.ip_network("2000::/3")
TUNNEL = ipaddress.ip_network("2002::/16")
"""Of IPv6 only what is routed everywhere, and not where an IPv4 address is wrapped in it."""


@dataclass(frozen=True)
class File:
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a label lies. Host and port are the shop's own, as listed; only the rest was told."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def own(self) -> bool:
        """Whether it is a test's or a demo's own machine, listed with its port."""
        return self.scheme == "http"

    def at(self, address: str) -> requests.Request:
        """The request to one address of the host, under the host's name."""
        literal = f"[{address}]" if ":" in address else address
        name = f"{self.host}:{self.port}" if self.own else self.host
        url = f"{self.scheme}://{literal}:{self.port}{self.path}"
        return requests.Request("GET", url, headers={"Host": name, "Accept-Encoding": "identity"})


@dataclass(frozen=True, kw_only=True)
class Files:
    """Fetch files named by Shippo. `hosts` is LABEL_HOSTS; `ready` is asked before each call."""

    hosts: tuple[str, ...]
    ready: Callable[[], None]

    def fetch(self, url: str) -> File:
        """One label file, within DEADLINE_S for all of it.

        Raises Rejected when it must not be fetched or is no label, and Unavailable when it could
        not be.
        """
        where = place(url, self.hosts)
        self.ready()
        until = time.monotonic() + DEADLINE_S
        answer = _answer(where, addresses(where), until)
        if len(answer.body) > http.LARGEST:
            raise Rejected("the label file is larger than 10 MiB")
        return File(kind(answer.body), answer.body)


class Named(HTTPAdapter):
    """Connects to the address in a URL and has whoever answers prove to be `name`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__()

    def init_poolmanager(self, *args: Any, **how: Any) -> None:
        super().init_poolmanager(*args, **how, server_hostname=self.name)


def place(url: str, hosts: tuple[str, ...]) -> Place:
    """Take an address apart. Raises Rejected unless it is on a listed host, to the letter.

    `name` lists https on its usual port; `http://host:port` exactly that, and is never listed
    in live mode.
    """
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise Rejected("the label\u2019s address has signs that no address has")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Rejected("the label\u2019s address is none") from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    server = f"{parts.scheme}://{parts.netloc.lower()}"
    for entry in map(str.lower, hosts):
        if entry.startswith("http://") and server == entry:
            own = urlsplit(entry)
            return Place(scheme="http", host=own.hostname or "", port=own.port or 80, path=path)
        if server in {f"https://{entry}", f"https://{entry}:{HTTPS}"}:
            return Place(scheme="https", host=entry, port=HTTPS, path=path)
    raise Rejected(f"the label\u2019s address is not on a host in LABEL_HOSTS: {server[:100]}")


def addresses(where: Place) -> list[str]:
    """What the host's name stands for, IPv4 first, asked once. Raises Rejected when any is private.

    One private address among public ones is no slip: somebody answers for a name that is not
    theirs.
    """
    try:
        found = http.within(http.CONNECT_S, lambda: _looked_up(where))
    except (OSError, UnicodeError, http.TooLate) as error:
        raise Unavailable(f"no address for {where.host}") from error
    if not where.own and not all(map(public, found)):
        raise Rejected(f"{where.host} has a private address")
    return sorted(found, key=lambda address: ":" in address)


def public(address: str) -> bool:
    """Whether an address is one of the open internet's."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and (ip not in GLOBAL or ip in TUNNEL):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def kind(body: bytes) -> str:
    """What a file is, by its first bytes. Raises Rejected when it is no label."""
    for start, name in KINDS.items():
        if body.startswith(start) or (start == b"^XA" and body[:64].lstrip().startswith(start)):
            return name
    raise Rejected("the label file is not a PDF, PNG or ZPL")


def _looked_up(where: Place) -> list[str]:
    entries = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _answer(where: Place, found: list[str], until: float) -> http.Answer:
    """The first answer: another address is tried only where nobody was heard."""
    last: Unavailable = Unavailable(f"no address for {where.host}")
    for address in found[:TRIED]:
        left = max(until - time.monotonic(), 0.1)
        try:
            return http.call(where.at(address), left, by=Named(where.host))
        except Rejected as refused:
            raise Rejected(f"{where.host} refused: {refused}", refused.code) from refused
        except Cut as error:
            last = error
    raise last
