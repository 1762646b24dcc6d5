"""The door: to be written."""

from flask import Blueprint

from shop import access

bp = Blueprint("portal", __name__, url_prefix="/account")
bp.before_request(access.customers)
