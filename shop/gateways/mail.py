"""Mail, over SMTP: one message, one recipient, and a verdict on whether it went."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, parseaddr
from functools import cached_property
from urllib.parse import unquote, urlsplit

import idna

from shop.gateways.errors import GatewayError, Rejected, Unavailable, Unsure

DEADLINE_S = 20.0
UNSAFE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]|=\?")
"""Line ends in any disguise. `=?` because older Pythons decode such words into headers of
their own (CVE-2024-6923)."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to send. `id` makes its Message-ID: sent twice, it is still one mail."""

    id: str
    to: str
    name: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail server, from SMTP_URL. `ready` is asked before each call."""

    url: str
    sender: str
    ready: Callable[[], None]

    def send(self, letter: Letter) -> str:
        """Hand one mail over and return its Message-ID.

        Raises Unavailable (4yz, or no server), Rejected (5yz), and Unsure when the connection
        broke after the last byte: the server may have it (RFC 1047).
        """
        self.ready()
        message = compose(letter, self.sender)
        try:
            with self._connect() as server:
                _hand_over(server, message, parseaddr(self.sender)[1], ascii_address(letter.to))
        except GatewayError:
            raise
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"no mail server: {type(error).__name__}") from error
        return str(message["Message-ID"])

    def greet(self) -> None:
        """Say who we are and leave: no letter. Raises Unavailable or Rejected."""
        self.ready()
        try:
            with self._connect() as server:
                server.noop()
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"no mail server: {type(error).__name__}") from error

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "127.0.0.1"
        if parts.scheme == "smtps":
            port = parts.port or 465
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=DEADLINE_S, context=self._trust
            )
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=DEADLINE_S)
        try:
            server.ehlo()
            if parts.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=self._trust)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whose certificates count: to read them takes longer than to send a letter."""
        return ssl.create_default_context()


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message with its headers, refusing anything that could become another header."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((safe(name), safe(address)))
    message["To"] = formataddr((safe(letter.name), ascii_address(safe(letter.to))))
    message["Subject"] = safe(letter.subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"
    message["X-Entity-Ref-ID"] = letter.id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def safe(text: str) -> str:
    """Text that may stand in a header; raises Rejected for what could begin another."""
    if UNSAFE.search(text):
        raise Rejected("a header would carry a line end")
    return text


def ascii_address(address: str) -> str:
    """An address as every mail server takes it; raises Rejected for one that has no such form."""
    local, _, domain = address.rpartition("@")
    try:
        local.encode("ascii")
        return address if domain.isascii() else f"{local}@{idna.encode(domain).decode()}"
    except UnicodeError:
        raise Rejected("the address cannot be written in ASCII") from None


def _hand_over(server: smtplib.SMTP, message: EmailMessage, sender: str, to: str) -> None:
    """Speak SMTP by hand up to the final dot, to know on which side of it a failure lies."""
    for code, said in (server.mail(sender), server.rcpt(to), server.docmd("DATA")):
        if code not in (250, 251, 354):
            raise _refusal(code, said)
    body = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    try:
        server.send(body.rstrip(b"\r\n") + b"\r\n.\r\n")
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unsure("the connection broke after the mail was handed over") from error
    if code != 250:
        raise _refusal(code, said)
    # It has been taken; what happens to the goodbye changes nothing.
    with suppress(OSError, smtplib.SMTPException):
        server.quit()


def _refusal(code: int, said: bytes | str) -> GatewayError:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = f"{code} {words}"[:300]
    return Unavailable(text) if 400 <= code < 500 else Rejected(text, code=str(code))
