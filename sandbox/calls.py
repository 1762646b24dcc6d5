"""One call to an address on this machine, within a time, with what was answered."""

import http.client
import ssl
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.deliveries import LOOPBACK

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
    connection = _connection(url, seconds)
    end = threading.Timer(seconds, _cut, (connection,))
    end.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        said = connection.getresponse()
        return Answer(
            status=said.status, kind=said.headers.get_content_type(), body=said.read(LARGEST)
        )
    except (OSError, http.client.HTTPException) as problem:
        return Answer(error=f"{type(problem).__name__}: {problem}")
    finally:
        end.cancel()
        connection.close()


def _connection(url: str, seconds: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port or 80, timeout=seconds)
    own = ssl.create_default_context()
    own.check_hostname, own.verify_mode = False, ssl.CERT_NONE  # this machine's, often self-signed
    return http.client.HTTPSConnection(host, parts.port or 443, timeout=seconds, context=own)


def _cut(connection: http.client.HTTPConnection) -> None:
    """A slow drip ends as well: whoever reads gets what there is, or an error."""
    sock = connection.sock
    if sock is not None:
        sock.close()
