"""A Shippo that sells the label and then tells of it in words nobody foresaw."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

DEEP = 100_000
Doc = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An answer as it goes over the wire; `length` is what it claims to be long."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    length: int | None = None

    @property
    def doc(self) -> Doc:
        found: Doc = json.loads(self.body)
        return found


Lie = Callable[[Told], Told]


class Liar(ThreadingHTTPServer):
    """Hands everything on to Shippo, and every answer back; after a sale it lies as it is told."""

    daemon_threads = True

    def __init__(self, shippo: str) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.shippo, self.url = shippo, f"http://127.0.0.1:{self.server_address[1]}"
        self.lie: Lie = lambda told: told
        self.at_once = False  # a sale is told of when it is done, and not as queued

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up on a liar is right."""

    def asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Told:
        sale = method == "POST" and path == "/transactions"
        if sale:
            body = json.dumps({**json.loads(body), "async": not self.at_once}).encode()
        answer = requests.request(
            method, self.shippo + path, headers=headers, data=body, timeout=10
        )
        told = Told(answer.status_code, answer.content)
        if "Content-Type" in answer.headers:
            told = replace(told, headers={"Content-Type": answer.headers["Content-Type"]})
        return self.lie(told) if sale and answer.status_code == 201 else told


class _Desk(BaseHTTPRequestHandler):
    server: Liar

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = ("Authorization", "Content-Type", "Shippo-API-Version")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        told = self.server.asked(self.command, self.path, headers, body)
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        length = len(told.body) if told.length is None else told.length
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(told.body)


@contextmanager
def lying(shippo: str) -> Iterator[Liar]:
    with Liar(shippo) as liar:
        thread = threading.Thread(target=liar.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield liar
        liar.shutdown()
        thread.join(5)


def put(**fields: Any) -> Lie:
    """The same, with these fields in place of its own."""
    return lambda told: replace(told, body=json.dumps({**told.doc, **fields}).encode())


def without(*names: str) -> Lie:
    def lie(told: Told) -> Told:
        kept = {name: value for name, value in told.doc.items() if name not in names}
        return replace(told, body=json.dumps(kept).encode())

    return lie


def wrapped(wrap: Callable[[Doc], Any]) -> Lie:
    return lambda told: replace(told, body=json.dumps(wrap(told.doc)).encode())


def raw(change: Callable[[bytes], bytes]) -> Lie:
    return lambda told: replace(told, body=change(told.body))


def saying(body: bytes, kind: str = "application/json") -> Lie:
    return lambda told: replace(told, body=body, headers={"Content-Type": kind})


def coded(status: int) -> Lie:
    return lambda told: replace(told, status=status)


def headed(**headers: str) -> Lie:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda told: replace(told, headers=named)


FIELDS = (
    *("object_id", "status", "metadata", "rate", "messages"),
    *("tracking_number", "tracking_url_provider", "label_url", "object_created"),
)
LIES: dict[str, Lie] = {
    **{f"without {name}": without(name) for name in FIELDS},
    **{f"{name} is null": put(**{name: None}) for name in FIELDS},
    "with nothing but an id": wrapped(lambda doc: {"object_id": doc["object_id"]}),
    "a status nobody knows": put(status="PARTYING"),
    "a status in small letters": put(status="success"),
    "a status that is a list": put(status=["SUCCESS"]),
    "a status that is a number": put(status=1),
    "an empty status": put(status=""),
    "a status of a refund": put(status="REFUNDPENDING"),
    "an id that is a list": put(object_id=["a"]),
    "an empty id": put(object_id=""),
    "an id too long to be one": put(object_id="a" * 3000),
    "a rate that is an object": wrapped(lambda doc: {**doc, "rate": {"object_id": doc["rate"]}}),
    "a rate that is a list": put(rate=[1, 2]),
    "metadata that is an object": put(metadata={"order": 1}),
    "metadata of somebody else": put(metadata="order 4711"),
    "metadata cut short": wrapped(lambda doc: {**doc, "metadata": doc["metadata"][:9]}),
    "a number that is a number": put(tracking_number=9205590164917312751089),
    "a number with a NUL in it": put(tracking_number="92\x0005"),
    "a number that is half a character": put(tracking_number="92\ud80005"),
    "a number that is an object": put(tracking_number={"usps": "9205"}),
    "messages that are one text": put(messages="bought"),
    "messages that are an object": put(messages={"text": "bought"}),
    "messages nested for ever": put(messages=[[[[[[{"text": [{"text": None}]}]]]]], None, 1]),
    "messages without an end": put(messages=["x" * 10_000] * 100),
    "a label address that is a list": put(label_url=["https://x.example/l.pdf"]),
    "a time nobody can read": put(object_created="soon"),
    "a time that is a number": put(object_created=10**18),
    "a time before time": put(object_created="0000-00-00T00:00:00Z"),
    "a field nobody asked for": put(surprise={"very": ["deep", {"inside": None}]}),
    "in an envelope": wrapped(lambda doc: {"data": doc}),
    "as a page of a list": wrapped(lambda doc: {"results": [doc], "next": None}),
    "in a list": wrapped(lambda doc: [doc]),
    "as text in text": wrapped(lambda doc: json.dumps(doc)),
    "nothing at all": saying(b""),
    "null": saying(b"null"),
    "a number": saying(b"1e999"),
    "a page of a proxy": saying(b"<html><h1>502 Bad Gateway</h1></html>", "text/html"),
    "a sign-in page": saying(b"<!doctype html><form>Sign in to the network</form>", "text/html"),
    "arrays without an end": saying(b"[" * DEEP),
    "objects without an end": saying(b'{"a":' * DEEP),
    "a number of many digits": raw(lambda body: body[:-1] + b',"n":' + b"9" * 9000 + b"}"),
    "half of it": raw(lambda body: body[: len(body) // 2]),
    "all but the end": raw(lambda body: body.rstrip()[:-1]),
    "a comma too many": raw(lambda body: body.rstrip()[:-1] + b",}"),
    "something after it": raw(lambda body: body + b"<!-- served by node 7 -->"),
    "the same twice": raw(lambda body: body + body),
    "a mark of byte order": raw(lambda body: b"\xef\xbb\xbf" + body),
    "in UTF-16": raw(lambda body: body.decode().encode("utf-16")),
    "with bytes that are no UTF-8": raw(lambda body: body.replace(b"object", b"ob\xff\xfeect")),
    "a status said twice": raw(lambda body: body.rstrip()[:-1] + b',"status":"QUEUED"}'),
    "a value that is no JSON": raw(lambda body: body.rstrip()[:-1] + b',"n":NaN,"m":Infinity}'),
    "longer than anything": raw(lambda body: body[:-1] + b',"n":"' + b"x" * 11_000_000 + b'"}'),
    "200 in place of 201": coded(200),
    "202 in place of 201": coded(202),
    "203 in place of 201": coded(203),
    "206 in place of 201": coded(206),
    "204 and nothing": lambda told: replace(told, status=204, body=b""),
    "shorter than it claims": lambda told: replace(told, length=len(told.body) + 400),
    "longer than it claims": lambda told: replace(told, length=40),
    "text that is called a page": headed(Content_Type="text/html; charset=latin-1"),
    "no word of what it is": headed(),
    "called packed, and is not": headed(Content_Type="application/json", Content_Encoding="gzip"),
    "called packed in a way nobody knows": headed(
        Content_Type="application/json", Content_Encoding="snow"
    ),
}
