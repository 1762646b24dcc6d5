"""How the rest of the setup is: who else is reached, what was set, and whether all works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import ngettext

from admin.setup_asked import Asked
from admin.setup_lines import Check, bad, good, plain, warn
from admin.spans import ours, span, when
from jobs import pulse
from jobs.pulse import Pulse
from shop.db import now, session
from shop.i18n import say as _
from shop.models import Parcel
from shop.outside import gateways, mode, settings
from shop.rates import SENDER
from shop.values import Mode, Standing

CLOSE_S, FAR_S = 30, 300
"""Seconds that clocks may differ: beyond the second promises and signatures go wrong."""

BEATEN = timedelta(minutes=3)
NEEDED = ("name", "street1", "city", "state", "zip", "country", "phone", "email")


def outside(asked: Asked | None) -> list[Check]:
    """Who is reached: Shippo, its clock, the mail server, Twilio."""
    return [_shippo(asked), _skew(asked), _mail(asked), _texts(), _label_hosts()]


def house() -> list[Check]:
    """What the merchant and the environment have said."""
    return [_key(), _other_mode(), _sender()]


def machinery() -> list[Check]:
    """What works behind the pages."""
    return [_schema(), _redis(), _clock(), *(_worker(each) for each in pulse.queues())]


def _shippo(asked: Asked | None) -> Check:
    if asked is None:
        return plain(_("Shippo"), _("Not asked yet: press Check now"))
    if asked.trouble:
        text = _("Did not answer as it should: %(why)s", why=asked.trouble)
        return bad("Shippo", text, _("Check SHIPPO_API_TOKEN and SHIPPO_API_URL, then try again."))
    host = urlsplit(settings.shippo_api_url).netloc
    return good("Shippo", _("Answers at %(host)s and knows our key", host=host))


def _skew(asked: Asked | None) -> Check:
    name = _("Our clock against Shippo’s")
    if asked is None or asked.skew_s is None:
        return plain(name, _("Not known"))
    seconds = abs(asked.skew_s)
    text = ngettext("One second apart", "%(num)s seconds apart", round(seconds))
    moved = gateways.clock.offset
    if moved:
        text = _("%(apart)s; the sandbox’s world is %(span)s ahead", apart=text, span=span(moved))
    if seconds < CLOSE_S:
        return good(name, text)
    advice = _("Set this machine’s clock by NTP: signatures and promises go by it.")
    return warn(name, text, advice) if seconds < FAR_S else bad(name, text, advice)


def _mail(asked: Asked | None) -> Check:
    name = _("Mail server")
    host = urlsplit(settings.smtp_url).hostname or ""
    if asked is None:
        return plain(name, _("Not asked yet: press Check now"))
    if asked.post:
        text = _("%(host)s: %(why)s", host=host, why=asked.post)
        return bad(name, text, _("Check SMTP_URL. Mails wait and are tried again meanwhile."))
    return good(name, _("%(host)s greets us", host=host))


def _texts() -> Check:
    if settings.texts:
        return good("Twilio", _("Texts are sent from %(number)s", number=settings.twilio_from))
    advice = _("Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM to send them.")
    return plain("Twilio", _("Not set up: no texts are sent"), advice)


def _label_hosts() -> Check:
    name = _("Label files from")
    if not settings.label_hosts:
        return bad(name, _("Nowhere"), _("Set LABEL_HOSTS, or no label can be fetched."))
    return good(name, ", ".join(settings.label_hosts))


def _key() -> Check:
    if settings.live:
        return good(_("Mode"), _("Live: labels cost money"))
    return plain(_("Mode"), _("Test: labels are free, and nothing travels"))


def _other_mode() -> Check:
    name, other = _("Parcels of the other mode"), Mode.TEST if mode() is Mode.LIVE else Mode.LIVE
    over = [standing for standing in Standing if standing.final]
    left = sa.select(sa.func.count(Parcel.id)).where(
        Parcel.mode == other, Parcel.tracking_number.is_not(None), Parcel.standing.not_in(over)
    )
    number = session.scalar(left) or 0
    if not number:
        return good(name, _("None on their way"))
    text = ngettext("One is on its way", "%(num)s are on their way", number)
    advice = _("They are neither heard of nor asked after until the shop has a key of that mode.")
    return warn(name, text, advice)


def _sender() -> Check:
    name = _("Sender’s address")
    missing = [part for part in NEEDED if not getattr(SENDER, part)]
    if missing:
        text = _("Lacks %(parts)s", parts=", ".join(missing))
        return bad(name, text, _("Carriers refuse labels without it."))
    return good(name, ", ".join(SENDER.lines))


def _schema() -> Check:
    name = _("Database")
    if pulse.schema():
        return good(name, _("Its tables are those of this version"))
    return bad(name, _("Its tables are of another version"), _("Run: flask --app app db upgrade"))


def _redis() -> Check:
    if pulse.redis():
        return good("Redis", _("Answers"))
    return bad("Redis", _("Does not answer"), _("Nothing is lost, and all waits. Start it again."))


def _clock() -> Check:
    name, seen = _("Clock process"), pulse.clock_seen()
    advice = _("Start: flask --app app clock. Without it nothing is repeated or asked after.")
    if seen is None:
        return bad(name, _("Never seen"), advice)
    text = _("Seen %(time)s", time=when(ours(seen), seconds=True))
    return good(name, text) if seen > now() - BEATEN else bad(name, text, advice)


def _worker(found: Pulse) -> Check:
    name = _("Worker of %(queue)s", queue=found.queue)
    waiting = ngettext("one ring waits", "%(num)s rings wait", found.waiting)
    advice = _("Start: flask --app app work %(queue)s", queue=found.queue)
    if found.heard_at is None:
        return bad(name, _("None runs; %(waiting)s", waiting=waiting), advice)
    ago = span(datetime.now(UTC) - found.heard_at)
    text = _("Heard of %(ago)s ago; %(waiting)s", ago=ago, waiting=waiting)
    return good(name, text) if found.alive else bad(name, text, advice)
