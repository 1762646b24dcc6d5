"""Somebody's server: hears what is posted to it and answers as it was told to."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Listener:
    """Answers the given statuses in turn, the last one for ever, `slow` seconds late."""

    def __init__(self, *statuses: int, slow: float = 0.0) -> None:
        self.heard: list[Heard] = []
        self._statuses, self._slow = list(statuses) or [204], slow
        self.says, self.kind = b"", "text/xml"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?token=abc"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def wait(self, count: int, seconds: float = 10.0) -> list[Heard]:
        """What was heard, as soon as it is this much."""
        end = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(self.heard) >= count, f"heard {len(self.heard)} of {count}"
        return self.heard

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self) -> int:
        return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append(Heard(self.path, dict(self.headers), body))
                time.sleep(listener._slow)
                try:
                    self.send_response(listener._answer())
                    self.send_header("Content-Type", listener.kind)
                    self.send_header("Content-Length", str(len(listener.says)))
                    self.end_headers()
                    self.wfile.write(listener.says)
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Quietly."""

        return Handler
