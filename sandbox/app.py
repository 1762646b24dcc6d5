"""The sandbox, assembled: who serves which addresses, and who works off what falls due."""

from typing import Any

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from sandbox import board, controls, journeys, papers, shippo, twilio
from sandbox.refusals import Refused
from sandbox.world import World


class Json(DefaultJSONProvider):
    """Bodies as Shippo writes them: keys in their order, no spaces, no line end."""

    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> Response:
        said = self._prepare_response_obj(args, kwargs)
        return Response(self.dumps(said, separators=(",", ":")), mimetype=self.mimetype)


def application(world: World) -> Flask:
    app = Flask(
        "sandbox",
        static_url_path="/_sandbox/static",
        static_folder="board/static",
        template_folder="board/templates",
    )
    app.extensions["world"] = world
    app.json = Json(app)
    for part in (shippo, twilio, papers, controls, board):
        app.register_blueprint(part.blueprint())
    app.register_blueprint(board.public_pages())
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    world.agenda.acts = {"deliver": world.post.dispatch}
    for part in (shippo, twilio, controls, journeys):
        world.agenda.acts |= part.acts(world)
    return app


def _refused(refused: Refused) -> tuple[Response, int]:
    return jsonify(refused.body), refused.status


def _http_error(error: HTTPException) -> tuple[Response, int]:
    if error.code == 404:
        return jsonify(detail="Not found."), 404
    if error.code == 405:
        return jsonify(detail=f'Method "{request.method}" not allowed.'), 405
    return jsonify(detail=error.description), error.code or 500
