"""How fast the sandbox quotes and sells, empty and with 50 000 parcels in its state."""

import argparse
import http.client
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER
from tests.world import TOKEN, World

PROMISED_MS = 50  # for quoting and buying, at the median
BUDGET_S = 150  # then fewer rounds have to do
Times = dict[str, list[float]]


class Line:
    """One connection that is kept open."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._http = http.client.HTTPConnection(address.hostname or "", address.port, timeout=300)
        self._headers = {"Authorization": f"ShippoToken {TOKEN}"}

    def ask(self, method: str, path: str, **body: Any) -> Any:
        sent = json.dumps(body) if body else None
        self._http.request(method, path, sent, self._headers)
        answer = self._http.getresponse()
        said = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said) if answer.headers["Content-Type"] == "application/json" else said


class Shopper:
    """Quotes, buys, looks: each call takes what the one before it has left."""

    def __init__(self, line: Line) -> None:
        self._line, self._rate, self._label = line, "", {"rate": "", "tracking_number": ""}

    def quote(self) -> None:
        wanted = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
        shipment = self._line.ask("POST", "/shipments", **wanted, **{"async": False})
        rates = {rate["servicelevel"]["token"]: rate["object_id"] for rate in shipment["rates"]}
        self._rate = rates["usps_priority"]

    def buy(self) -> None:
        label = self._line.ask("POST", "/transactions", rate=self._rate, **{"async": False})
        if label["status"] != "SUCCESS":
            raise SystemExit(f"a label was not sold: {label['messages']}")
        self._label = label

    def scan(self) -> None:
        number = self._label["tracking_number"]
        self._line.ask("POST", f"/_sandbox/parcels/{number}/scan", status="TRANSIT")

    def read(self, path: str) -> None:
        self._line.ask("GET", path.format(**self._label))


def rounds(shopper: Shopper, number: int) -> Times:
    """Every act so often, in turns, so that a slow moment of the machine hits all alike."""
    quick: dict[str, Callable[[], None]] = {
        "POST /shipments": shopper.quote,
        "POST /transactions": shopper.buy,
        "POST …/scan": shopper.scan,
        **reading(shopper, "/transactions?rate={rate}", "/transactions?results=25"),
        **reading(shopper, "/tracks/usps/{tracking_number}", "/_sandbox/requests?last=100"),
        **reading(shopper, "/_sandbox/ledger?last=100"),
    }
    slow = reading(
        shopper,
        "/_sandbox/",
        "/transactions?results=100&page=200",
        "/transactions?tracking_status=DELIVERED",
        "/_sandbox/ledger",
    )
    times: Times = {name: [] for name in quick | slow}
    end = time.monotonic() + BUDGET_S / 2
    for place in range(number):
        for name, act in (quick | slow if place % 20 == 0 else quick).items():
            begun = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - begun) * 1000)
        if time.monotonic() > end:
            break
    return times


def reading(shopper: Shopper, *paths: str) -> dict[str, Callable[[], None]]:
    return {f"GET {path}": partial(shopper.read, path) for path in paths}


def table(parcels: int, empty: Times, full: Times) -> str:
    """Milliseconds: the median and what 95 of 100 stay below."""
    lines = [f"{'milliseconds':<42} {'empty':>16} {f'{parcels} parcels':>18}"]
    lines += [f"{'':<42} {'median':>8}{'p95':>8} {'median':>10}{'p95':>8}"]
    for name in empty:
        some = [*summary(empty[name]), *summary(full[name])]
        lines.append(f"{name:<42} {some[0]:8.1f}{some[1]:8.1f} {some[2]:10.1f}{some[3]:8.1f}")
    return "\n".join(lines)


def summary(times: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def measured(parcels: int, number: int) -> tuple[Times, Times, str]:
    with tempfile.TemporaryDirectory() as place:
        world = World.start(Path(place))
        try:
            shopper, line = Shopper(Line(world.url)), Line(world.url)
            rounds(shopper, 5)  # what is loaded at first use is loaded
            empty = rounds(shopper, number)
            made = line.ask("POST", "/_sandbox/populate", parcels=parcels, seed=1)
            full = rounds(shopper, number)
            size = sum(file.stat().st_size for file in Path(place).iterdir()) / 1e6
            memory = world.figure("VmHWM") / 1e3
        finally:
            world.stop()
    speed = parcels / made["seconds"]
    filling = f"Filled at {speed:.0f} parcels a second; {size:.0f} MB on disk"
    return empty, full, f"{filling}, {memory:.0f} MB of memory at most."


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox", description=__doc__)
    parser.add_argument("--parcels", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=200)
    told = parser.parse_args(arguments)
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}",
        flush=True,
    )
    empty, full, filling = measured(told.parcels, told.rounds)
    print(filling)
    print(table(told.parcels, empty, full))
    late = [
        name
        for name in ("POST /shipments", "POST /transactions")
        if max(statistics.median(empty[name]), statistics.median(full[name])) > PROMISED_MS
    ]
    print(f"Too slow: {', '.join(late)}" if late else f"Promised and kept: {PROMISED_MS} ms.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
