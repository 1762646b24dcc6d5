"""Whether Shippo's webhooks reach us: what is registered there, and what was heard here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import ngettext

from admin.setup_asked import Asked, Hook
from admin.setup_lines import Check, bad, good, plain, warn
from admin.spans import ours, when
from jobs import rounds
from shop import repairs
from shop.db import now, session
from shop.i18n import say as _
from shop.models import Parcel, WebhookEvent
from shop.outside import settings
from shop.values import Standing

DAY = timedelta(days=1)
SHOWN = 4
"""So many last letters of the secret in our address are shown, to tell one from another."""

MOVING = (Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY)


def checks(asked: Asked | None) -> list[Check]:
    """A line for each event we want to be told of."""
    if asked is None:
        return [plain(event, _("Not looked at yet: press Check now")) for event in rounds.FOLLOWED]
    if asked.trouble:
        why = _("Shippo did not say: %(why)s", why=asked.trouble)
        return [bad(_("Registered webhooks"), why, _advice(asked.trouble))]
    return [_registered(event, asked.hooks) for event in rounds.FOLLOWED]


def others(asked: Asked | None) -> list[str]:
    """Whom else Shippo tells with this key, by event and host: their addresses may hold secrets."""
    strange = [hook for hook in (asked.hooks if asked else ()) if not _ours(hook)]
    return [f"{hook.event}: {urlsplit(hook.url).hostname or '–'}" for hook in strange]


def complete(asked: Asked) -> bool:
    """Whether Shippo has all of ours."""
    return not asked.trouble and all(_good(_of(event, asked.hooks)) for event in rounds.FOLLOWED)


def hearing() -> list[Check]:
    """What was heard, how it was proved, and what had to be asked for."""
    return [_address(), _last_heard(), _signature(), _repaired()]


def masked(url: str) -> str:
    """Our address without its secret part."""
    head, _slash, token = url.rpartition("/")
    return f"{head}/…{token[-SHOWN:]}" if token else url


def _registered(event: str, hooks: Sequence[Hook]) -> Check:
    found = _of(event, hooks)
    if _good(found):
        where = masked(rounds.webhook_address())
        text = _("Registered and active at %(address)s", address=where)
        twice = len([hook for hook in found if _right(hook)]) > 1
        return (
            warn(event, text, _("It is there twice: press Register now."))
            if twice
            else good(event, text)
        )
    advice = _("Press Register now. Until then parcels are only asked after.")
    if not found:
        return bad(event, _("Not registered"), advice)
    first = found[0]
    if first.url != rounds.webhook_address():
        return bad(event, _("At an old address: %(url)s", url=masked(first.url)), advice)
    if not first.active:
        return bad(event, _("Registered, and switched off"), advice)
    return bad(event, _("Registered for the other mode than the key’s"), advice)


def _of(event: str, hooks: Sequence[Hook]) -> list[Hook]:
    return [hook for hook in hooks if hook.event == event and _ours(hook)]


def _ours(hook: Hook) -> bool:
    return hook.url.startswith(f"{settings.public_url}/webhooks/shippo/")


def _good(hooks: Sequence[Hook]) -> bool:
    return any(_right(hook) for hook in hooks)


def _right(hook: Hook) -> bool:
    here = hook.url == rounds.webhook_address() and hook.active
    return here and hook.test in {None, not settings.live}


def _advice(trouble: str) -> str:
    if "401" in trouble or "403" in trouble:
        return _("Shippo does not accept our key. Check SHIPPO_API_TOKEN.")
    return _("Try again in a moment. If it stays so, look at Shippo’s status page.")


def _address() -> Check:
    name = _("Our address")
    if not settings.shippo_webhook_token:
        advice = _(
            "Set SHIPPO_WEBHOOK_TOKEN: without a secret part nothing that comes is believed."
        )
        return bad(name, _("It has no secret part"), advice)
    text = masked(rounds.webhook_address())
    if settings.live and not settings.secure:
        return bad(name, text, _("Set PUBLIC_URL to an address with https that Shippo can reach."))
    return good(name, text)


def _last_heard() -> Check:
    name = _("Last webhook heard")
    last = session.scalar(
        sa.select(WebhookEvent).order_by(WebhookEvent.last_seen_at.desc()).limit(1)
    )
    moving = session.scalar(sa.select(sa.func.count(Parcel.id)).where(Parcel.standing.in_(MOVING)))
    advice = _("Parcels are on their way. See that Shippo can reach the address above.")
    if last is None:
        nothing = _("Nothing yet")
        return warn(name, nothing, advice) if moving else plain(name, nothing)
    text = _(
        "%(time)s, %(event)s, proved by %(proof)s",
        time=when(ours(last.last_seen_at), seconds=True),
        event=last.event or "–",
        proof=last.proof,
    )
    quiet = moving and last.last_seen_at < now() - DAY
    return warn(name, text, advice) if quiet else good(name, text)


def _signature() -> Check:
    name = _("Signature")
    if settings.shippo_webhook_hmac_secret:
        return good(name, _("Checked: whatever is not signed with our secret is refused"))
    text = _("Not set up: the secret part of our address is the only proof")
    return plain(
        name, text, _("Shippo gives out a secret on request. Set SHIPPO_WEBHOOK_HMAC_SECRET then.")
    )


def _repaired() -> Check:
    name = _("Repaired by asking")
    lately, ever = repairs.counted(DAY), repairs.counted()
    scans = ngettext("one scan", "%(num)s scans", lately.scans)
    labels = ngettext("one label", "%(num)s labels", lately.labels)
    text = _(
        "%(scans)s and %(labels)s in 24 h, %(ever)s ever",
        scans=scans,
        labels=labels,
        ever=ever.number,
    )
    if lately.well:
        return good(name, text)
    advice = _("Webhooks do not reach us as they should: look at those above, then Check now.")
    return warn(name, text, advice)
