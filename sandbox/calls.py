"""One call to an address on this machine, within a time, with what was answered."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status 0 and a reason when no answer came."""

    status: int = 0
    kind: str = ""
    body: bytes = b""
    error: str = ""


def local(url: str) -> bool:
    """Whether the address is one that may be called: http or https, and this machine's own."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK and parts.port != 0
    except ValueError:
        return False


def post(url: str, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
    """One POST. Redirects are not followed, and the budget is for the whole answer."""
    if not local(url):
        return Answer(error="not sent: only http and https addresses on this machine are called")
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(url, seconds)
    try:
        connection.connect()
        with _ended(connection.sock, seconds):
            connection.request("POST", path, body, headers)
            said = connection.getresponse()
            kind, told = said.headers.get_content_type(), said.read(LARGEST)
        return Answer(status=said.status, kind=kind, body=told)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return Answer(error=f"{type(problem).__name__}: {problem}")
    finally:
        connection.close()


def _connection(url: str, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=seconds)
    own = ssl.create_default_context()
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE  # this machine's, often self-signed
    return http.client.HTTPSConnection(host, parts.port or 443, timeout=seconds, context=own)


@contextmanager
def _ended(sock: socket.socket, seconds: float) -> Iterator[None]:
    """A slow drip ends as well, whatever had been read of it."""
    over = threading.Event()

    def cut() -> None:
        over.set()
        with suppress(OSError):  # shut down and not closed, which would not wake who reads
            sock.shutdown(socket.SHUT_RDWR)

    end = threading.Timer(seconds, cut)
    end.start()
    try:
        yield
    finally:
        end.cancel()
        if over.is_set():
            raise TimeoutError("timed out")
