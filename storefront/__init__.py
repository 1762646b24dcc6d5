"""What shoppers see: goods, cart, checkout, their order, and where a parcel is."""

from __future__ import annotations

from flask import Blueprint

from shop import access
from storefront import cart, catalog, checkout, entrance, tracking

bp = Blueprint("storefront", __name__)
bp.before_request(access.anyone)

bp.add_url_rule("/", "home", catalog.home)
bp.add_url_rule("/products", "products", catalog.products)
bp.add_url_rule("/products/<slug>", "product", catalog.product)
bp.add_url_rule("/cart", "cart", cart.show)
bp.add_url_rule("/cart/<slug>", "put", cart.put, methods=["POST"])
bp.add_url_rule("/checkout", "checkout", checkout.address, methods=["GET", "POST"])
bp.add_url_rule("/checkout/delivery", "delivery", checkout.delivery, methods=["GET", "POST"])
bp.add_url_rule("/checkout/review", "review", checkout.review, methods=["GET", "POST"])
bp.add_url_rule("/orders/<token>", "order", tracking.order)
bp.add_url_rule("/track", "track", tracking.lookup, methods=["GET", "POST"])
bp.add_url_rule("/t/<token>", "parcel", tracking.parcel)
bp.add_url_rule("/t/<token>/carrier", "carrier", tracking.carrier)
bp.add_url_rule("/login", "login", entrance.login, methods=["GET", "POST"])
bp.add_url_rule("/logout", "logout", entrance.logout, methods=["POST"])
bp.add_url_rule("/register", "register", entrance.register, methods=["GET", "POST"])
