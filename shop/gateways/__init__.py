"""The ways out of the house: Shippo, mail, texts, files, and the time it is out there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shop.gateways.clock import WorldClock
from shop.gateways.files import Files
from shop.gateways.mail import Mail
from shop.gateways.shippo import Shippo
from shop.gateways.sms import Sms
from shop.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Gateways:
    """All of them, made once for an app."""

    shippo: Shippo
    mail: Mail
    sms: Sms | None
    files: Files
    clock: WorldClock


def open_gateways(settings: Settings, ready: Callable[[], None]) -> Gateways:
    """Make every gateway from the settings. `ready` refuses calls at a bad moment."""
    return Gateways(
        shippo=Shippo(
            token=settings.shippo_api_token,
            url=settings.shippo_api_url,
            ready=ready,
            rates_deadline_s=settings.rates_deadline_s,
            purchase_deadline_s=settings.purchase_deadline_s,
        ),
        mail=Mail(url=settings.smtp_url, sender=settings.mail_from, ready=ready),
        sms=Sms(
            account=settings.twilio_account_sid,
            secret=settings.twilio_auth_token,
            sender=settings.twilio_from,
            url=settings.twilio_api_url,
            ready=ready,
        )
        if settings.texts
        else None,
        files=Files(hosts=settings.label_hosts, ready=ready),
        clock=WorldClock(settings.clock_url),
    )
