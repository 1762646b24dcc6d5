"""A small threaded HTTP/1.1 server that keeps connections alive and can cut one without a word."""

import io
import logging
import socket
import socketserver
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote_to_bytes

from sandbox.bodies import Unreadable, body_of

log = logging.getLogger("sandbox.server")

Environ = dict[str, Any]


@dataclass(frozen=True)
class Pace:
    """How slowly an answer goes out: so many bytes every so many seconds."""

    bytes: int
    seconds: float
    head: bool  # at once, and only the body slowly


@dataclass
class Reply:
    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    short: int | None = None  # so much of the body is sent, then the connection ends
    pace: Pace | None = None


class Cut(Exception):
    """End the connection here, with no answer: politely (`fin`) or not (`rst`)."""

    def __init__(self, how: str = "fin") -> None:
        super().__init__(how)
        self.how = how


def environ_of(said: dict[str, str], body: bytes) -> Environ:
    """What WSGI wants beside what the caller said."""
    return {
        **said,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, host: str, port: int) -> None:
        self.answer: Callable[[Environ], Reply] = lambda environ: Reply(503)
        super().__init__((host, port), Handler)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        problem = sys.exc_info()[1]
        if not isinstance(problem, ConnectionError | TimeoutError):
            log.error("a connection from %s failed", client_address, exc_info=problem)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # of who names none
    disable_nagle_algorithm = True
    timeout = 120
    server: Server

    def reply(self) -> None:
        try:
            self._send(self._answered())
        except Cut as cut:
            self._cut(cut.how)
        except ConnectionError:
            self.close_connection = True  # the client left; what it asked for was done all the same

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = reply

    def _answered(self) -> Reply:
        try:
            body = body_of(self.headers, self.rfile)
        except Unreadable as unreadable:
            self.close_connection = True  # nobody knows where the next request would begin
            return Reply(unreadable.status)
        return self.server.answer(self._environ(body))

    def _environ(self, body: bytes) -> Environ:
        path, host = _whole(self.path)
        path, _, query = path.partition("?")
        said = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": str(self.server.server_address[0]),
            "SERVER_PORT": str(self.server.port),
            "SERVER_PROTOCOL": self.request_version,
        }
        if host:
            said["HTTP_HOST"] = host
        del self.headers["Transfer-Encoding"]  # the body is whole by now
        for name, value in self.headers.items():
            said.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ_of(said, body)

    def _send(self, reply: Reply) -> None:
        """One write for head and body, so that a short answer is one packet."""
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        told = any(name.lower() == "content-length" for name, _ in reply.headers)
        if reply.status != 204 and not told:
            self.send_header("Content-Length", str(len(reply.body)))
        if self.close_connection or self.request_version == "HTTP/1.0":
            self.send_header("Connection", "close" if self.close_connection else "keep-alive")
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer: list[bytes] = []
        bodiless = self.command == "HEAD" or reply.status in (204, 304)
        body = b"" if bodiless else reply.body[: reply.short]
        if reply.pace is None:
            self.wfile.write(head + body)
        else:
            self._drip(head, body, reply.pace)
        if reply.short is not None:
            self._cut("fin")

    def _drip(self, head: bytes, body: bytes, pace: Pace) -> None:
        """Little by little, for as long as somebody is there to take it."""
        first, rest = (head, body) if pace.head else (b"", head + body)
        self.wfile.write(first)
        for begin in range(0, len(rest), pace.bytes):
            if begin and self._gone(pace.seconds):
                raise ConnectionResetError
            self.wfile.write(rest[begin : begin + pace.bytes])

    def _gone(self, seconds: float) -> bool:
        """Wait so long, or until the client has left."""
        self.connection.settimeout(seconds)
        try:
            left = not self.connection.recv(1, socket.MSG_PEEK)
        except (TimeoutError, BlockingIOError):
            return False
        finally:
            self.connection.settimeout(self.timeout)
        if not left:
            time.sleep(seconds)  # it has already asked the next thing
        return left

    def _cut(self, how: str) -> None:
        self.close_connection = True
        if how == "rst":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def version_string(self) -> str:
        return "sandbox"

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in the journal, not printed."""


def _whole(target: str) -> tuple[str, str]:
    """The path that was asked for, and the host, which only a proxy's caller names with it."""
    scheme, colon, rest = target.partition("://")
    if not colon or scheme.lower() not in ("http", "https"):
        return target, ""
    host, slash, path = rest.partition("/")
    return slash + path or "/", host
