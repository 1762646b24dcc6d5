"""Everything one sandbox consists of, in one place that is handed around."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from flask import current_app, g, request

from sandbox.agenda import Agenda
from sandbox.clock import Clock
from sandbox.deliveries import Post
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.refusals import Refused, absent
from sandbox.settings import Settings
from sandbox.store import Doc, Store
from sandbox.weather import Weather

WORDS: dict[str, Any] = {"true": True, "false": False}
OWNER = "shop@example.test"


@dataclass
class World:
    settings: Settings
    store: Store
    clock: Clock
    agenda: Agenda
    journal: Journal
    faults: Faults
    post: Post
    weather: Weather
    origin: str = ""
    smtp_port: int = 0

    def born(self, test: bool) -> Doc:
        """What every object has in common, fresh."""
        now = self.clock.now()
        return {
            "object_id": uuid4().hex,
            "object_created": now,
            "object_updated": now,
            "object_owner": OWNER,
            "test": test,
        }

    def own(self, kind: str, object_id: str, test: bool) -> Doc:
        """An object of this kind and mode; that of the other mode does not exist."""
        found = self.store.get(kind, object_id)
        if found is None or found["test"] != test:
            raise absent()
        return found


def here() -> World:
    world: World = current_app.extensions["world"]
    return world


def mode() -> bool:
    """True for a test token, false for a live one."""
    return bool(g.test)


def asked() -> Doc:
    """The body of the request as a dictionary: JSON, whatever it calls itself, or a form."""
    raw = request.get_data().strip()
    if raw[:1] in (b"{", b"[") or (raw and request.is_json):
        said = read(raw)
        if not isinstance(said, dict):
            kind = type(said).__name__
            raise complaint(f"Invalid data. Expected a dictionary, but got {kind}.")
        return said
    form = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: WORDS.get(value, value) for name, value in form}


def read(raw: bytes) -> Any:
    """What was said in JSON; half a character can be said in it, and nowhere else."""
    try:
        said = json.loads(raw)
        if b"\\u" in raw:
            json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as problem:
        told = isinstance(problem, json.JSONDecodeError)
        raise complaint(f"JSON parse error - {problem if told else 'beyond all measure'}")
    return said


def complaint(said: str) -> Refused:
    """Of the whole body, in the words of whoever was asked."""
    return Refused(400, {"error" if request.path.startswith("/_sandbox") else "detail": said})


def public(doc: Doc) -> Doc:
    """A stored object without what only the sandbox needs to know."""
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def new_world(settings: Settings) -> World:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(settings.data_dir / "sandbox.sqlite3")
    clock = Clock(store)
    agenda = Agenda(store, clock)
    post = Post(store, clock, agenda, settings.webhook_secret)
    seen = (Journal(store, clock), Faults(store), post, Weather(store, clock))
    return World(settings, store, clock, agenda, *seen)
