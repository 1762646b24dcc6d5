"""Another policy, to show what ours is for: claim with a lease, send, and try again until told.

It is what a careful person writes first. Nobody claims what another holds, a lease that has run
out is another's, and whatever is not answered with a label is sent again.
"""

from __future__ import annotations

import contextlib
import sys
import time

import psycopg
import requests

LEASE_S = 5
TIMEOUT_S = 4
PREFIX = "naive"

TABLE = """CREATE TABLE naive
    (parcel INTEGER PRIMARY KEY, rate TEXT, label TEXT, leased_until TIMESTAMPTZ DEFAULT now())"""
CLAIM = f"""UPDATE naive SET leased_until = now() + interval '{LEASE_S} seconds' WHERE parcel =
    (SELECT parcel FROM naive WHERE label IS NULL AND leased_until <= now()
     ORDER BY leased_until LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING parcel, rate"""
LABELLED = "UPDATE naive SET label = %s WHERE parcel = %s"
AGAIN = "UPDATE naive SET leased_until = now() WHERE parcel = %s"


def prepare(url: str) -> None:
    with _connected(url) as database:
        database.execute(TABLE)


def ask(url: str, parcel: int, rate: str) -> None:
    with _connected(url) as database:
        database.execute("INSERT INTO naive (parcel, rate) VALUES (%s, %s)", (parcel, rate))


def unlabelled(url: str) -> int:
    with _connected(url) as database:
        row = database.execute("SELECT count(*) FROM naive WHERE label IS NULL").fetchone()
        return int(row[0]) if row else 0


def parcel_of(label: dict[str, str]) -> str:
    """The parcel that stands on a label."""
    return label["metadata"].removeprefix(f"{PREFIX}:")


def work(url: str, shippo: str, key: str) -> None:
    with _connected(url) as database:
        while True:
            claimed = database.execute(CLAIM).fetchone()
            if claimed is None:
                time.sleep(0.05)
                continue
            parcel, rate = claimed
            label = _bought(shippo, key, rate, f"{PREFIX}:{parcel}")
            database.execute(*((LABELLED, (label, parcel)) if label else (AGAIN, (parcel,))))


def _bought(shippo: str, key: str, rate: str, metadata: str) -> str:
    """The label's id, or nothing when the answer was anything else."""
    said = {"rate": rate, "metadata": metadata, "async": False}
    headers = {"Authorization": f"ShippoToken {key}"}
    with contextlib.suppress(requests.RequestException, ValueError, KeyError, TypeError):
        address = f"{shippo}/transactions"
        answer = requests.post(address, json=said, headers=headers, timeout=TIMEOUT_S)
        if answer.status_code == 201 and answer.json()["status"] == "SUCCESS":
            return str(answer.json()["object_id"])
    return ""


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


if __name__ == "__main__":
    work(*sys.argv[1:])
