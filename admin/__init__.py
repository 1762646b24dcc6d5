"""The door: to be written."""

from flask import Blueprint

from shop import access

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(access.staff)
