"""Addresses that really end in a slash: a strict sandbox leads there those who leave it out."""

from collections.abc import Callable
from functools import wraps

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sandbox.world import here


def behind_a_slash(view: Callable[[], Response]) -> Callable[[], BaseResponse]:
    @wraps(view)
    def answer() -> BaseResponse:
        if not here().settings.strict or request.environ.get("sandbox.slashed", True):
            return view()
        query = request.query_string.decode("latin-1")
        return redirect(f"{request.path}/" + (f"?{query}" if query else ""), 301)

    return answer
