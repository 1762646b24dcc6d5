"""The merchant's desk: orders, labels, tracking, parcels in trouble."""

from __future__ import annotations

from flask import Blueprint

from admin import (
    counts,
    exceptions,
    home,
    messages,
    orders,
    settings,
    shipments,
    spans,
    tracking,
    webhooks,
)
from shop import access

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(access.staff)
bp.context_processor(counts.desk_counts)
bp.add_app_template_filter(spans.brief)

bp.add_url_rule("/", "home", home.index)
bp.add_url_rule("/orders", "orders", orders.index)
bp.add_url_rule("/orders/<number>", "order", orders.show)
bp.add_url_rule("/shipments", "shipments", shipments.index)
bp.add_url_rule("/shipments/<int:parcel_id>", "shipment", shipments.show)
bp.add_url_rule("/shipments/<int:parcel_id>/label", "label", shipments.label)
bp.add_url_rule("/shipments/<int:parcel_id>/buy", "buy", shipments.buy, methods=["POST"])
bp.add_url_rule("/tracking", "tracking", tracking.lookup)
bp.add_url_rule("/exceptions", "exceptions", exceptions.index)
bp.add_url_rule("/exceptions/<int:case_id>", "case", exceptions.show)
bp.add_url_rule(
    "/exceptions/<int:case_id>/contact", "contact", exceptions.contact, methods=["POST"]
)
bp.add_url_rule("/exceptions/<int:case_id>/close", "close", exceptions.close, methods=["POST"])
bp.add_url_rule("/messages", "messages", messages.index)
bp.add_url_rule("/webhooks", "webhooks", webhooks.index)
bp.add_url_rule("/settings", "settings", settings.edit, methods=["GET", "POST"])
