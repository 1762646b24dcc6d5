"""A mail server that delivers everything to one mailbox on the page."""

import asyncio
import socket
import threading
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult

from sandbox.store import Doc
from sandbox.world import World


class Mailman:
    """The SMTP listener on a thread of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(
            (world.settings.host, world.settings.smtp_port), backlog=100
        )
        self.port = int(self._socket.getsockname()[1])

    def start(self) -> None:
        threading.Thread(target=self._serve, name="mail", daemon=True).start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._loop.create_server(self._session, sock=self._socket))
        self._loop.run_forever()

    def _session(self) -> Any:
        return SMTP(
            self,
            hostname="sandbox",
            ident="sandbox",
            loop=self._loop,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
        )

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self._world.store.put(
            "mail", letter(self._world, envelope.mail_from, envelope.rcpt_tos, envelope.content)
        )
        return "250 OK: kept by the sandbox"


def letter(world: World, sender: str, recipients: list[str], raw: bytes) -> Doc:
    parsed = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    return {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "from": sender,
        "to": list(recipients),
        "subject": str(parsed["Subject"] or ""),
        "text": _part(parsed, "plain"),
        "html": _part(parsed, "html"),
        "raw": raw.decode("utf-8", "replace"),
    }


def log(world: World) -> list[Doc]:
    return [shown(mail) for mail in world.store.find("mail", oldest=True)]


def one(world: World, object_id: str) -> Doc | None:
    found = world.store.get("mail", object_id)
    return None if found is None else shown(found)


def shown(mail: Doc) -> Doc:
    told = {name: mail[name] for name in ("from", "to", "subject", "text", "html", "raw")}
    return {"id": mail["object_id"], "at": mail["object_created"], **told}


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        said = str(part.get_content()) if isinstance(part, EmailMessage) else ""
    except (LookupError, UnicodeError, KeyError):
        return ""
    return said.replace("\r\n", "\n")
