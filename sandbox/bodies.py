"""A request's body as it comes over the wire: of an announced length, or in chunks."""

import re
from email.message import Message
from io import BufferedIOBase

LARGEST = 16 * 1024 * 1024
LONGEST_LINE = 8192
MOST_TRAILERS = 100
LENGTH = re.compile(r"[0-9]{1,18}")
SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?\r?\n", re.DOTALL)


class Unreadable(Exception):
    """There is no body to be had from this request, and this status says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def body_of(headers: Message, wire: BufferedIOBase) -> bytes:
    """Chunks win over a length, and two lengths that differ are none."""
    codings = headers.get_all("Transfer-Encoding")
    if codings is not None:
        if ",".join(codings).strip().lower() != "chunked":
            raise Unreadable(501)
        return _in_chunks(wire)
    lengths = set(headers.get_all("Content-Length", ["0"]))
    if len(lengths) > 1 or not LENGTH.fullmatch(max(lengths)):
        raise Unreadable(400)
    return _exactly(wire, int(lengths.pop()))


def _in_chunks(wire: BufferedIOBase) -> bytes:
    body = b""
    while size := _size(wire.readline(LONGEST_LINE)):
        body += _exactly(wire, size, beside=len(body))
        if wire.readline(3) not in (b"\r\n", b"\n"):
            raise Unreadable(400)
    for _ in range(MOST_TRAILERS):
        if wire.readline(LONGEST_LINE) in (b"\r\n", b"\n", b""):
            return body
    raise Unreadable(400)


def _size(line: bytes) -> int:
    said = SIZE.fullmatch(line)
    if said is None:
        raise Unreadable(400)
    return int(said[1], 16)


def _exactly(wire: BufferedIOBase, length: int, *, beside: int = 0) -> bytes:
    """What ends too soon was cut on its way, and is not what somebody wanted to say."""
    if beside + length > LARGEST:
        raise Unreadable(413)
    found = wire.read(length)
    if len(found) < length:
        raise Unreadable(400)
    return found
