"""The version of the API that is asked for: there have been five, and no others."""

from flask import request

from sandbox.refusals import Refused

VERSIONS = ("2014-02-11", "2016-10-25", "2017-03-29", "2017-08-01", "2018-02-08")


def known_version() -> None:
    """All five are answered in the shapes of the last; without the header that one is meant."""
    asked = request.headers.get("Shippo-API-Version", VERSIONS[-1])
    if asked not in VERSIONS:
        raise Refused(400, {"detail": f"{asked} is not a valid API version."})
