"""What signed-in customers see: their orders, their parcels, and what we may tell them."""

from __future__ import annotations

from flask import Blueprint

from portal import orders, preferences
from shop import access

bp = Blueprint("portal", __name__, url_prefix="/account")
bp.before_request(access.customers)

bp.add_url_rule("/", "home", orders.home)
bp.add_url_rule("/orders", "orders", orders.index)
bp.add_url_rule("/orders/<number>", "order", orders.show)
bp.add_url_rule("/preferences", "preferences", preferences.edit, methods=["GET", "POST"])
