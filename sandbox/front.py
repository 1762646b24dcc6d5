"""The front desk: calls are written down, planned trouble strikes, then the app answers."""

from flask import Flask
from werkzeug.wrappers import Response

from sandbox.faults import ACTS
from sandbox.server import Environ, Reply
from sandbox.world import World

UNRECORDED = ("/_sandbox", "/favicon.ico")


class Front:
    def __init__(self, world: World, app: Flask) -> None:
        self._world, self._app = world, app

    def answer(self, environ: Environ) -> Reply:
        path = _tidy(environ)
        if path == "/" or path.startswith(UNRECORDED):
            return self._work(environ)
        method = environ["REQUEST_METHOD"]
        line = self._world.journal.begin(method, path)
        reply = self._with_trouble(method, path, environ)
        self._world.journal.end(line, reply.status)
        return reply

    def _with_trouble(self, method: str, path: str, environ: Environ) -> Reply:
        fault = self._world.faults.pick(method, path)
        if fault is None:
            return self._work(environ)
        return ACTS[fault["do"]](fault, lambda: self._work(environ))

    def _work(self, environ: Environ) -> Reply:
        response = Response.from_app(self._app, environ, buffered=True)
        headers = [pair for pair in response.headers.items() if pair[0].lower() != "content-length"]
        return Reply(response.status_code, response.get_data(), headers)


def _tidy(environ: Environ) -> str:
    """A final slash makes no difference, except to the board."""
    path = str(environ["PATH_INFO"])
    if not path.startswith("/_sandbox"):
        path = path.rstrip("/") or "/"
        environ["PATH_INFO"] = path
    return path
