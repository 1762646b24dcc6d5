"""The merchant's desk: orders, labels, tracking, parcels in trouble."""

from __future__ import annotations

from flask import Blueprint

from admin import (
    counts,
    exceptions,
    home,
    labels,
    messages,
    orders,
    policy,
    rates,
    reviews,
    settings,
    shipments,
    spans,
    tracking,
    webhooks,
)
from shop import access

BIG = 2**31 - 1  # the largest number a row may have
CASE = f"/exceptions/<int(max={BIG}):case_id>"
PARCEL = f"/shipments/<int(max={BIG}):parcel_id>"

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(access.staff)
bp.context_processor(counts.desk_counts)
bp.add_app_template_filter(spans.brief)

bp.add_url_rule("/", "home", home.index)
bp.add_url_rule("/orders", "orders", orders.index)
bp.add_url_rule("/orders/<number>", "order", orders.show)
bp.add_url_rule("/shipments", "shipments", shipments.index)
bp.add_url_rule(PARCEL, "shipment", shipments.show)
bp.add_url_rule(f"{PARCEL}/label", "label", labels.show)
bp.add_url_rule(f"{PARCEL}/print", "print_label", labels.press, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/fetch", "fetch_label", labels.fetch, methods=["POST"])
bp.add_url_rule("/labels", "print_labels", labels.press_many, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/buy", "buy", shipments.buy, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/rates", "rates", rates.choose, methods=["GET", "POST"])
bp.add_url_rule(f"{PARCEL}/requote", "requote", rates.again, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/check", "check", reviews.check, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/adopt", "adopt", reviews.adopt, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/release", "release", reviews.release, methods=["GET", "POST"])
bp.add_url_rule("/tracking", "tracking", tracking.lookup)
bp.add_url_rule("/exceptions", "exceptions", exceptions.index)
bp.add_url_rule(CASE, "case", exceptions.show)
bp.add_url_rule(f"{CASE}/contact", "contact", exceptions.contact, methods=["POST"])
bp.add_url_rule(f"{CASE}/close", "close", exceptions.close, methods=["POST"])
bp.add_url_rule("/messages", "messages", messages.index)
bp.add_url_rule("/webhooks", "webhooks", webhooks.index)
bp.add_url_rule("/settings/drift", "drift", policy.edit, methods=["GET", "POST"])
bp.add_url_rule("/settings", "settings", settings.edit, methods=["GET", "POST"])
bp.add_url_rule("/settings/labels", "label_format", settings.labels, methods=["POST"])
