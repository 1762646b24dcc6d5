"""The sandbox's own controls: look at what happened, move the clock, make a scan, plan trouble."""

from typing import Any
from uuid import uuid4

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sandbox import mail, texts
from sandbox.faults import ACTS, unsound
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
    moved(here(), number_of(asked(), "advance_hours", None, 0, LONGEST_ADVANCE_H))
    return clock()


def number_of(given: Doc, name: str, default: float | None, least: float, most: float) -> float:
    """A number that was asked for, or a 400 that says what would be one."""
    value: Any = given.get(name, default)
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = float("nan")
    if not least <= found <= most:
        raise Refused(400, {"error": f"{name} is a number from {least:g} to {most:g}"})
    return found


def moved(world: World, hours: float) -> None:
    world.clock.advance(hours * 3600)
    world.agenda.ring()
    world.agenda.settled()
    world.post.all_tried()


def parcel_scan(number: str) -> Response:
    """One scan now; or, with `in_hours`, when the sandbox's clock gets there."""
    world, given = here(), asked()
    if given.get("in_hours") is None:
        return jsonify(scan(world, number, given))
    hours = number_of(given, "in_hours", None, 0, LONGEST_ADVANCE_H)
    del given["in_hours"]
    planned: Doc = {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "number": number,
        "scan": given,
    }
    with world.store.change():
        world.store.put("planned", planned)
        world.agenda.add("scan", planned["object_id"], hours * 3600, clock="world")
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
    seed = int(number_of(given, "seed", 1, 0, 10**9)) if given.get("shuffle") else None
    last = int(number_of(given, "last", 1, 1, 10_000))
    duplicate = int(number_of(given, "duplicate", 1, 1, 1000))
    chosen = post.again(str(given.get("event", "")), last=last, duplicate=duplicate, seed=seed)
    made = [post.repeat(each, reorder_keys=given.get("reorder_keys") is True) for each in chosen]
    post.all_tried()
    return jsonify(redelivered=len(made), events=[each["event"] for each in made])


def faults() -> Response:
    return jsonify(here().faults.shown())


def plan_fault() -> tuple[Response, int]:
    given: Any = asked()
    if str(given.get("do")) not in ACTS:
        raise Refused(404, {"error": f"unknown fault {given.get('do')!r}", "known": sorted(ACTS)})
    if why := unsound(given):
        raise Refused(400, {"error": why})
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
