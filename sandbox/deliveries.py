"""The post: webhooks on their way out, one lane per address, retried and logged."""

import contextlib
import http.client
import json
import queue
import random
import socket
import threading
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sandbox.agenda import Agenda, until
from sandbox.clock import Clock
from sandbox.policy import LOST, Fate, Policy
from sandbox.signatures import shippo_signature
from sandbox.store import Doc, Store

BUDGET_S = 3.0
SPACING_S = (1.0, 3.0)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
VERSION = "2018-02-08"
TRIES = 1 + len(SPACING_S)

# What may be wrong with a delivery on purpose.
WITHHELD, FORGED, WRONG_MODE = "withheld", "forged", "wrong_mode"
UNSENT = {
    WITHHELD: "withheld: a journey keeps it back",
    LOST: "lost: so the policy of the post has it",
}
WAITING = ("new", "held", "retry")
WRONG_SECRET = "whsec_of_somebody_else"  # noqa: S105  it opens nothing
AT_ONCE = Fate()
Letter = tuple[str, dict[str, str], str]  # where to, headers, body
BY_MISCHIEF = """CREATE INDEX IF NOT EXISTS doc_mischief
    ON doc (json_extract(body, '$.mischief'), seq DESC) WHERE kind = 'delivery'"""


class Post:
    def __init__(self, store: Store, clock: Clock, agenda: Agenda, secret: str) -> None:
        self._store, self._clock, self._agenda, self._secret = store, clock, agenda, secret
        self._lanes: dict[str, queue.Queue[str]] = {}
        self.policy = Policy(store)
        store.run(BY_MISCHIEF)

    def webhook(self, url: str, event: Doc, mischief: str | None = None) -> Doc:
        """Put an event in the post, which loses, doubles or delays it if that is its policy."""
        what, name = self._signed(url, event, mischief), event["event"]
        if mischief == WITHHELD:
            return self.send("shippo", name, what, tries=TRIES, fate=Fate(WITHHELD))
        with self._store.change():
            sent = [
                self.send(
                    *("shippo", name, what),
                    tries=TRIES,
                    fate=replace(fate, mischief=fate.mischief or mischief),
                )
                for fate in self.policy.fates(name)
            ]
        return sent[0]

    def _signed(self, url: str, event: Doc, mischief: str | None = None) -> Letter:
        """Signed now; every retry replays that signature."""
        body = json.dumps(event, separators=(",", ":"))
        headers = {"Content-Type": "application/json", "Shippo-API-Version": VERSION}
        secret = WRONG_SECRET if mischief == FORGED else self._secret
        if secret:
            moment = int(time.time())
            headers["Shippo-Auth-Signature"] = shippo_signature(secret, moment, body.encode())
        return url, headers, body

    def send(
        self, sender: str, event: str, what: Letter, *, tries: int, fate: Fate = AT_ONCE
    ) -> Doc:
        """Keep it and let it go; what is withheld or lost is only kept."""
        url, headers, body = what
        unsent = fate.mischief in UNSENT
        delivery: Doc = {
            "object_id": uuid4().hex,
            "object_created": self._clock.now(),
            "status": fate.mischief if unsent else "held" if fate.after else "new",
            "mischief": fate.mischief,
            "metadata": sender,
            "tracking_number": _about(body),
            "event": event,
            "url": url,
            "headers": headers,
            "body": body,
            "tries": tries,
            "attempts": [],
        }
        with self._store.change():
            self._store.put("delivery", delivery)
            if not unsent:
                self._agenda.add("deliver", delivery["object_id"], fate.after)
        return delivery

    def resume(self) -> None:
        """After a restart: what was on a lane when the last process ended goes out again."""
        for status in WAITING:
            for delivery in self._store.find("delivery", status=status, oldest=True):
                if not self._agenda.has("deliver", delivery["object_id"]):
                    self._agenda.add("deliver", delivery["object_id"])

    def dispatch(self, ref: str) -> None:
        delivery = self._store.get("delivery", ref)
        if delivery is not None and delivery["status"] in WAITING:
            self._lane(delivery["url"]).put(ref)

    def all_tried(self, timeout: float = 30.0) -> bool:
        """Wait for the first attempt of everything in the post that is not held back."""
        return until(lambda: not self._store.count("delivery", status="new"), timeout)

    def log(self, sender: str = "shippo", most: int | None = None) -> list[Doc]:
        """One line per attempt, oldest first; what was not sent has a line that says so."""
        lines: list[Doc] = []
        for delivery in self._store.find("delivery", metadata=sender, span=(most, 0))[::-1]:
            told = {name: delivery[name] for name in ("event", "url", "headers", "mischief")}
            lines += [
                {**line, **told, "body": _read(delivery["body"])} for line in _attempts(delivery)
            ]
        return sorted(lines, key=lambda line: str(line["at"]))

    def again(
        self, event: str = "", *, last: int = 1, duplicate: int = 1, seed: int | None = None
    ) -> list[Doc]:
        """What to repeat: the last of an event, several times over, in order or shuffled."""
        made = [
            delivery
            for delivery in self._store.find("delivery", metadata="shippo", oldest=True)
            if event in ("", delivery["event"])
        ]
        chosen = [delivery for delivery in made[-last:] for _ in range(duplicate)]
        if seed is not None:
            random.Random(seed).shuffle(chosen)  # noqa: S311  repeatable on purpose
        return chosen

    def repeat(self, delivery: Doc, *, reorder_keys: bool = False) -> Doc:
        """The same bytes and signature again, or the same meaning in other bytes, signed anew."""
        what = (delivery["url"], delivery["headers"], delivery["body"])
        if reorder_keys:
            what = self._signed(delivery["url"], reordered(json.loads(delivery["body"])))
        fate = AT_ONCE if delivery["mischief"] in UNSENT else Fate(delivery["mischief"])
        return self.send("shippo", delivery["event"], what, tries=delivery["tries"], fate=fate)

    def _lane(self, url: str) -> queue.Queue[str]:
        parts = urlsplit(url)
        lane = self._lanes.get(parts.netloc + parts.path)
        if lane is None:
            lane = self._lanes[parts.netloc + parts.path] = queue.Queue()
            threading.Thread(target=self._walk, args=(lane,), name="lane", daemon=True).start()
        return lane

    def _walk(self, lane: "queue.Queue[str]") -> None:
        while True:
            delivery = self._store.get("delivery", lane.get())
            if delivery is not None:
                self._attempt(delivery)

    def _attempt(self, delivery: Doc) -> None:
        at = self._clock.now()
        status, error = transmit(delivery["url"], delivery["headers"], delivery["body"].encode())
        number = len(delivery["attempts"]) + 1
        delivery["attempts"].append({"at": at, "attempt": number, "status": status, "error": error})
        again = number < delivery["tries"] and _retryable(status) and callable_here(delivery["url"])
        delivery["status"] = "done" if 200 <= status < 300 else "retry" if again else "failed"
        with self._store.change():
            if self._store.get("delivery", delivery["object_id"]) is not None:
                self._store.put("delivery", delivery)
            if again:
                self._agenda.add("deliver", delivery["object_id"], SPACING_S[number - 1])


