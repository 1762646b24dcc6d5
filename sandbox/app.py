"""The sandbox, assembled: which address is served by what."""

from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from sandbox import (
    accounts,
    addresses,
    auth,
    board,
    carriers,
    controls,
    labels,
    parcels,
    rates,
    refunds,
    registrations,
    shipments,
    texts,
    tracks,
    transactions,
)
from sandbox.refusals import Refused
from sandbox.world import World

SHIPPO = (
    ("addresses", addresses),
    ("parcels", parcels),
    ("shipments", shipments),
    ("transactions", transactions),
    ("refunds", refunds),
    ("webhooks", registrations),
)


class Json(DefaultJSONProvider):
    """Bodies as Shippo writes them: keys in their order, no spaces, no line end."""

    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> Response:
        said = self._prepare_response_obj(args, kwargs)
        return Response(self.dumps(said, separators=(",", ":")), mimetype=self.mimetype)


def application(world: World) -> Flask:
    app = Flask("sandbox", static_url_path="/_sandbox/static")
    app.extensions["world"] = world
    app.json = Json(app)
    for blueprint in (shippo(), twilio(), public_pages(), own_controls(), board.pages()):
        app.register_blueprint(blueprint)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    world.agenda.acts = {
        "shipment": partial(_settle_shipment, world),
        "transaction": partial(transactions.settle, world),
        "refund": partial(refunds.settle, world),
        "text": partial(texts.settle, world),
        "scan": partial(controls.planned_scan, world),
        "deliver": world.post.dispatch,
    }
    return app


def shippo() -> Blueprint:
    bp = Blueprint("shippo", __name__)
    bp.before_request(auth.token_holders)
    for path, noun in SHIPPO:
        bp.add_url_rule(f"/{path}", f"{path}_create", noun.create, methods=["POST"])
        bp.add_url_rule(f"/{path}", f"{path}_index", noun.index)
        bp.add_url_rule(f"/{path}/<object_id>", f"{path}_show", noun.show)
    bp.add_url_rule(
        "/webhooks/<object_id>", "webhooks_replace", registrations.replace, methods=["PUT"]
    )
    bp.add_url_rule(
        "/webhooks/<object_id>", "webhooks_delete", registrations.delete, methods=["DELETE"]
    )
    bp.add_url_rule("/shipments/<object_id>/rates", "shipments_rates", rates.of_shipment)
    bp.add_url_rule("/rates/<object_id>", "rates_show", rates.show)
    bp.add_url_rule("/tracks", "tracks_create", tracks.create, methods=["POST"])
    bp.add_url_rule("/tracks/<carrier>/<number>", "tracks_show", tracks.show)
    bp.add_url_rule("/carrier_accounts", "accounts_index", accounts.index)
    bp.add_url_rule("/carrier_accounts/<object_id>", "accounts_show", accounts.show)
    return bp


def twilio() -> Blueprint:
    bp = Blueprint("twilio", __name__, url_prefix="/2010-04-01/Accounts/<sid>")
    bp.add_url_rule("/Messages.json", "create", texts.create, methods=["POST"])
    bp.add_url_rule("/Messages.json", "index", texts.index)
    bp.add_url_rule("/Messages/<message_sid>.json", "show", texts.show)
    return bp


def public_pages() -> Blueprint:
    bp = Blueprint("public", __name__)
    bp.add_url_rule("/", "home", carriers.home)
    bp.add_url_rule("/carriers/<carrier>/<number>", "carrier", carriers.page)
    bp.add_url_rule("/labels/<name>", "label", labels.file)
    return bp


def own_controls() -> Blueprint:
    bp = Blueprint("controls", __name__, url_prefix="/_sandbox")
    bp.before_request(auth.this_machine)
    bp.after_request(controls.back_to_the_page)
    bp.add_url_rule("/health", "health", controls.health)
    bp.add_url_rule("/ledger", "ledger", controls.ledger)
    bp.add_url_rule("/requests", "requests", controls.requests_made)
    bp.add_url_rule("/mail", "mail", controls.mail_received)
    bp.add_url_rule("/sms", "sms", controls.texts_received)
    bp.add_url_rule("/sms/stop", "stop", controls.text_stop, methods=["POST"])
    bp.add_url_rule("/clock", "clock", controls.clock)
    bp.add_url_rule("/clock", "advance", controls.advance, methods=["POST"])
    bp.add_url_rule("/parcels/<number>/scan", "scan", controls.parcel_scan, methods=["POST"])
    bp.add_url_rule("/webhooks", "webhooks", controls.deliveries)
    bp.add_url_rule("/webhooks/redeliver", "redeliver", controls.redeliver, methods=["POST"])
    bp.add_url_rule("/faults", "faults", controls.faults)
    bp.add_url_rule("/faults", "plan_fault", controls.plan_fault, methods=["POST"])
    bp.add_url_rule("/faults", "clear_faults", controls.clear_faults, methods=["DELETE"])
    bp.add_url_rule("/reset", "reset", controls.reset, methods=["POST"])
    return bp


def _settle_shipment(world: World, object_id: str) -> None:
    shipments.settle(world, object_id)


def _refused(refused: Refused) -> tuple[Response, int]:
    return jsonify(refused.body), refused.status


def _http_error(error: HTTPException) -> tuple[Response, int]:
    if error.code == 404:
        return jsonify(detail="Not found."), 404
    if error.code == 405:
        return jsonify(detail=f'Method "{request.method}" not allowed.'), 405
    return jsonify(detail=error.description), error.code or 500
