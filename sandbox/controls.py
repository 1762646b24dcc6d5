"""The sandbox's own controls: look at what happened, move the clock, make a scan, plan trouble."""

from typing import Any
from uuid import uuid4

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sandbox import mail, texts
from sandbox.faults import ACTS
from sandbox.refusals import Refused
from sandbox.scans import scan
from sandbox.store import Doc
from sandbox.world import World, asked, here

SOLD = ("QUEUED", "SUCCESS", "REFUNDPENDING", "REFUNDED", "REFUNDREJECTED")
LONGEST_ADVANCE_H = 24 * 366 * 10
KEPT = "('webhook')"


def health() -> Response:
    return jsonify(ok=True)


def ledger() -> Response:
    return jsonify(sold(here()))


def sold(world: World, most: int | None = None) -> list[Doc]:
    """Every label ever sold, oldest first. One that was refused was not sold."""
    names = ("object_id", "rate", "order", "tracking_number", "metadata", "status")
    return [
        {
            **{name: label[name] for name in names},
            "carrier": label["_carrier"],
            "amount": label["_amount"],
            "created": label["object_created"],
        }
        for label in world.store.find("transaction", span=(most, 0))[::-1]
        if label["status"] in SOLD
    ]


def requests_made() -> Response:
    return jsonify(
        here().journal.lines(request.args.get("method", ""), request.args.get("path", ""))
    )


def mail_received() -> Response:
    return jsonify(mail.log(here()))


def texts_received() -> Response:
    return jsonify(texts.log(here()))


def text_stop() -> Response:
    given = asked()
    stopped = given.get("stopped", True) is True
    texts.stop(here(), str(given.get("number", "")), stopped=stopped)
    return jsonify(number=given.get("number"), stopped=stopped)


def clock() -> Response:
    return jsonify(here().clock.shown())


def advance() -> Response:
    """Answers after the first delivery attempt of everything that fell due."""
    try:
        hours = float(asked()["advance_hours"])
    except (KeyError, TypeError, ValueError):
        hours = -1.0
    if not 0 <= hours < LONGEST_ADVANCE_H:
        raise Refused(400, {"error": "advance_hours is a number of hours, not less than 0"})
    moved(here(), hours)
    return clock()


def moved(world: World, hours: float) -> None:
    world.clock.advance(hours * 3600)
    world.agenda.ring()
    world.agenda.settled()
    world.post.all_tried()


def parcel_scan(number: str) -> Response:
    """One scan now; or, with `in_hours`, when the sandbox's clock gets there."""
    world, given = here(), asked()
    hours = given.pop("in_hours", None)
    if hours is None:
        return jsonify(scan(world, number, given))
    planned: Doc = {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "number": number,
        "scan": given,
    }
    with world.store.change():
        world.store.put("planned", planned)
        world.agenda.add("scan", planned["object_id"], float(hours) * 3600, clock="world")
    return jsonify(planned=given, in_hours=hours)


def planned_scan(world: World, ref: str) -> None:
    planned = world.store.get("planned", ref)
    if planned is not None:
        scan(world, planned["number"], planned["scan"])
        world.store.drop("planned", ref)


def deliveries() -> Response:
    return jsonify(here().post.log(request.args.get("from", "shippo")))


def redeliver() -> Response:
    """Send again: `event`, `last`, `duplicate`, `shuffle`, `seed`, `reorder_keys`."""
    post, given = here().post, asked()
    seed = int(given.get("seed", 1)) if given.get("shuffle") else None
    last, duplicate = int(given.get("last", 1)), int(given.get("duplicate", 1))
    chosen = post.again(str(given.get("event", "")), last=last, duplicate=duplicate, seed=seed)
    made = [post.repeat(each, reorder_keys=given.get("reorder_keys") is True) for each in chosen]
    post.all_tried()
    return jsonify(redelivered=len(made), events=[each["event"] for each in made])


def faults() -> Response:
    return jsonify(here().faults.shown())


def plan_fault() -> tuple[Response, int]:
    given: Any = asked()
    if given.get("do") not in ACTS:
        raise Refused(404, {"error": f"unknown fault {given.get('do')!r}", "known": sorted(ACTS)})
    if not isinstance(given.get("match"), dict):
        raise Refused(
            400,
            {"error": 'match is missing: {"method": "POST", "path": "/transactions", "nth": 1}'},
        )
    return jsonify(here().faults.add(given)), 201


def clear_faults() -> Response:
    return jsonify(cleared=here().faults.clear())


def reset() -> Response:
    """Begin anew. Registrations stay, and the clock never goes back."""
    begin_anew(here())
    return jsonify(ok=True)


def begin_anew(world: World) -> None:
    with world.store.change():
        world.store.run(f"DELETE FROM doc WHERE kind NOT IN {KEPT}")  # noqa: S608
        for table in ("agenda", "request"):
            world.store.run(f"DELETE FROM {table}")  # noqa: S608
        world.faults.clear()
        seeded(world, again=True)


def seeded(world: World, *, again: bool = False) -> None:
    """What makes this world's numbers and links its own."""
    if again or world.store.noted("mailer") is None:
        world.store.note("mailer", uuid4().int % 10**9)
        world.store.note("serial", 0)
        world.store.note("link.secret", uuid4().hex)


def back_to_the_page(answer: Response) -> BaseResponse:
    """A button on the board leads back to the board; a program gets its JSON."""
    back = str(asked().get("back", "")) if request.method == "POST" else ""
    pressed = back.startswith("/_sandbox") and request.accept_mimetypes.accept_html
    return redirect(back, 303) if pressed and answer.status_code < 400 else answer
