"""Deliveries: each webhook and receipt, sent or kept back, with its attempts and its bytes."""

import json
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, abort, jsonify, render_template, request

from sandbox.board import slices, words
from sandbox.board.slices import Test
from sandbox.controls.asking import number_of
from sandbox.deliveries import FORGED, WAITING, WITHHELD, WRONG_MODE
from sandbox.policy import DOUBLED, LATE, LOST
from sandbox.shippo.samples import EVENTS
from sandbox.store import Doc
from sandbox.world import asked, here

ON_THE_WAY = (
    "seq IN (SELECT seq FROM doc WHERE kind = 'delivery' AND status IN (?, ?, ?))"  # a short list
)
# What may be asked for, how it is called, and which deliveries those are.
VIEWS: dict[str, tuple[str, Test]] = {
    "": ("All", ("1", ())),
    "done": ("Taken", ("status = ?", ("done",))),
    "waiting": ("Waiting", (ON_THE_WAY, WAITING)),
    "failed": ("Failed", ("status = ?", ("failed",))),
    "withheld": ("Withheld", ("status = ?", (WITHHELD,))),
    "lost": ("Lost", ("status = ?", (LOST,))),
    "forged": (
        "Forged",
        ("kind = 'delivery' AND json_extract(body, '$.mischief') = ?", (FORGED,)),
    ),
}
SENDERS = {"shippo": "Shippo", "twilio": "Twilio"}
MARKS = {
    "held": ("clock", "", "Held back"),
    "new": ("clock", "", "Waiting"),
    "retry": ("again", "warn", "Trying again"),
    "done": ("check", "good", "Taken"),
    "failed": ("cross", "bad", "Failed"),
    WITHHELD: ("lock", "warn", "Withheld"),
    LOST: ("cross", "warn", "Lost"),
}
MISCHIEF = {
    FORGED: ("bad", "Forged signature"),
    WRONG_MODE: ("bad", "Wrong mode"),
    DOUBLED: ("warn", "Doubled"),
    LATE: ("warn", "Late"),
}


def index() -> str:
    view, sender = request.args.get("view", ""), request.args.get("from", "")
    whose: list[Test] = [("metadata = ?", (sender,))] if sender in SENDERS else []
    found = slices.documents("delivery", VIEWS.get(view, VIEWS[""])[1], *whose)
    return render_template(
        "deliveries.html",
        deliveries=[shown(each) for each in found.docs],
        found=found,
        tabs=[_tab(name, whose, on=name == view) for name in VIEWS],
        senders=SENDERS,
        sender=sender,
        events=sorted(EVENTS, reverse=True),
        registered=slices.at_most("webhook"),
        policy=_policy(),
    )


def of_parcel(number: str, most: int) -> list[Doc]:
    """What was told of this parcel, newest first."""
    return [shown(each) for each in here().store.find("delivery", number=number, span=(most, 0))]


def again(delivery_id: str) -> Response:
    """The same once more, or so often as asked; or the same meaning in other bytes."""
    world, given = here(), asked()
    found = world.store.get("delivery", delivery_id) or abort(404)
    for _ in range(int(number_of(given, "duplicate", 1, 1, 100))):
        world.post.repeat(found, reorder_keys=given.get("reorder_keys") is True)
    world.post.all_tried()
    return jsonify(redelivered=True)


def lift_policy() -> Response:
    here().post.policy.lift()
    return jsonify({})


def _policy() -> Doc:
    """How the post behaves, in words, and the figures of it."""
    policy = here().post.policy.shown()
    told = [
        f"every {words.ordinal(policy[name])} {done}"
        for name, done in (("drop_every", "is lost"), ("duplicate_every", "is doubled"))
        if name in policy
    ]
    if policy.get("delay_s"):
        told.append(f"each comes {policy['delay_s']:g} s late")
    if policy.get("shuffle"):
        told.append("they overtake one another")
    if told and policy.get("event"):
        told.append(f"{policy['event']} only")
    return {**policy, "words": ", ".join(told)}


def shown(delivery: Doc) -> Doc:
    icon, tone, said = MARKS[delivery["status"]]
    return {
        **delivery,
        "id": delivery["object_id"],
        "at": delivery["object_created"],
        "number": delivery.get("tracking_number"),
        "about": _about(delivery["body"]),
        "name": f"text {delivery['event']}"
        if delivery["metadata"] == "twilio"
        else delivery["event"],
        "sender": SENDERS.get(delivery["metadata"], delivery["metadata"]),
        "mark": {"icon": icon, "tone": tone, "words": said},
        "mischief": _mischief(delivery.get("mischief")),
        "tried": [_attempt(each) for each in delivery["attempts"]],
        "left": max(0, delivery["tries"] - len(delivery["attempts"])),
        "pretty": _pretty(delivery["body"]),
    }


def _mischief(name: str | None) -> Doc | None:
    if name not in MISCHIEF:
        return None
    tone, said = MISCHIEF[name]
    return {"icon": "alert", "tone": tone, "words": said}


def _tab(name: str, whose: list[Test], *, on: bool) -> Doc:
    called, test = VIEWS[name]
    return {
        "name": called,
        "to": slices.asked(view=name),
        "on": on,
        "count": slices.at_most("delivery", test, *whose),
    }


def _attempt(attempt: Doc) -> Doc:
    good = 200 <= attempt["status"] < 300
    told = str(attempt["status"]) if attempt["status"] else "no answer"
    return {
        **attempt,
        "mark": {
            "icon": "check" if good else "cross",
            "tone": "good" if good else "bad",
            "words": told,
        },
    }


def _about(body: str) -> str:
    """What it is about, when it is not a parcel."""
    data = _data(body)
    return str(data.get("object_id") or data.get("To") or "")


def _data(body: str) -> Doc:
    said = _said(body)
    data = said.get("data", said) if isinstance(said, dict) else None
    return data if isinstance(data, dict) else {}


def _pretty(body: str) -> str:
    return json.dumps(_said(body), indent=2, ensure_ascii=False)


def _said(body: str) -> Any:
    """Shippo speaks JSON, Twilio in forms."""
    try:
        return json.loads(body)
    except ValueError:
        return dict(parse_qsl(body, keep_blank_values=True))
