"""The sandbox's own controls: JSON in, JSON out; the board's buttons press the same."""

from functools import partial

from flask import Blueprint

from sandbox import auth
from sandbox.agenda import Acts
from sandbox.controls import (
    beginning,
    clock,
    faults,
    journeys,
    mail,
    parcels,
    populate,
    records,
    samples,
    sms,
    webhooks,
)
from sandbox.controls.asking import back_to_the_page
from sandbox.world import World


def blueprint() -> Blueprint:
    bp = Blueprint("controls", __name__, url_prefix="/_sandbox")
    bp.before_request(auth.this_machine)
    bp.after_request(back_to_the_page)
    bp.add_url_rule("/health", "health", beginning.health)
    bp.add_url_rule("/reset", "reset", beginning.reset, methods=["POST"])
    bp.add_url_rule("/ledger", "ledger", records.ledger)
    bp.add_url_rule("/requests", "requests", records.requests_made)
    _letters_and_texts(bp)
    bp.add_url_rule("/clock", "clock", clock.clock)
    bp.add_url_rule("/clock", "advance", clock.advance, methods=["POST"])
    _parcels_and_journeys(bp)
    _webhooks(bp)
    bp.add_url_rule("/faults", "faults", faults.faults)
    bp.add_url_rule("/faults", "plan_fault", faults.plan_fault, methods=["POST"])
    bp.add_url_rule("/faults", "clear_faults", faults.clear_faults, methods=["DELETE"])
    bp.add_url_rule("/faults/kinds", "fault_kinds", faults.kinds)
    bp.add_url_rule("/faults/<int:number>", "remove_fault", faults.remove_fault, methods=["DELETE"])
    bp.add_url_rule("/populate", "populate", populate.populate, methods=["POST"])
    return bp


def _parcels_and_journeys(bp: Blueprint) -> None:
    bp.add_url_rule("/parcels", "parcels", parcels.parcels)
    bp.add_url_rule("/parcels/<number>", "parcel", parcels.parcel)
    bp.add_url_rule("/parcels/<number>/journey", "play", journeys.play, methods=["POST"])
    bp.add_url_rule("/journeys", "journeys", journeys.journeys)
    bp.add_url_rule("/journey", "weather", journeys.on)
    bp.add_url_rule("/journey", "change_weather", journeys.change, methods=["POST"])
    bp.add_url_rule("/parcels/<number>/scan", "scan", parcels.parcel_scan, methods=["POST"])


def _webhooks(bp: Blueprint) -> None:
    bp.add_url_rule("/webhooks", "webhooks", webhooks.deliveries)
    bp.add_url_rule("/webhooks/redeliver", "redeliver", webhooks.redeliver, methods=["POST"])
    bp.add_url_rule("/webhooks/sample", "sample", samples.send, methods=["POST"])
    policy = "/webhooks/policy"
    bp.add_url_rule(policy, "policy", webhooks.policy)
    bp.add_url_rule(policy, "lay_down_policy", webhooks.lay_down_policy, methods=["POST"])
    bp.add_url_rule(policy, "lift_policy", webhooks.lift_policy, methods=["DELETE"])


def _letters_and_texts(bp: Blueprint) -> None:
    bp.add_url_rule("/mail", "mail", mail.received)
    bp.add_url_rule("/mail/attempts", "attempts", mail.tried)
    bp.add_url_rule("/mail/behaviour", "misbehaviours", mail.misbehaviours)
    bp.add_url_rule("/mail/behaviour", "misbehave", mail.misbehave, methods=["POST"])
    bp.add_url_rule("/mail/behaviour", "behave", mail.behave, methods=["DELETE"])
    press = "/mail/<mail_id>/unsubscribe"
    bp.add_url_rule(press, "unsubscribe", mail.unsubscribe, methods=["POST"])
    bp.add_url_rule("/sms", "sms", sms.received)
    bp.add_url_rule("/sms/stop", "stop", sms.stop, methods=["POST"])
    bp.add_url_rule("/sms/inbound", "answer", sms.answer, methods=["POST"])
    bp.add_url_rule("/sms/codes", "codes", sms.codes)


def acts(world: World) -> Acts:
    return {"scan": partial(parcels.planned_scan, world)}
