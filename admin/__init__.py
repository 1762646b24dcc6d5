"""The merchant's desk: orders, labels, tracking, parcels in trouble."""

from __future__ import annotations

from flask import Blueprint

from admin import (
    cancellations,
    counts,
    delivery,
    exceptions,
    followed,
    handling,
    home,
    labels,
    messages,
    orders,
    policy,
    purchases,
    quick,
    rates,
    refresh,
    refunds,
    replays,
    reviews,
    settings,
    setup,
    shipments,
    spans,
    spending,
    tracking,
    webhooks,
)
from shop import access

BIG = 2**31 - 1  # the largest number a row may have
CASE = f"/exceptions/<int(max={BIG}):case_id>"
EVENT = f"/webhooks/<int(max={BIG}):event_id>"
FOLLOWED = f"/followed/<int(max={BIG}):followed_id>"
REFUND = f"/refunds/<int(max={BIG}):refund_id>"
QUICK = "/orders/<number>/quick-label"
PARCEL = f"/shipments/<int(max={BIG}):parcel_id>"
STEP = "<any(packed, handed):step>"

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
bp.add_url_rule("/labels/<transaction_id>", "voided_label", labels.voided)
bp.add_url_rule("/labels", "print_labels", labels.press_many, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/buy", "buy", shipments.buy, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/rates", "rates", rates.choose, methods=["GET", "POST"])
bp.add_url_rule(f"{PARCEL}/requote", "requote", rates.again, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/refresh", "refresh", refresh.parcel, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/check", "check", reviews.check, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/adopt", "adopt", reviews.adopt, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/release", "release", reviews.release, methods=["GET", "POST"])
bp.add_url_rule(f"{PARCEL}/void", "void", refunds.void, methods=["GET", "POST"])
bp.add_url_rule(f"{PARCEL}/{STEP}", "handle", handling.press, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/{STEP}/undo", "unhandle", handling.take_back, methods=["POST"])
bp.add_url_rule(f"/shipments/{STEP}", "handle_many", handling.press_many, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/approve", "approve", spending.approve, methods=["POST"])
bp.add_url_rule(f"{PARCEL}/withdraw", "withdraw", spending.withdraw, methods=["POST"])
bp.add_url_rule("/quick-label", "quick", quick.make, methods=["GET", "POST"])
bp.add_url_rule(QUICK, "change_quick", quick.change, methods=["GET", "POST"])
bp.add_url_rule("/orders/<number>/cancel", "cancel", cancellations.cancel, methods=["GET", "POST"])
bp.add_url_rule("/purchases", "purchases", purchases.index)
bp.add_url_rule("/surplus/<transaction_id>", "surplus", refunds.surplus, methods=["POST"])
bp.add_url_rule(f"{REFUND}/again", "void_again", refunds.again, methods=["POST"])
bp.add_url_rule(f"{REFUND}/keep", "keep_label", refunds.keep, methods=["POST"])
bp.add_url_rule(f"{REFUND}/note", "note_void", refunds.note, methods=["POST"])
bp.add_url_rule("/tracking", "tracking", tracking.lookup)
bp.add_url_rule("/followed", "followed", followed.index)
bp.add_url_rule("/followed", "follow", followed.follow, methods=["POST"])
bp.add_url_rule(FOLLOWED, "followed_parcel", followed.show)
bp.add_url_rule(f"{FOLLOWED}/register", "register_followed", followed.register, methods=["POST"])
bp.add_url_rule(f"{FOLLOWED}/refresh", "refresh_followed", followed.ask, methods=["POST"])
bp.add_url_rule(f"{FOLLOWED}/stop", "stop_following", followed.stop, methods=["POST"])
bp.add_url_rule("/exceptions", "exceptions", exceptions.index)
bp.add_url_rule(CASE, "case", exceptions.show)
bp.add_url_rule(f"{CASE}/contact", "contact", exceptions.contact, methods=["POST"])
bp.add_url_rule(f"{CASE}/close", "close", exceptions.close, methods=["POST"])
bp.add_url_rule("/messages", "messages", messages.index)
bp.add_url_rule("/webhooks", "webhooks", webhooks.index)
bp.add_url_rule("/webhooks/replay", "replay", replays.preview)
bp.add_url_rule("/webhooks/replay/since", "replay_since", replays.since, methods=["POST"])
bp.add_url_rule(EVENT, "webhook", webhooks.show)
bp.add_url_rule(f"{EVENT}/payload", "payload", webhooks.fixture)
bp.add_url_rule(f"{EVENT}/replay", "replay_one", replays.one, methods=["POST"])
bp.add_url_rule("/settings/spending", "spending", spending.limits, methods=["GET", "POST"])
bp.add_url_rule("/settings/drift", "drift", policy.edit, methods=["GET", "POST"])
bp.add_url_rule("/settings/delivery", "delivery", delivery.edit, methods=["GET", "POST"])
bp.add_url_rule("/setup", "setup", setup.show)
bp.add_url_rule("/setup", "check_setup", setup.check, methods=["POST"])
bp.add_url_rule("/setup/register", "register_webhooks", setup.register, methods=["POST"])
bp.add_url_rule("/settings", "settings", settings.edit, methods=["GET", "POST"])
bp.add_url_rule("/settings/labels", "label_format", settings.labels, methods=["POST"])
