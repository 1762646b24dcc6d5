"""The door: to be written."""

from flask import Blueprint

from shop import access

bp = Blueprint("storefront", __name__, url_prefix=None)
bp.before_request(access.anyone)
