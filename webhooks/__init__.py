"""The door for machines: its addresses, and who may knock."""

from __future__ import annotations

from flask import Blueprint

from shop.pages import csrf
from webhooks import health, outage, proof, shippo, twilio

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
bp.before_request(proof.required)
outage.answered(bp)
csrf.exempt(bp)  # every address here has a proof of its own, in proof.PROOFS

bp.add_url_rule("/shippo/<token>", "shippo", shippo.receive, methods=["POST"])
bp.add_url_rule("/shippo/<token>", "shippo_greeting", shippo.greet)
bp.add_url_rule("/twilio/status", "twilio_status", twilio.status, methods=["POST"])

machines = Blueprint("machines", __name__)
machines.before_request(health.required)

machines.add_url_rule("/healthz", "healthz", health.healthz)
machines.add_url_rule("/readyz", "readyz", health.readyz)
machines.add_url_rule("/metrics", "metrics", health.metrics)
