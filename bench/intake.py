"""How fast webhooks are taken in, against bare Flask doing the same durable write."""

import argparse
import hashlib
import hmac
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import sqlalchemy as sa
from flask_migrate import upgrade

from app import create_app
from bench.kit import bare, load
from ops import checks, demo, services
from shop.db import db
from shop.settings import Settings
from tests.journeys.conftest import free_port
from tests.processes import environment
from tests.until import until

RATIO, P99_MS = 0.8, 75.0
TOKEN, SECRET = "url-token-for-the-bench", "whsec_for_the_bench"
FASTEST = 4000
"""More a second than either takes in on a machine as small as ours is."""


@dataclass
class Door:
    """One of the two that are compared, behind the same command with as many workers."""

    name: str
    factory: str
    path: str
    port: int = field(default_factory=free_port)
    rates: list[float] = field(default_factory=list)
    made: int = 0

    @property
    def rate(self) -> float:
        """The most it takes in a second: the median of its turns."""
        return statistics.median(self.rates)

    def requests(self, many: float) -> list[bytes]:
        """So many deliveries as they go over the wire, each of another parcel, all signed."""
        first, self.made = self.made, self.made + int(many)
        return [self._request(delivery(number)) for number in range(first, self.made)]

    def _request(self, body: bytes) -> bytes:
        at = int(time.time())
        mark = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        head = [
            f"POST {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            f"Shippo-Auth-Signature: t={at},v1={mark}",
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


def delivery(number: int) -> bytes:
    """A parcel's second scan, as Shippo tells of it: about 2 KB."""
    scans = [scan(number, place) for place in range(2)]
    data = {
        "carrier": "usps",
        "tracking_number": f"92055901649{number:011d}",
        "transaction": f"{number:032x}",
        "metadata": "qs1:wish:1",
        "messages": [],
        "eta": "2026-11-27T00:00:00Z",
        "original_eta": None,
        "servicelevel": {"token": "usps_priority", "name": "Priority Mail"},
        "address_from": {"city": "Tacoma", "state": "WA", "zip": "98402", "country": "US"},
        "address_to": {"city": "Portland", "state": "OR", "zip": "97214", "country": "US"},
        "tracking_status": scans[-1],
        "tracking_history": scans,
        "test": True,
    }
    return json.dumps({"event": "track_updated", "test": True, "data": data}).encode()


def scan(number: int, place: int) -> dict[str, object]:
    return {
        "object_id": f"{place:016x}{number:016x}",
        "object_created": f"2026-11-23T0{place}:00:00Z",
        "object_updated": None,
        "status": "TRANSIT",
        "status_date": f"2026-11-23T0{place}:00:00Z",
        "status_details": "Your shipment has departed from the facility.",
        "substatus": {"code": "package_departed", "text": "Departed", "action_required": False},
        "location": {"city": "Tacoma", "state": "WA", "zip": "98402", "country": "US"},
    }


def prepared(settings: Settings) -> None:
    """The shop's tables, and one like the inbox for the other."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        with db.engine.begin() as connection:
            connection.execute(sa.text(bare.MADE))
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def open_doors(settings: Settings, doors: Sequence[Door]) -> Iterator[None]:
    """Both behind granian, as the shop is started. Nobody works on what is taken in."""
    with services.nothing_left() as mark, tempfile.TemporaryFile() as log:
        told = {**os.environ, **mark, **environment(settings), "TZ": "UTC"}
        running = []
        for door in doors:
            command = [
                door.factory if w == "app:create_app" else w for w in demo.web(door.port).command
            ]
            running.append(subprocess.Popen(command, env=told, stdout=log, stderr=log))
        try:
            for door in doors:
                until(lambda at=door.port: not checks.web(at, "/readyz"), 60)
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(30)


def measured(ours: Door, theirs: Door, told: argparse.Namespace) -> list[float]:
    """Turns of both, so that a slow moment of the machine hits both; then ours at half its most."""
    for door in (theirs, ours):
        load.saturated(
            door.port, door.requests(FASTEST), 1
        )  # what is loaded at first use is loaded
    for turn in range(told.turns):
        for door in (theirs, ours) if turn % 2 else (ours, theirs):
            requests = door.requests(FASTEST * told.seconds)
            door.rates.append(load.saturated(door.port, requests, told.seconds))
    rate = ours.rate / 2
    return load.paced(ours.port, ours.requests(rate * told.paced), rate)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="of each, in turn")
    parser.add_argument("--seconds", type=float, default=2, help="a turn")
    parser.add_argument("--paced", type=float, default=10, help="seconds at half load")
    told = parser.parse_args(arguments)
    ours = Door("Quayside", "app:create_app", f"/webhooks/shippo/{TOKEN}")
    theirs = Door("bare Flask", "bench.kit.bare:create_app", "/hook")
    with services.postgres(durable=True) as server, services.redis() as redis:
        settings = shop(server, redis, ours.port)
        prepared(settings)
        with open_doors(settings, (ours, theirs)):
            times = measured(ours, theirs, told)
    return verdict(ours, theirs, times)


def shop(server: str, redis: str, port: int) -> Settings:
    return Settings(
        secret_key="a key for the bench, and long enough to be one",
        database_url=server,
        redis_url=redis,
        public_url=f"http://127.0.0.1:{port}",
        shippo_api_token="shippo_test_0123456789",
        shippo_api_url="http://127.0.0.1:9",
        shippo_webhook_token=TOKEN,
        shippo_webhook_hmac_secret=SECRET,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="Quayside <hello@quayside.test>",
    )


def verdict(ours: Door, theirs: Door, times: Sequence[float]) -> int:
    """The figures, and 1 where they are not as promised."""
    ratio, at = ours.rate / theirs.rate, partial(percentile, times)
    busy = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {busy:.1f}")
    for door in (theirs, ours):
        turns = ", ".join(f"{rate:.0f}" for rate in door.rates)
        print(f"{door.name}: {door.rate:.0f} a second ({turns})")
    print(f"{ratio:.2f} of bare Flask; promised is {RATIO}")
    half = f"At {ours.rate / 2:.0f} a second, half of that"
    print(f"{half}: p50 {at(50):.1f} ms, p99 {at(99):.1f} ms; promised is {P99_MS:.0f} ms")
    well = ratio >= RATIO and at(99) <= P99_MS
    print("Promised and kept." if well else "NOT AS PROMISED.")
    return 0 if well else 1


def percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
