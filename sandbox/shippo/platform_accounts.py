"""Accounts of a platform's merchants: not for test keys, and not served to live ones."""

from flask import Response, request

from sandbox.refusals import Refused, absent
from sandbox.world import mode


def refuse() -> Response:
    if request.method == "POST" and mode():
        raise Refused(403, "Unauthorized to create accounts")
    raise absent()