def _attempts(delivery: Doc) -> list[Doc]:
    if delivery["status"] not in UNSENT:
        return list(delivery["attempts"])
    at, error = delivery["object_created"], UNSENT[delivery["status"]]
    return [{"at": at, "attempt": 0, "status": 0, "error": error}]


def transmit(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """One POST within the budget; status 0 and a reason when no answer came."""
    if not callable_here(url):
        return 0, "not sent: only http addresses on this machine are called"
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    connection = http.client.HTTPConnection(host, port, timeout=BUDGET_S)
    end = threading.Timer(BUDGET_S, _end, (connection,))
    end.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status, ""
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return 0, f"{type(problem).__name__}: {problem}"
    finally:
        end.cancel()
        connection.close()


def callable_here(url: str) -> bool:
    """Nothing but http on this machine is ever called."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and parts.port != 0
    except ValueError:
        return False


def _retryable(status: int) -> bool:
    return status in (0, 408, 429) or status >= 500


def _end(connection: http.client.HTTPConnection) -> None:
    """The budget is for the whole answer, so a slow drip ends as well."""
    sock: Any = connection.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def reordered(value: Any) -> Any:
    """The same JSON with every object's keys in the opposite order."""
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(list(value))}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def _about(body: str) -> str | None:
    """The parcel that an event is of, if it is of one."""
    said = _read(body)
    data = said.get("data") if isinstance(said, dict) else None
    return data.get("tracking_number") if isinstance(data, dict) else None


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
