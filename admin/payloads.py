"""What Shippo sent, to read, to keep as a fixture, and to send to ourselves again."""

from __future__ import annotations

import base64
import json
import re
import shlex

from shop.gateways import envelope
from shop.models import WebhookEvent
from shop.outside import settings

LONGEST = 64 * 1024
"""So much of a payload is shown; the file has all of it."""

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
PLAIN = re.compile(rb"[\t\n\x20-\x7e\x80-\xff]*")


def shown(event: WebhookEvent) -> tuple[str, bool]:
    """The payload for reading, and whether that is all of it. What has no shape is shown anyway."""
    try:
        text = json.dumps(envelope.read(event.body).said, indent=2, ensure_ascii=False)
    except envelope.Unreadable:
        text = event.body.decode(errors="backslashreplace")
    seen = UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text[:LONGEST])
    return seen, len(text) <= LONGEST


def file_name(event: WebhookEvent) -> str:
    """What it is called as a file: the event in letters, and its number here."""
    kind = re.sub(r"[^a-z_]", "", event.event) or "unreadable"
    return f"{kind}-{event.id}.json"


def content_type(event: WebhookEvent) -> str:
    """JSON, where it is."""
    try:
        envelope.read(event.body)
    except envelope.Unreadable:
        return "application/octet-stream"
    return "application/json"


def curl(event: WebhookEvent) -> str:
    """A shell's lines that post the same bytes to us. Secrets stay names of variables."""
    lines = [f"body() {{ {_printed(event)}; }}"]
    sign = []
    if settings.shippo_webhook_hmac_secret:
        variable = '"$SHIPPO_WEBHOOK_HMAC_SECRET"'
        signing = f"openssl dgst -sha256 -hmac {variable} -r | cut -d' ' -f1"
        lines += ["t=$(date +%s)", f"v1=$({{ printf '%s.' \"$t\"; body; }} | {signing})"]
        sign = ["-H", '"Shippo-Auth-Signature: t=$t,v1=$v1"']
    door = shlex.quote(f"{settings.public_url}/webhooks/shippo/")
    post = ["curl", "-sS", "-i", "-H", "'Content-Type: application/json'", *sign]
    post += ["--data-binary", "@-", f'{door}"$SHIPPO_WEBHOOK_TOKEN"']
    return "\n".join([*lines, "body | " + " ".join(post)])


def _printed(event: WebhookEvent) -> str:
    """What prints the body to the byte; a terminal changes more than meets the eye."""
    if len(event.body) > LONGEST:
        return f"cat {shlex.quote(file_name(event))}"
    try:
        text = event.body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and PLAIN.fullmatch(event.body):
        return f"printf '%s' {shlex.quote(text)}"
    return f"printf '%s' {base64.b64encode(event.body).decode() or chr(39) * 2} | base64 -d"
