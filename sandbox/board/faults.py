"""Faults: the planned trouble and whom it struck, ready-made plans, and a form for one's own."""

from typing import Any

from flask import Response, abort, jsonify, render_template, request

from sandbox.board import words
from sandbox.plans import KINDS, TURNS, Parameter
from sandbox.store import Doc
from sandbox.world import here

# What each kind is called, and what the caller meets.
WORDS = {
    "latency": ("Slow answer", "Waits, then does the work and answers."),
    "drip": ("Dripping answer", "The work is done; its answer comes a few bytes at a time."),
    "drop_before": ("Cut before the work", "The connection ends and nothing was done."),
    "commit_then_drop": ("Lost answer", "The work is done, then the connection ends in silence."),
    "commit_then_5xx": (
        "Error after the work",
        "The work is done, but an HTML error is the answer.",
    ),
    "truncate": ("Half an answer", "The work is done, but the body ends too early."),
    "malformed": ("Broken JSON", "The work is done, but nobody can read the answer."),
    "html_200": ("Sign-in page", "A network’s portal answers 200 with HTML."),
    "unknown_enum": ("Unknown word", "A field of the answer holds a word nobody knows."),
    "status": ("Another status", "Answers this status; nothing is done unless you say so."),
    "redirect": ("Redirect", "Sends the caller elsewhere; nothing is done."),
    "list_lag": ("Stale lists", "Lists lack what was made in the last seconds."),
    "late_execution": (
        "Late work",
        "Cut or 504 at once; the work is done afterwards.",
    ),
}
PATHS = ("/transactions", "/shipments", "/tracks", "/refunds", "/addresses", "/webhooks", "*")
METHODS = ("POST", "GET", "PUT", "DELETE")
SAYS = {
    "after": "Do the work first",
    "body": "Body of the answer",
    "bytes": "Bytes",
    "code": "Status code",
    "field": "Field",
    "head": "Send the head at once",
    "how": "How the connection ends",
    "json": "As JSON",
    "location": "To which address",
    "retry_after": "Retry-After",
    "seconds": "Seconds",
    "value": "Word",
}
# A name, what it is good for, and the fields of the form it fills in.
PRESETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "The next label’s answer is lost",
        "Bought, but you never hear of it. Do you buy twice?",
        {"do": "commit_then_drop", "method": "POST", "path": "/transactions", "nth": 1},
    ),
    (
        "Shippo is down",
        "Every call answers 503 and does nothing, until you remove it.",
        {"do": "status", "code": 503},
    ),
    (
        "Every third list is slow",
        "Four seconds, then the right answer.",
        {"do": "latency", "method": "GET", "every": 3, "seconds": 4},
    ),
    (
        "A storm of 429",
        "Twenty calls are told to come back in two seconds.",
        {"do": "status", "code": 429, "retry_after": 2, "times": 20},
    ),
    (
        "No rates to be had",
        "The connection ends whenever rates are asked for.",
        {"do": "drop_before", "method": "POST", "path": "/shipments"},
    ),
    (
        "The next purchase happens late",
        "A 504 now, and the label is bought ten seconds afterwards.",
        {
            "do": "late_execution",
            "method": "POST",
            "path": "/transactions",
            "nth": 1,
            "code": 504,
            "seconds": 10,
        },
    ),
    (
        "Lists lag two minutes",
        "What you just made is not in any list yet.",
        {"do": "list_lag", "method": "GET", "seconds": 120},
    ),
    (
        "One call in ten fails",
        "By chance, and the work is done all the same.",
        {"do": "commit_then_5xx", "probability": 0.1},
    ),
)


def index() -> str:
    do = request.args.get("do", "commit_then_drop")
    do = do if do in KINDS else "commit_then_drop"
    return render_template(
        "faults.html",
        faults=[_shown(each) for each in here().faults.shown()],
        presets=PRESETS,
        kinds=[(kind, *WORDS[kind]) for kind in KINDS],
        do=do,
        named=WORDS[do],
        parameters=[_field(name, each) for name, each in KINDS[do].items()],
        paths=PATHS,
        methods=METHODS,
    )


def remove(number: int) -> Response:
    return jsonify(here().faults.remove(number) or abort(404))


def clear() -> Response:
    return jsonify(cleared=here().faults.clear())


def _shown(fault: Doc) -> Doc:
    match = fault["match"]
    given = {name: fault[name] for name in KINDS[fault["do"]] if name in fault}
    name, says = WORDS[fault["do"]]
    return {
        "id": fault["id"],
        "do": fault["do"],
        "name": name,
        "says": says,
        "calls": " ".join(filter(None, (match.get("method"), match.get("path")))) or "every call",
        "turn": _turn(match, fault.get("times", match.get("times"))),
        "given": given,
        "seen": fault["seen"],
        "hits": fault["hits"],
        "over": _over(fault),
    }


def _turn(match: Doc, times: int | None) -> str:
    told = next((name for name in TURNS if name in match), "")
    said = {
        "nth": "only number {}",
        "every": "every {}",
        "probability": "with a chance of {}",
        "": "each time",
    }[told].format(words.ordinal(match["every"]) if told == "every" else match.get(told, ""))
    return f"{said}, at most {times} times" if times is not None else said


def _over(fault: Doc) -> bool:
    """Whether it cannot strike any more."""
    match, times = fault["match"], fault.get("times", fault["match"].get("times"))
    spent = times is not None and fault["hits"] >= times
    return bool(spent or ("nth" in match and fault["seen"] >= match["nth"]))


def _field(name: str, parameter: Parameter) -> Doc:
    """A parameter as a field of the form: left empty it is as usual."""
    usual = parameter.default
    choices = parameter.says.split(" or ") if isinstance(usual, bool) or name == "how" else []
    shown = str(usual).lower() if isinstance(usual, bool) else "" if usual is None else usual
    return {
        "name": name,
        "label": SAYS.get(name, name),
        "takes": parameter.says,
        "choices": choices,
        "usual": shown,
    }
