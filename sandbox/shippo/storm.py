"""A storm: every call is one too many, and the answer is not JSON."""

from flask import Response

from sandbox.world import here


def strike() -> Response | None:
    headers = here().weather.storm()
    if headers is None:
        return None
    return Response("Too Many Requests", 429, headers, mimetype="text/plain")
