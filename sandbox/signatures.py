"""How Shippo and Twilio prove that a call is theirs, and how a label's link proves itself."""

import base64
import hashlib
import hmac


def shippo_signature(secret: str, moment: int, body: bytes) -> str:
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def twilio_signature(token: str, url: str, form: dict[str, str]) -> str:
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


def link_signature(secret: str, path: str, expires: int) -> str:
    return hmac.new(secret.encode(), f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()[:40]
