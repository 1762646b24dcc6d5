"""What Twilio looks at before it takes a text."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from sandbox.clock import DAY_S, seconds
from sandbox.twilio import keywords
from sandbox.twilio.callers import refusal
from sandbox.twilio.magic import FROM, refused_at_once
from sandbox.world import World

E164 = re.compile(r"\+[1-9]\d{6,14}")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
LONGEST = 1600
VALID_S = range(1, 36001)
AHEAD_S = (15 * 60, 35 * DAY_S)

Form = Mapping[str, str]


def check(world: World, form: Form) -> None:
    """Take it, or say why not in Twilio's words."""
    code = _numbers(form) or _words(form) or _wishes(form)
    if not code and keywords.has_stopped(world, form["To"]):
        code = 21610
    if code:
        about = {"to": form.get("To", ""), "from": form.get("From", "")}
        service, callback = form.get("MessagingServiceSid", ""), form.get("StatusCallback", "")
        raise refusal(code, **about, service=service, callback=callback)


def send_at(world: World, form: Form) -> float | None:
    """In how many seconds a scheduled text goes out; none for one that goes at once."""
    if form.get("ScheduleType") != "fixed" or not form.get("MessagingServiceSid"):
        return None  # without a service the wish is dropped and the text goes at once
    try:
        after = seconds(form.get("SendAt", "")) - world.clock.time()
    except ValueError:
        after = 0.0
    if not AHEAD_S[0] <= after <= AHEAD_S[1]:
        raise refusal(35114)
    return after


def _numbers(form: Form) -> int:
    to, sender, service = (form.get(name, "") for name in ("To", "From", "MessagingServiceSid"))
    if not to:
        return 21604
    if not sender and not service:
        return 21603
    if service and not SERVICE.fullmatch(service):
        return 21701
    if sender and not SENDER.fullmatch(sender):
        return 21212
    return _pair(to, sender)


def _pair(to: str, sender: str) -> int:
    if not E164.fullmatch(to):
        return 21211
    return FROM.get(sender) or refused_at_once(to) or (21266 if to == sender else 0)


def _words(form: Form) -> int:
    body = form.get("Body", "")
    if not body and not form.get("MediaUrl"):
        return 21602
    return 21617 if len(body) > LONGEST else 0


def _wishes(form: Form) -> int:
    period, callback = form.get("ValidityPeriod"), form.get("StatusCallback")
    if period is not None and not (period.isdecimal() and int(period) in VALID_S):
        return 90007
    return 21609 if callback and not _address(callback) else 0


def _address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
