"""Label files come from listed hosts alone: whatever an address says, nobody else is asked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from shop.gateways import files, http
from shop.gateways.errors import Rejected, Unavailable
from shop.gateways.files import Files, Named, Place, addresses, kind, place, public
from tests.shop.gateways.test_http import answer, drip, server
from tests.until import until

HOST = "labels.example"
PDF = b"%PDF-1.7 a label"
_noted: list[tuple[str, Any]] = []
_noting = threading.Event()


def _note(event: str, args: tuple[Any, ...]) -> None:
    if not _noting.is_set():
        return
    if event == "socket.connect" and isinstance(args[1], tuple):
        _noted.append(("connect", args[1]))
    elif event == "socket.getaddrinfo":
        _noted.append(("lookup", args[0]))


sys.addaudithook(_note)


@contextmanager
def wire() -> Iterator[list[tuple[str, Any]]]:
    """Every name this process looks up and every address it connects to, as Python saw it."""
    _noted.clear()
    _noting.set()
    try:
        yield _noted
    finally:
        _noting.clear()


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as bird:
        yield bird


class Canary:
    """A listener on this machine that nobody may ever come to."""

    def __enter__(self) -> Canary:
        self.hits: list[Any] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, whence = self.socket.accept()
                self.hits.append(whence)
                peer.close()

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def test_the_canary_sings_when_somebody_comes(canary: Canary):
    with wire() as seen, pytest.raises(Unavailable):
        fetching(f"http://127.0.0.1:{canary.port}").fetch(f"http://127.0.0.1:{canary.port}/a.pdf")
    assert ("connect", ("127.0.0.1", canary.port)) in seen
    until(lambda: canary.hits)


def fetching(*hosts: str) -> Files:
    return Files(hosts=hosts or (HOST,), ready=lambda: None)


HOSTILE = (
    "http://127.0.0.1:{p}/a.pdf",
    "http://localhost:{p}/a.pdf",
    "http://LOCALHOST:{p}/a.pdf",
    "http://localhost.:{p}/a.pdf",
    "http://localhost.localdomain:{p}/a.pdf",
    "http://[::1]:{p}/a.pdf",
    "http://[::]:{p}/a.pdf",
    "http://[::ffff:127.0.0.1]:{p}/a.pdf",
    "http://[::ffff:7f00:1]:{p}/a.pdf",
    "http://[::127.0.0.1]:{p}/a.pdf",
    "http://[64:ff9b::7f00:1]:{p}/a.pdf",
    "http://[fe80::1%25lo]:{p}/a.pdf",
    "http://2130706433:{p}/a.pdf",
    "http://0x7f000001:{p}/a.pdf",
    "http://0x7f.1:{p}/a.pdf",
    "http://017700000001:{p}/a.pdf",
    "http://0177.0.0.1:{p}/a.pdf",
    "http://127.1:{p}/a.pdf",
    "http://0:{p}/a.pdf",
    "http://0.0.0.0:{p}/a.pdf",
    "http://127.0.0.2:{p}/a.pdf",
    "http://１２７.0.0.1:{p}/a.pdf",
    "http://①②⑦.⓪.⓪.①:{p}/a.pdf",
    "http://127。0。0。1:{p}/a.pdf",
    "http://%31%32%37.0.0.1:{p}/a.pdf",
    "https://127.0.0.1:{p}/a.pdf",
    "https://localhost:{p}/a.pdf",
    "https://labels.example:{p}/a.pdf",
    "http://labels.example:{p}/a.pdf",
    "http://labels.example@127.0.0.1:{p}/a.pdf",
    "https://labels.example@127.0.0.1:{p}/a.pdf",
    "https://labels.example:443@127.0.0.1:{p}/a.pdf",
    "https://labels.example:x@127.0.0.1:{p}/a.pdf",
    "https://127.0.0.1:{p}@labels.example/a.pdf",
    "http://127.0.0.1:{p}#@labels.example/a.pdf",
    "http://127.0.0.1:{p}?@labels.example/a.pdf",
    "http://127.0.0.1:{p}\\@labels.example/a.pdf",
    "https://labels.example\\@127.0.0.1:{p}/a.pdf",
    "https:\\\\127.0.0.1:{p}/a.pdf",
    "https://labels.example.:443/a.pdf",
    "https://labels.example%2e/a.pdf",
    "https://labels.example%00.127.0.0.1:{p}/a.pdf",
    "https://labels.example .127.0.0.1:{p}/a.pdf",
    "https://labels.example\t@127.0.0.1:{p}/a.pdf",
    "https://labels.example\r\nHost: 127.0.0.1:{p}/a.pdf",
    "\thttp://127.0.0.1:{p}/a.pdf",
    "ht\ntp://127.0.0.1:{p}/a.pdf",
    "https://ⓛabels.example/a.pdf",
    "https://lаbels.example/a.pdf",
    "https://labels。example/a.pdf",
    "https://xn--lbels-4nf.example/a.pdf",
    "https://evil-labels.example/a.pdf",
    "https://labels.example.evil.example/a.pdf",
    "https://sub.labels.example/a.pdf",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://0xa9fea9fe/latest/meta-data/",
    "//127.0.0.1:{p}/a.pdf",
    "///127.0.0.1:{p}/a.pdf",
    "http:127.0.0.1:{p}/a.pdf",
    "http:/127.0.0.1:{p}/a.pdf",
    "http:///127.0.0.1:{p}/a.pdf",
    "http://[127.0.0.1]:{p}/a.pdf",
    "http://[::1/a.pdf",
    "http://127.0.0.1:{p}0000/a.pdf",
    "http://127.0.0.1:+{p}/a.pdf",
    "file:///etc/passwd",
    "file://127.0.0.1:{p}/etc/passwd",
    "ftp://127.0.0.1:{p}/a.pdf",
    "gopher://127.0.0.1:{p}/_GET",
    "unix:///var/run/docker.sock",
    "data:application/pdf,%25PDF-",
    "javascript:fetch('http://127.0.0.1:{p}')",
    "jar:http://127.0.0.1:{p}/a.pdf!/",
    "a.pdf",
    "",
)


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused_before_anybody_is_asked(address: str, canary: Canary):
    listed = fetching(HOST, "http://127.0.0.1:1")
    with wire() as seen, pytest.raises(Rejected):
        listed.fetch(address.format(p=canary.port))
    assert (seen, canary.hits) == ([], [])


NEXT_DOOR = (
    "{listed}@127.0.0.1:{p}/",
    "{listed}.evil.example:{p}/",
    "{listed}0/",
    "{listed}:{p}/",
    "{listed}\\@127.0.0.1:{p}/",
)


@pytest.mark.parametrize("address", NEXT_DOOR)
def test_a_machine_listed_with_its_port_is_meant_exactly(address: str, canary: Canary):
    listed = "http://127.0.0.1:1"
    with wire() as seen, pytest.raises(Rejected):
        fetching(listed).fetch(address.format(listed=listed, p=canary.port))
    assert (seen, canary.hits) == ([], [])


def test_a_listed_name_with_a_private_address_is_looked_up_and_never_connected_to():
    with wire() as seen, pytest.raises(Rejected, match="private address"):
        fetching("localhost").fetch("https://localhost/a.pdf")
    assert seen == [("lookup", "localhost")]


def test_a_redirect_is_not_followed(canary: Canary):
    away = f"302 Found\r\nLocation: http://127.0.0.1:{canary.port}/a.pdf"
    with server(answer(away)) as listed, pytest.raises(Unavailable):
        fetching(listed.rstrip("/")).fetch(f"{listed}a.pdf")
    assert canary.hits == []


def test_a_name_is_looked_up_once_and_what_was_found_is_connected_to():
    with server(answer("200 OK", PDF)) as url, wire() as seen:
        port = int(url.rstrip("/").rpartition(":")[2])
        own = f"http://localhost:{port}"
        assert fetching(own).fetch(f"{own}/a.pdf").body == PDF
    lookups = [name for what, name in seen if what == "lookup"]
    assert lookups[0] == "localhost"
    assert set(lookups[1:]) <= {"127.0.0.1", "::1"}  # an address, written as one: nobody is asked
    assert ("connect", ("127.0.0.1", port)) in seen


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:8.8.8.8",
        "::8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::",
        "2002:808:808::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "100::1",
    ],
)
def test_an_address_that_is_not_the_open_internets_is_private(address: str):
    assert not public(address)


@pytest.mark.parametrize("address", ["52.217.1.1", "8.8.8.8", "2600:9000:2000::1", "2a00:1450::5"])
def test_an_address_of_the_open_internet_is_public(address: str):
    assert public(address)


def test_a_listed_address_is_asked_for_as_it_was_given():
    url = f"https://{HOST}/a/b.PDF?Expires=1&Signature=x%2By~z%3D&Key-Pair-Id=K"
    where = place(url, (HOST,))
    assert (where.scheme, where.host, where.port) == ("https", HOST, 443)
    prepared = requests.Session().prepare_request(where.at("8.8.8.8"))
    assert prepared.url == (
        "https://8.8.8.8/a/b.PDF?Expires=1&Signature=x%2By~z%3D&Key-Pair-Id=K".replace(
            "8.8.8.8/", "8.8.8.8:443/"
        )
    )
    assert prepared.headers["Host"] == HOST
    assert where.at("2600:9000::1").url.startswith("https://[2600:9000::1]:443/")


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/a.pdf",
        f"https://{HOST}:443/a.pdf",
        f"HTTPS://{HOST}/a.pdf",
        "https://Labels.Example/a.pdf",
        f"https://{HOST}/a.pdf#page=2",
    ],
)
def test_small_differences_of_spelling_end_at_the_name_that_is_listed(url: str):
    assert place(url, ("LABELS.example",)) == Place(
        scheme="https", host=HOST, port=443, path="/a.pdf"
    )


def test_a_name_nobody_knows_is_not_available():
    with pytest.raises(Unavailable, match="no address"):
        addresses(Place(scheme="https", host="labels.invalid", port=443, path="/"))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"^XA^FO50,50^FS^XZ", "application/zpl"),
        (b"\r\n  ^XA^FO50,50^FS^XZ", "application/zpl"),
    ],
)
def test_what_a_file_is_stands_in_its_first_bytes(body: bytes, told: str):
    assert kind(body) == told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>%PDF-1.4",
        b"<?xml?><Error>",
        b"\x89PNG....",
        b"GIF89a",
        b"PK\x03\x04",
        b" %PDF-",
    ],
)
def test_what_is_no_label_is_refused_whatever_the_server_calls_it(body: bytes):
    with (
        server(answer("200 OK", body, "application/pdf")) as url,
        pytest.raises(Rejected, match="not a PDF"),
    ):
        fetching(url.rstrip("/")).fetch(f"{url}a.pdf")


def test_a_file_may_have_ten_mebibytes_and_not_one_byte_more():
    whole = PDF + b" " * (http.LARGEST - len(PDF))
    with server(answer("200 OK", whole)) as url:
        assert len(fetching(url.rstrip("/")).fetch(url).body) == http.LARGEST
    with server(answer("200 OK", whole + b"x")) as url, pytest.raises(Rejected, match="larger"):
        fetching(url.rstrip("/")).fetch(url)


def test_the_host_says_no_and_why_is_told():
    with server(answer("403 Forbidden", b"<Error/>")) as url, pytest.raises(Rejected) as said:
        fetching(url.rstrip("/")).fetch(url)
    assert str(said.value) == "127.0.0.1 refused: answered 403"
    assert said.value.code == "403"


def test_a_host_that_drips_is_left_when_the_time_is_up():
    where = place("http://127.0.0.1:1/", ("http://127.0.0.1:1",))
    with server(drip) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        slow = Place(scheme="http", host=where.host, port=port, path="/")
        began = time.monotonic()
        with pytest.raises(Unavailable, match="no answer"):
            files._answer(slow, ["127.0.0.1"], began + 0.3)
        assert time.monotonic() - began < 1


def test_where_one_address_does_not_answer_the_next_is_tried():
    with server(answer("200 OK", PDF)) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        where = Place(scheme="http", host="localhost", port=port, path="/")
        until = time.monotonic() + 5
        assert files._answer(where, ["127.0.0.3", "127.0.0.1"], until).body == PDF


@pytest.fixture
def papers(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for HOST that nobody but this test trusts, and its key."""
    paper, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    request = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    request += ["-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    request += ["-addext", f"subjectAltName=DNS:{HOST}", "-out", str(paper), "-keyout", str(key)]
    subprocess.run(request, check=True, capture_output=True)
    return paper, key


@contextmanager
def tls(papers: tuple[Path, Path], heard: dict[str, Any]) -> Iterator[int]:
    """One handshake and one answer on this machine; what was asked is in `heard`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*papers)
    context.sni_callback = lambda _socket, name, _context: heard.update(sni=name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                peer, _ = listening.accept()
                with context.wrap_socket(peer, server_side=True) as secret:
                    heard["asked"] = secret.recv(65536).decode()
                    answer("200 OK", PDF)(secret)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
    thread.join(5)


def _send(by: Named, where: Place, trusted: Path) -> requests.Response:
    with requests.Session() as browser:
        browser.trust_env = False
        browser.mount("https://", by)
        request = browser.prepare_request(where.at("127.0.0.1"))
        return browser.send(request, verify=str(trusted), timeout=5)


def test_the_checked_address_is_spoken_to_by_name_and_nobody_is_asked_again(papers):
    heard: dict[str, Any] = {}
    with tls(papers, heard) as port, wire() as seen:
        where = Place(scheme="https", host=HOST, port=port, path="/a.pdf?Signature=x%2B")
        assert _send(Named(HOST), where, papers[0]).content == PDF
    assert heard["sni"] == HOST
    lines = heard["asked"].splitlines()
    assert lines[0] == "GET /a.pdf?Signature=x%2B HTTP/1.1"
    assert f"Host: {HOST}" in lines
    assert {name for what, name in seen if what == "lookup"} <= {"127.0.0.1"}
    assert [name for what, name in seen if what == "connect"] == [("127.0.0.1", port)]


def test_whoever_cannot_prove_the_name_is_told_nothing(papers):
    heard: dict[str, Any] = {}
    with tls(papers, heard) as port:
        where = Place(scheme="https", host="other.example", port=port, path="/a.pdf")
        with pytest.raises(requests.exceptions.SSLError):
            _send(Named("other.example"), where, papers[0])
    assert heard == {"sni": "other.example"}


def test_a_certificate_of_nobody_we_trust_is_not_taken(papers):
    heard: dict[str, Any] = {}
    with tls(papers, heard) as port:
        where = Place(scheme="https", host=HOST, port=port, path="/")
        with pytest.raises(Unavailable, match="no connection"):
            files._answer(where, ["127.0.0.1"], time.monotonic() + 5)
    assert "asked" not in heard
