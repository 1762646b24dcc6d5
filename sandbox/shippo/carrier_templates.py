"""The carriers' parcel templates, as the account sees them."""

from flask import Response, jsonify, request

from sandbox.carriers.services import CARRIERS
from sandbox.carriers.templates import TEMPLATES, Template
from sandbox.refusals import absent
from sandbox.shippo.accounts import accounts
from sandbox.shippo.pages import one_of
from sandbox.store import Doc
from sandbox.world import here, mode

NAMES = {token: carrier.name for token, carrier in CARRIERS.items()} | {
    "dhl_ecommerce": "DHL eCommerce",
    "fastway_australia": "Aramex",
}
INCLUDE = frozenset({"all", "user", "enabled"})


def index() -> Response:
    """All of them; those of the active carriers; or those that the user has boxes of."""
    include = one_of("include", INCLUDE) or "all"
    wanted = request.args.get("carrier", "").casefold()
    found = [
        shown(template)
        for template in TEMPLATES.values()
        if _included(template, include)
        and wanted in ("", template.carrier, NAMES[template.carrier].casefold())
    ]
    return jsonify(results=found)


def show(token: str) -> Response:
    if token not in TEMPLATES:
        raise absent()
    return jsonify(shown(TEMPLATES[token]))


def shown(template: Template) -> Doc:
    return {
        "name": template.name,
        "token": template.token,
        "carrier": NAMES[template.carrier],
        "length": template.length,
        "width": template.width,
        "height": template.height,
        "distance_unit": template.distance_unit,
        "is_variable_dimensions": template.variable,
    }


def _included(template: Template, include: str) -> bool:
    if include == "user":
        own = here().store.find("user_template", test=mode())
        return template.token in [box["_template"] for box in own]
    active = {account["carrier"] for account in accounts(here(), mode()) if account["active"]}
    return include == "all" or template.carrier in active
