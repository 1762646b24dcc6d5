"""Mail: what was received or tried, how the server behaves to whom, and unsubscribing."""

from flask import Response, jsonify, request

from sandbox.calls import local
from sandbox.controls.asking import number_of
from sandbox.mail import attempts, behaviours, letters
from sandbox.refusals import Refused
from sandbox.store import Doc
from sandbox.world import asked, here

GOOD = "take"
KNOWN = f"a code from 400 to 599, {', '.join(behaviours.STAGES)} or {GOOD}"


def received() -> Response:
    return jsonify(letters.log(here(), request.args.get("to", "")))


def tried() -> Response:
    return jsonify(attempts.log(here()))


def misbehaviours() -> Response:
    return jsonify(behaviours.planned(here()))


def misbehave() -> tuple[Response, int]:
    """From now on, so often or always; `take` makes it good again."""
    given = asked()
    recipient, do = str(given.get("recipient", "")).strip(), str(given.get("do", ""))
    if recipient != "*" and "@" not in recipient:
        raise Refused(400, {"error": "recipient is an address, @a.domain, or * for everybody"})
    if do == GOOD:
        return jsonify(cleared=behaviours.forget(here(), recipient)), 200
    if do not in behaviours.STAGES and not behaviours.CODE.fullmatch(do):
        raise Refused(400, {"error": f"do is {KNOWN}"})
    return jsonify(behaviours.shown(behaviours.plan(here(), recipient, do, **_how(given)))), 201


def behave() -> Response:
    return jsonify(cleared=behaviours.forget(here(), request.args.get("recipient", "")))


def unsubscribe(mail_id: str) -> Response:
    """Press the letter's one-click button."""
    letter = letters.one(here(), mail_id)
    if letter is None:
        raise Refused(404, {"error": f"no letter {mail_id}"})
    if not letter["unsubscribe"]["one_click"]:
        raise Refused(
            400,
            {"error": "the letter lacks List-Unsubscribe with a URL, or List-Unsubscribe-Post"},
        )
    if not local(letter["unsubscribe"]["url"]):
        raise Refused(400, {"error": "only http and https addresses on this machine are called"})
    return jsonify(letters.press(here(), letter))


def _how(given: Doc) -> Doc:
    at = str(given.get("at") or behaviours.RCPT)
    if at not in (behaviours.RCPT, behaviours.DATA):
        raise Refused(400, {"error": "at is rcpt or data"})
    times = given.get("times")
    count = None if times in (None, "") else int(number_of(given, "times", None, 1, 10**6))
    longest = behaviours.LONGEST_S
    return {
        "at": at,
        "times": count,
        "seconds": number_of(given, "seconds", behaviours.STALL_S, 0, longest),
    }
