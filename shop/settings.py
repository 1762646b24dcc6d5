"""Every knob of the shop, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

SECRETS = frozenset(
    {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "SHIPPO_API_TOKEN",
        "SHIPPO_WEBHOOK_TOKEN",
        "SHIPPO_WEBHOOK_HMAC_SECRET",
        "SMTP_URL",
        "TWILIO_AUTH_TOKEN",
        "METRICS_TOKEN",
    }
)
"""Those that may be given as NAME_FILE, the path of a file that holds the value."""

WEAK_KEYS = frozenset({"", "dev", "secret", "changeme", "change-me"})


class NotSettled(Exception):
    """The environment is not complete; the message names everything that is wrong at once."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The shop's settings. Durations are seconds; a schedule is the seconds of each next try."""

    secret_key: str
    database_url: str
    redis_url: str
    public_url: str
    shippo_api_token: str
    smtp_url: str
    mail_from: str

    shippo_api_url: str = "https://api.goshippo.com"
    shippo_webhook_token: str = ""
    shippo_webhook_hmac_secret: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_from: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    label_hosts: tuple[str, ...] = (
        "deliver.goshippo.com",
        "shippo-delivery.s3.amazonaws.com",
        "shippo-delivery-east.s3.amazonaws.com",
    )
    carrier_hosts: tuple[str, ...] = (
        "tools.usps.com",
        "www.ups.com",
        "www.fedex.com",
        "www.dhl.com",
        "www.ontrac.com",
    )
    clock_url: str = ""
    metrics_token: str = ""
    demo: bool = False

    rates_deadline_s: float = 8
    purchase_deadline_s: float = 75
    resolve_schedule_s: tuple[float, ...] = (2, 5, 15, 60, 300, 900, 3600, 21600, 86400)
    review_after_s: float = 900
    poll_schedule_s: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60, 120, 300, 600)
    refund_schedule_s: tuple[float, ...] = (60, 300, 900, 3600, 21600, 86400)
    shippo_lists_per_minute: int = 0
    shippo_posts_per_minute: int = 0
    shippo_tracks_per_minute: int = 0
    breaker_failures: int = 5
    breaker_pause_s: float = 10
    breaker_longest_s: float = 300
    requote_schedule_s: tuple[float, ...] = (15, 30, 60, 120, 300, 600)
    sweep_interval_s: float = 20
    reconcile_interval_s: float = 900

    @property
    def live(self) -> bool:
        return self.shippo_api_token.startswith("shippo_live_")

    @property
    def secure(self) -> bool:
        """Whether visitors come by https, and cookies may say so."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def texts(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the environment; raise NotSettled naming all that is missing or wrong."""
    problems: list[str] = []
    given: dict[str, Any] = {}
    kinds = get_type_hints(Settings)
    for knob in fields(Settings):
        name = variable(knob)
        try:
            text = _text(environ, name)
        except OSError as error:
            problems.append(f"{name}_FILE cannot be read: {error.strerror}")
            continue
        if text is None:
            if knob.default is MISSING:
                problems.append(f"{name} is missing")
            continue
        try:
            given[knob.name] = _cast(text, kinds[knob.name])
        except ValueError:
            problems.append(f"{name} is not {_expected(kinds[knob.name])}")
    if not problems:
        given["public_url"] = given["public_url"].rstrip("/")
        settings = _without_plain_hosts(Settings(**given))
        problems = list(_live_problems(settings))
        if not problems:
            return settings
    raise NotSettled("The shop cannot start. " + "; ".join(problems) + ". See .env.example.")


def _without_plain_hosts(settings: Settings) -> Settings:
    """In live mode an entry like http://host:port does not count: https and public hosts only."""
    if not settings.live:
        return settings
    return replace(
        settings,
        label_hosts=tuple(h for h in settings.label_hosts if "://" not in h),
        carrier_hosts=tuple(h for h in settings.carrier_hosts if "://" not in h),
    )


def variable(knob: Field[Any]) -> str:
    """The environment variable a field is read from."""
    return "QUAYSIDE_DEMO" if knob.name == "demo" else knob.name.upper()


def _live_problems(settings: Settings) -> list[str]:
    problems = []
    if settings.live and (settings.secret_key in WEAK_KEYS or len(settings.secret_key) < 32):
        problems.append("SECRET_KEY must be at least 32 random characters in live mode")
    if settings.live and not settings.shippo_webhook_token:
        problems.append("SHIPPO_WEBHOOK_TOKEN is missing: live webhooks need a proof")
    if settings.live and settings.clock_url:
        problems.append("CLOCK_URL is for tests and demos; live mode refuses it")
    if settings.live and settings.demo:
        problems.append("QUAYSIDE_DEMO and a live Shippo key do not go together")
    return problems


def _text(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(f"{name}_FILE") if name in SECRETS else None
    if path:
        return Path(path).read_text().strip()
    return environ.get(name) or None


def _cast(text: str, kind: Any) -> Any:
    if kind is bool:
        return text.lower() in {"1", "true", "yes", "on"}
    if kind == tuple[str, ...]:
        return tuple(_listed(text))
    if kind == tuple[float, ...]:
        return tuple(float(part) for part in _listed(text))
    return kind(text)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _expected(kind: Any) -> str:
    names = {
        int: "a whole number",
        float: "a number of seconds",
        tuple[float, ...]: "a list of seconds like 2,5,15",
    }
    return names.get(kind, "readable")
