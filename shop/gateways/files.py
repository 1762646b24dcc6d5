"""Label files, fetched from the hosts the shop lists and from nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from shop.carriers import listed
from shop.gateways import http
from shop.gateways.errors import Rejected, Unavailable

DEADLINE_S = 20.0
KINDS = {b"%PDF-": "application/pdf", b"\x89PNG": "image/png", b"^XA": "application/zpl"}
"""What a label may be, by its first bytes; what the server calls it is not believed."""


@dataclass(frozen=True)
class File:
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Files:
    """Fetch files named by Shippo. `hosts` is LABEL_HOSTS; `ready` is asked before each call."""

    hosts: tuple[str, ...]
    ready: Callable[[], None]

    def fetch(self, url: str) -> File:
        """One label file. Raises Rejected when it must not be fetched or is no label."""
        if not listed(url, self.hosts):
            raise Rejected("the label's address is not on a host in LABEL_HOSTS")
        if urlsplit(url).scheme == "https":
            _refuse_private(urlsplit(url).hostname or "")
        self.ready()
        answer = http.call(requests.Request("GET", url), DEADLINE_S)
        if len(answer.body) > http.LARGEST:
            raise Rejected("the label file is larger than 10 MiB")
        for start, kind in KINDS.items():
            if answer.body.startswith(start):
                return File(kind, answer.body)
        raise Rejected("the label file is not a PDF, PNG or ZPL")


def _refuse_private(host: str) -> None:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, 443)}
    except OSError as error:
        raise Unavailable(f"no address for {host}") from error
    if not all(ipaddress.ip_address(address).is_global for address in found):
        raise Rejected("the label's host has a private address")
