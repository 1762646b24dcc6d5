"""What machines ask of us: are you alive, are you ready, how is it going."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from jobs import pulse, rounds
from shop import repairs
from shop.db import session
from shop.gateways.errors import GatewayError
from shop.models import Case, LabelIntent, Message, WebhookEvent
from shop.outside import settings

HOLDS = "webhooks_hold_until"
GOOD_FOR_S = 60
"""Asking is one of Shippo's lists, which are counted, and readiness is asked for all the time."""


def required() -> None:
    """Health is for anyone; metrics want METRICS_TOKEN, or loopback where there is none."""
    if request.endpoint != "machines.metrics":
        return
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token:
        if not hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
            abort(401)
    elif request.remote_addr not in {"127.0.0.1", "::1"}:
        abort(401)


def healthz() -> dict[str, Any]:
    """Alive: this process answers."""
    return {"ok": True}


def readyz() -> tuple[dict[str, Any], int]:
    """Ready: everything this shop stands on answers, each by name."""
    checks: dict[str, Callable[[], bool]] = {"schema": pulse.schema, "redis": pulse.redis}
    if settings.demo:
        checks["webhooks"] = _webhooks
    found = {name: check() for name, check in checks.items()}
    ready = all(found.values())
    return {"ready": ready, **found}, 200 if ready else 503


def metrics() -> Response:
    """How much of everything there is, in which state, in Prometheus' words."""
    registry = CollectorRegistry()
    for name, column in {
        "quayside_label_intents": LabelIntent.state,
        "quayside_messages": Message.state,
        "quayside_webhook_events": WebhookEvent.state,
    }.items():
        gauge = Gauge(name, "Rows by state", ["state"], registry=registry)
        for state, number in session.execute(sa.select(column, sa.func.count()).group_by(column)):
            gauge.labels(state=state.value).set(number)
    cases = Gauge("quayside_open_cases", "Parcels that need a person", registry=registry)
    cases.set(
        session.scalar(sa.select(sa.func.count(Case.id)).where(Case.closed_at.is_(None))) or 0
    )
    repaired = Counter("quayside_repairs", "What had to be asked for", ["kind"], registry=registry)
    ever = repairs.counted()
    repaired.labels(kind="scan").inc(ever.scans)
    repaired.labels(kind="label").inc(ever.labels)
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4")


def _webhooks() -> bool:
    """Whether Shippo has our webhooks. A good answer holds for a minute, in this process."""
    moment = time.time()
    if current_app.extensions.get(HOLDS, moment) > moment:
        return True
    session.rollback()
    try:
        well = rounds.registered()
    except GatewayError:
        return False
    if well:
        current_app.extensions[HOLDS] = moment + GOOD_FOR_S
    return well
