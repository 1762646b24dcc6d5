"""A mail server that lets nothing out, keeps everything, and misbehaves when it is told to."""

import asyncio
import re
import socket
import threading
from functools import wraps
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from sandbox.mail import attempts, behaviours, letters
from sandbox.mail.bounces import bounce
from sandbox.world import World

LARGEST = 10 * 1024 * 1024
GO_ON = "354 End data with <CR><LF>.<CR><LF>"
KEPT = "250 OK: kept by the sandbox"


class Dialogue(SMTP):  # type: ignore[misc]  # aiosmtpd is not typed
    """One connection. Whatever is refused in it is written down, whoever refused it."""

    sender: str = ""
    about: tuple[str, ...] = ()

    @wraps(SMTP.smtp_MAIL)
    async def smtp_MAIL(self, arg: str | None) -> None:
        self.sender, self.about = _address(arg), ()
        await super().smtp_MAIL(arg)

    @wraps(SMTP.smtp_RCPT)
    async def smtp_RCPT(self, arg: str | None) -> None:
        self.about = (_address(arg),)
        await super().smtp_RCPT(arg)

    @wraps(SMTP.smtp_DATA)
    async def smtp_DATA(self, arg: str | None) -> None:
        self.about = tuple(self.envelope.rcpt_tos)
        if self.event_handler.cuts(self.sender, list(self.about)):
            await self.push(GO_ON)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def push(self, status: str | bytes) -> None:
        said = status if isinstance(status, str) else status.decode()
        if said[:1] in ("4", "5"):
            self.event_handler.refused(self.sender, list(self.about), said)
        await super().push(status)
        if said.startswith("421"):
            self.transport.close()


class Mailman:
    """The SMTP listener on a thread of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(
            (world.settings.host, world.settings.smtp_port), backlog=100
        )
        # Who talks in many lines would wait for each of them; a connection inherits this.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = int(self._socket.getsockname()[1])

    def start(self) -> None:
        threading.Thread(target=self._serve, name="mail", daemon=True).start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    def cuts(self, sender: str, recipients: list[str]) -> bool:
        """Whether this dialogue ends before the letter has been heard."""
        cut = behaviours.due(self._world, recipients, behaviours.BEFORE) is not None
        if cut:
            outcome = "cut off before the final dot, nothing kept"
            attempts.note(self._world, (sender, recipients), attempts.CUT, outcome)
        return cut

    def refused(self, sender: str, recipients: list[str], said: str) -> None:
        attempts.note(self._world, (sender, recipients), attempts.REFUSED, said)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        behaviour = behaviours.due(self._world, [address], behaviours.RCPT)
        if behaviour is not None:
            return behaviours.reply(behaviour)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        world, to = self._world, list(envelope.rcpt_tos)
        behaviour = behaviours.due(world, to, behaviours.DATA) or {"do": "", "seconds": 0.0}
        if behaviours.CODE.fullmatch(behaviour["do"]):
            return behaviours.reply(behaviour)
        letter = letters.keep(world, envelope.mail_from, to, envelope.content)
        status, outcome = _outcome(behaviour)
        attempts.note(world, (envelope.mail_from, to), status, outcome, letter["object_id"])
        if behaviour["do"] == behaviours.DROP_AFTER:
            server.transport.abort()
            await asyncio.Event().wait()  # until the lost connection ends this dialogue
        if behaviour["do"] == behaviours.STALL:
            await asyncio.sleep(behaviour["seconds"])
        if behaviour["do"] == behaviours.BOUNCE:
            bounce(world, letter, behaviour["recipient"])
        return KEPT

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._loop.create_server(self._session, sock=self._socket))
        self._loop.run_forever()

    def _session(self) -> Any:
        return Dialogue(
            self,
            data_size_limit=LARGEST,
            hostname="sandbox",
            ident="sandbox",
            loop=self._loop,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
        )


def _outcome(behaviour: dict[str, Any]) -> tuple[str, str]:
    if behaviour["do"] == behaviours.DROP_AFTER:
        return attempts.CUT, "cut off after the final dot, kept but not said"
    if behaviour["do"] == behaviours.STALL:
        return attempts.KEPT, f"250 kept, said after {behaviour['seconds']:g} s"
    if behaviour["do"] == behaviours.BOUNCE:
        return attempts.KEPT, "250 kept, then bounced to its sender"
    return attempts.KEPT, "250 kept"


def _address(arg: str | None) -> str:
    """What stands between the angles of a command, whether or not it is an address."""
    found = re.search(r"<([^>]*)>", arg or "")
    return found[1] if found else (arg or "")
