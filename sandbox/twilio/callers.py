"""Who may call Twilio's API, and how it says no."""

from flask import request

from sandbox.refusals import Refused
from sandbox.twilio.magic import REFUSALS
from sandbox.world import here


def authorized(sid: str) -> str:
    """The auth token the call was made with: the known one, or any when none is known."""
    given = request.authorization
    known = here().settings.twilio_token
    token = (given.password or "") if given and given.type == "basic" else ""
    if not sid.startswith("AC") or not token or (known and token != known):
        raise refusal(20003)
    return token


def refusal(code: int, **about: str) -> Refused:
    found = REFUSALS[code]
    more = f"https://www.twilio.com/docs/errors/{code}"
    said = found.said.format(**about)
    body = {"code": code, "message": said, "more_info": more, "status": found.status}
    return Refused(found.status, body)
