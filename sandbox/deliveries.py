"""The post: webhooks on their way out, one lane per address, retried and logged."""

import json
import queue
import random
import threading
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

from sandbox import calls
from sandbox.agenda import Agenda, until
from sandbox.clock import Clock
from sandbox.envelopes import Letter, about, read, reordered, signed
from sandbox.policy import LOST, Fate, Policy
from sandbox.store import Doc, Store

BUDGET_S = 3.0
SPACING_S = (1.0, 3.0)
IDLE_S = 2.0
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
        return signed(url, event, WRONG_SECRET if mischief == FORGED else self._secret)

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
            "tracking_number": about(body),
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
            self._line_up(delivery["url"], ref)

    def all_tried(self, timeout: float = 30.0) -> bool:
        """Wait for the first attempt of everything in the post that is not held back."""
        return until(lambda: not self._store.count("delivery", status="new"), timeout)

    def log(self, sender: str = "shippo", most: int | None = None) -> list[Doc]:
        """One line per attempt, oldest first; what was not sent has a line that says so."""
        lines: list[Doc] = []
        for delivery in self._store.find("delivery", metadata=sender, span=(most, 0))[::-1]:
            told = {name: delivery[name] for name in ("event", "url", "headers", "mischief")}
            lines += [
                {**line, **told, "body": read(delivery["body"])} for line in _attempts(delivery)
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

    def _line_up(self, url: str, ref: str) -> None:
        """On the lane of its address, which is opened when it is needed."""
        parts = urlsplit(url)
        address = parts.netloc + parts.path
        with self._store.lock:
            if address not in self._lanes:
                self._lanes[address] = queue.Queue()
                walk = threading.Thread(target=self._walk, args=(address,), name="lane")
                walk.daemon = True
                walk.start()
            self._lanes[address].put(ref)

    def _walk(self, address: str) -> None:
        """One delivery after another; a lane that has long been empty is closed."""
        lane = self._lanes[address]
        while True:
            try:
                delivery = self._store.get("delivery", lane.get(timeout=IDLE_S))
            except queue.Empty:
                with self._store.lock:
                    if lane.empty():
                        del self._lanes[address]
                        return
                continue
            if delivery is not None:
                self._attempt(delivery)

    def _attempt(self, delivery: Doc) -> None:
        at, url = self._clock.now(), delivery["url"]
        answer = calls.post(url, delivery["headers"], delivery["body"].encode(), BUDGET_S)
        number, status = len(delivery["attempts"]) + 1, answer.status
        told = {"at": at, "attempt": number, "status": status, "error": answer.error}
        delivery["attempts"].append(told)
        again = number < delivery["tries"] and _retryable(status) and calls.local(url)
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


def _retryable(status: int) -> bool:
    return status in (0, 408, 429) or status >= 500
