"""How the rest of the house reaches the gateways, the settings and the two clocks."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app
from werkzeug.local import LocalProxy

from shop.gateways import Gateways
from shop.settings import Settings
from shop.values import Mode


def _gateways() -> Gateways:
    found: Gateways = current_app.extensions["gateways"]
    return found


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


gateways: Gateways = LocalProxy(_gateways)  # type: ignore[assignment]
settings: Settings = LocalProxy(_settings)  # type: ignore[assignment]


def world_now() -> datetime:
    """World time: what carriers' and Shippo's dates are compared with."""
    return gateways.clock.now()


def at_world(moment: datetime) -> datetime:
    """A moment of machine time, as the world's clock tells it."""
    return moment + (world_now() - datetime.now(UTC))


def mode() -> Mode:
    """Whether this shop spends real money."""
    return Mode.LIVE if settings.live else Mode.TEST
