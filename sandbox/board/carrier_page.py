"""The carriers' own public pages: a parcel, its scans, and a word that this is a sandbox."""

from itertools import groupby

from flask import redirect, render_template
from werkzeug.wrappers import Response

from sandbox.board import words
from sandbox.carriers.services import CARRIERS
from sandbox.store import Doc
from sandbox.world import here

STEPS = (
    ("Label created", "information_received", "note"),
    ("Accepted", "package_accepted", "box"),
    ("On its way", "package_departed", "truck"),
    ("Out for delivery", "out_for_delivery", "truck"),
    ("Delivered", "delivered", "check"),
)
ENDED = ("RETURNED", "FAILURE")
DONE = {"state": "done", "icon": "check"}
UNKNOWN = "No parcel found"
CHECK_IT = "Check the number for typing errors. A label is known here as soon as it is sold."


def home() -> Response:
    return redirect("/_sandbox/")


def page(carrier: str, number: str) -> tuple[str, int]:
    name = CARRIERS[carrier].name if carrier in CARRIERS else carrier.replace("_", " ").title()
    known: Doc = {"carrier": carrier, "name": name, "number": number}
    track = _track(carrier, number)
    if track is None:
        return render_template("carrier.html", **known, headline=UNKNOWN, explanation=CHECK_IT), 404
    last = track["tracking_status"]
    known |= {"headline": words.headline(last), "explanation": _explanation(last)}
    known |= {"steps": _steps(track), "days": _days(track["tracking_history"])}
    return render_template("carrier.html", **known, facts=_facts(track), track=track), 200


def _track(carrier: str, number: str) -> Doc | None:
    found = here().store.find("track", number=number)
    return next((track for track in found if track["carrier"] == carrier), None)


def _explanation(last: Doc | None) -> str:
    if last is None:
        return "The sender has made a label. The parcel has not been handed over yet."
    where = words.place(last["location"])
    return f"{last['status_details']} {where}".strip()


def _steps(track: Doc) -> list[Doc]:
    """Painted as far as the parcel has come, and not a step further."""
    codes = [(event["substatus"] or {}).get("code") for event in track["tracking_history"]]
    last = track["tracking_status"]
    reached = max((n for n, step in enumerate(STEPS) if step[1] in codes), default=0)
    if last and last["status"] == "TRANSIT":
        reached = max(reached, 1)
    if last and (last["status"] in ENDED or words.needs_somebody(last)):
        behind = [{**_step(n, reached, complete=True), **DONE} for n in range(reached + 1)]
        return [*behind, {"state": "stop", "icon": "alert", "words": words.headline(last)}]
    complete = reached == len(STEPS) - 1
    return [_step(number, reached, complete=complete) for number in range(len(STEPS))]


def _step(number: int, reached: int, *, complete: bool) -> Doc:
    told, _, icon = STEPS[number]
    state = "done" if number < reached or (complete and number == reached) else "todo"
    state = "now" if number == reached and not complete else state
    return {
        "state": state,
        "icon": "check" if state == "done" else icon if state == "now" else "",
        "words": told,
    }


def _days(history: list[Doc]) -> list[tuple[str, list[Doc]]]:
    newest_first = [_line(event, first=event is history[-1]) for event in reversed(history)]
    return [
        (day, list(some)) for day, some in groupby(newest_first, key=lambda line: str(line["day"]))
    ]


def _line(event: Doc, *, first: bool) -> Doc:
    tone = "bad" if event["status"] in ENDED else "warn" if words.needs_somebody(event) else ""
    return {
        "day": words.day(event["status_date"]),
        "time": words.moment(event["status_date"]).rpartition(" ")[2],
        "date": event["status_date"],
        "details": event["status_details"],
        "place": words.place(event["location"]),
        "tone": tone or ("on" if first else ""),
    }


def _facts(track: Doc) -> list[tuple[str, str]]:
    told = [
        ("Service", track["servicelevel"]["name"] or ""),
        ("Expected", words.day(track["eta"]) if track["eta"] else ""),
        ("From", words.place(track["address_from"])),
        ("To", words.place(track["address_to"])),
    ]
    return [(term, value) for term, value in told if value]
