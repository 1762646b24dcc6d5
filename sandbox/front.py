"""The front desk: calls are written down, planned trouble strikes, then the app answers."""

from uuid import uuid4

from flask import Flask
from werkzeug.wrappers import Response

from sandbox.auth import test_mode
from sandbox.server import Environ, Reply, environ_of
from sandbox.troubles import Call, strike
from sandbox.world import World

UNRECORDED = ("/_sandbox", "/favicon.ico")


class Front:
    def __init__(self, world: World, app: Flask) -> None:
        self._world, self._app = world, app
        world.agenda.acts["late"] = self._late

    def answer(self, environ: Environ) -> Reply:
        path, slashed = _tidy(environ)
        if path == "/" or path.startswith(UNRECORDED):
            return self._work(environ)
        method = environ["REQUEST_METHOD"]
        fault = self._world.faults.pick(method, path)
        trouble = fault["do"] if fault is not None else None
        line = self._world.journal.begin(method, path, _mode(environ), trouble)
        if fault is None:
            reply = self._work(environ)
        else:
            call = Call(
                method=method,
                path=path,
                query=environ["QUERY_STRING"],
                slashed=slashed,
                work=lambda: self._work(environ),
                put_off=lambda seconds: self._put_off(environ, line, seconds),
            )
            reply = strike(fault, call)
        self._world.journal.end(line, reply.status)
        return reply

    def _work(self, environ: Environ) -> Reply:
        response = Response.from_app(self._app, environ, buffered=True)
        headers = list(response.headers.items())
        if environ["REQUEST_METHOD"] != "HEAD":  # whose answer tells the length of another
            headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        return Reply(response.status_code, response.get_data(), headers)

    def _put_off(self, environ: Environ, line: int, seconds: float) -> None:
        """Keep a call to be carried out later, whatever becomes of this process until then."""
        late = {
            "object_id": uuid4().hex,
            "object_created": self._world.clock.now(),
            "line": line,
            "said": {name: value for name, value in environ.items() if isinstance(value, str)},
            "body": environ["wsgi.input"].read().decode("latin-1"),
        }
        with self._world.store.change():
            self._world.store.put("late", late)
            self._world.agenda.add("late", late["object_id"], seconds)

    def _late(self, ref: str) -> None:
        late = self._world.store.get("late", ref)
        if late is None:
            return
        self._work(environ_of(late["said"], late["body"].encode("latin-1")))
        with self._world.store.change():
            self._world.journal.executed(late["line"])
            self._world.store.drop("late", ref)


def _tidy(environ: Environ) -> tuple[str, bool]:
    """A final slash makes no difference, except to the board; whether there was one."""
    asked = str(environ["PATH_INFO"])
    path = asked if asked.startswith("/_sandbox") else asked.rstrip("/") or "/"
    environ["PATH_INFO"], environ["sandbox.slashed"] = path, path != asked
    return path, path != asked


def _mode(environ: Environ) -> str | None:
    """Which of Shippo's modes the call's token is of."""
    test = test_mode(environ.get("HTTP_AUTHORIZATION", ""))
    return None if test is None else "test" if test else "live"
