"""Who may knock: every address of this door has a proof, and without it nothing is read."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from flask import abort, g, request

from shop.outside import gateways, settings

TOLERANCE_S = 2 * 3600
"""Shippo repeats the first attempt's time on a retry; what is old is caught as a duplicate."""

LARGEST = 256 * 1024
LONGEST_TIME = 12
"""Digits of a time in seconds; more is no time, and too much for a clock to count with."""


def required() -> None:
    """The lock of the door."""
    if request.endpoint is None:
        return
    PROOFS[request.endpoint]()


def shippo() -> None:
    """The token in the address, and the signature where a secret is configured. Else 401."""
    known()
    body = whole()
    secret = settings.shippo_webhook_hmac_secret
    if secret:
        header = request.headers.get("Shippo-Auth-Signature", "")
        if not signed(header, body, secret, time.time()):
            abort(401)
    g.proof = "token and signature" if secret else "token"


def known() -> None:
    """The token in the address, else 401."""
    if not ours((request.view_args or {}).get("token", ""), settings.shippo_webhook_token):
        abort(401)


def whole() -> bytes:
    """The body as it was sent: 413 where it is too large, also when nobody said how large."""
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        abort(415)  # what is packed may unpack without end, and Shippo signs what it sends
    if (request.content_length or 0) > LARGEST:
        abort(413)
    # One byte more than may be: Werkzeug cuts what has no length, and does not say so.
    request.max_content_length = LARGEST + 1
    body = request.get_data()
    if len(body) > LARGEST:
        abort(413)
    return body


def ours(token: str, expected: str) -> bool:
    """Whether this is the token we gave Shippo; where none is configured, none is."""
    mine, given = expected.encode(), token.encode(errors="surrogatepass")
    return bool(expected) and hmac.compare_digest(mine, given)


def signed(header: str, body: bytes, secret: str, at: float) -> bool:
    """Whether `t=…,v1=…` signs exactly these bytes (Shippo's webhook-security page).

    Without a secret nothing is signed: anybody could sign with an empty one.
    """
    if not secret:
        return False
    parts = [part.strip().partition("=") for part in header.split(",")]
    names = [name for name, _, _ in parts]
    if sorted(names) != ["t", "v1"]:
        return False  # absent, or there twice: then nobody knows which one counts
    found = {name: value for name, _, value in parts}
    if not found["t"].isascii() or not found["t"].isdigit() or len(found["t"]) > LONGEST_TIME:
        return False
    mine = hmac.new(secret.encode(), f"{found['t']}.".encode() + body, hashlib.sha256).hexdigest()
    given = found["v1"].encode(errors="surrogatepass")
    fresh = abs(at - int(found["t"])) <= TOLERANCE_S
    return hmac.compare_digest(mine.encode(), given) and fresh


def twilio() -> None:
    """Twilio's signature over the address as the world knows it and every field. Else 403."""
    query = request.query_string.decode(errors="replace")
    address = f"{settings.public_url}{request.path}{query and '?'}{query}"
    given = request.headers.get("X-Twilio-Signature", "")
    if gateways.sms is None or not gateways.sms.genuine(address, request.form.to_dict(), given):
        abort(403)


PROOFS: dict[str, Callable[[], None]] = {
    "webhooks.shippo": shippo,
    "webhooks.shippo_greeting": known,
    "webhooks.twilio_status": twilio,
}
