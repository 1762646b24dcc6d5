"""Requests: the calls the APIs received, newest first, and which planned fault struck them."""

from flask import render_template, request

from sandbox.board import slices
from sandbox.board.slices import Test
from sandbox.store import Doc

COLUMNS = "at, method, path, status, mode, fault, executed"
METHODS = ("GET", "POST", "PUT", "DELETE")
# What may be asked for, how it is called, and which answers those are.
ANSWERS: dict[str, tuple[str, Test]] = {
    "": ("All", ("1", ())),
    "2xx": ("2xx", ("status BETWEEN ? AND ?", (200, 299))),
    "4xx": ("4xx", ("status BETWEEN ? AND ?", (400, 499))),
    "429": ("429", ("status = ?", (429,))),
    "5xx": ("5xx", ("status BETWEEN ? AND ?", (500, 599))),
    "none": ("No answer", ("status = ?", (0,))),
    "struck": ("Struck", ("fault > ?", ("",))),
}


def index() -> str:
    chosen = {name: request.args.get(name, "").strip() for name in ("method", "path", "status")}
    found = slices.rows("request", COLUMNS, *_tests(chosen))
    return render_template(
        "requests.html",
        lines=[_line(each) for each in found.docs],
        found=found,
        chosen=chosen,
        methods=METHODS,
        tabs=[
            {"name": words, "to": slices.asked(status=name), "on": name == chosen["status"]}
            for name, (words, _) in ANSWERS.items()
        ],
    )


def to_paths(paths: list[str], most: int) -> list[Doc]:
    """The calls to exactly these addresses, newest first."""
    test: Test = (f"path IN ({', '.join('?' * len(paths))})", tuple(paths))
    found = slices.newest("request", COLUMNS, test, most=most)
    return [_line(each) for each in found]


def _tests(chosen: dict[str, str]) -> list[Test]:
    tests = [ANSWERS.get(chosen["status"], ANSWERS[""])[1]]
    if chosen["method"] in METHODS:
        tests.append(("method = ?", (chosen["method"],)))
    if chosen["path"]:
        tests.append(("instr(path, ?)", (chosen["path"],)))
    return tests


def _line(call: Doc) -> Doc:
    status = call["status"]
    good = 200 <= status < 400
    return {
        **call,
        "mark": {
            "icon": "check" if good else "cross" if status else "clock",
            "tone": "good" if good else "warn" if 400 <= status < 500 else "bad",
            "words": str(status) if status else "no answer",
        },
    }
