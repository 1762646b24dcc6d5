"""The carriers' own public pages: a parcel, its scans, and a word that this is a sandbox."""

from itertools import groupby

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.board import progress, words
from sandbox.board.parcels import carrier_name
from sandbox.carriers.services import TRACKED
from sandbox.store import Doc
from sandbox.world import here

UNKNOWN = "No parcel found"
CHECK_IT = "Check the number for typing errors. A label is known here as soon as it is sold."
NOT_A_CARRIER = "No carrier of this name is known here."
FORM = "Track a parcel"


def home() -> Response:
    return redirect("/_sandbox/")


def form(carrier: str) -> Response | tuple[str, int]:
    """Where a number is typed in; with one it leads on to the parcel."""
    number = "".join(request.args.get("number", "").split()).upper()
    if number:
        return redirect(f"/carriers/{carrier}/{number}")
    known = carrier in TRACKED
    said = {"headline": FORM if known else UNKNOWN, "explanation": "" if known else NOT_A_CARRIER}
    return render_template("carrier.html", **_named(carrier), **said), 200 if known else 404


def page(carrier: str, number: str) -> tuple[str, int]:
    known = {**_named(carrier), "number": number}
    track = _track(carrier, number)
    if track is None:
        said = CHECK_IT if carrier in TRACKED else NOT_A_CARRIER
        return render_template("carrier.html", **known, headline=UNKNOWN, explanation=said), 404
    last = track["tracking_status"]
    return render_template(
        "carrier.html",
        **known,
        track=track,
        headline=words.headline(last),
        explanation=_explanation(last),
        tone=words.mark(last)["tone"],
        promise=_promise(track),
        steps=progress.steps(track),
        days=_days(track["tracking_history"]),
        facts=_facts(track),
    ), 200


def _named(carrier: str) -> Doc:
    name = carrier_name(carrier)
    initials = "".join(word[0] for word in name.split()[:2]) if " " in name else name[:1]
    return {"carrier": carrier, "name": name, "initials": initials}


def _track(carrier: str, number: str) -> Doc | None:
    found = here().store.find("track", number=number)
    return next((track for track in found if track["carrier"] == carrier), None)


def _explanation(last: Doc | None) -> str:
    if last is None:
        return "The sender has made a label. The parcel has not been handed over yet."
    details = str(last["status_details"] or "").rstrip(".")
    return ", ".join(part for part in (details, words.place(last["location"])) if part)


def _promise(track: Doc) -> tuple[str, str, str] | None:
    """When it came or when it is expected; nothing is promised of what has ended otherwise."""
    last = track["tracking_status"]
    if last and last["status"] == "DELIVERED":
        return "Delivered", words.whole_day(last["status_date"]), ""
    if not track["eta"] or (last and last["status"] in progress.ENDED):
        return None
    moved = track["original_eta"] and track["original_eta"] != track["eta"]
    first = f"first promised {words.day(track['original_eta'])}" if moved else ""
    return "Expected", words.whole_day(track["eta"]), first


def _days(history: list[Doc]) -> list[tuple[str, list[Doc]]]:
    newest_first = [_line(event, first=event is history[-1]) for event in reversed(history)]
    return [
        (day, list(some)) for day, some in groupby(newest_first, key=lambda line: str(line["day"]))
    ]


def _line(event: Doc, *, first: bool) -> Doc:
    tone = words.mark(event)["tone"]
    return {
        "day": words.whole_day(event["status_date"]),
        "time": words.moment(event["status_date"]).rpartition(" ")[2],
        "date": event["status_date"],
        "details": event["status_details"],
        "place": words.place(event["location"]),
        "tone": tone if tone in ("warn", "bad") else "on" if first else "",
    }


def _facts(track: Doc) -> list[tuple[str, str]]:
    told = [
        ("Service", track["servicelevel"]["name"] or ""),
        ("From", words.place(track["address_from"])),
        ("To", words.place(track["address_to"])),
    ]
    return [(term, value) for term, value in told if value]
