"""The mailbox: letters as a list, one letter whole, and how the server behaves to whom."""

import re

from flask import Response, abort, render_template, request

from sandbox.calls import local
from sandbox.mail import attempts, behaviours, letters
from sandbox.store import Doc
from sandbox.world import World, here

MOST, TRIES = 200, 8
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
NEW_WINDOW = '<base target="_blank">'
# A letter may look as it likes and open its links, and that is all it may do.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
DOINGS = (
    ("421", "Close the connection (421)"),
    ("451", "Ask to try later (451)"),
    ("550", "Know no such mailbox (550)"),
    ("552", "Say the mailbox is full (552)"),
    (behaviours.STALL, "Keep it, say so late"),
    (behaviours.DROP_BEFORE, "Cut off before the final dot"),
    (behaviours.DROP_AFTER, "Keep it, cut off after the final dot"),
    (behaviours.BOUNCE, "Keep it, then bounce it"),
    ("take", "Behave well again"),
)


def mailbox() -> str:
    world, to = here(), request.args.get("to", "").strip()
    found = world.store.find("mail", span=(None if to else MOST, 0))
    return render_template(
        "mailbox.html",
        letters=[_line(letter) for letter in found if letters.went(letter, to)][:MOST],
        most=MOST,
        to=to,
        trouble=_trouble(world),
        planned=[each for each in behaviours.planned(world) if each["left"] != 0],
        doings=DOINGS,
        words=dict(DOINGS),
        smtp_port=world.smtp_port,
    )


def letter(mail_id: str) -> str:
    found = letters.one(here(), mail_id) or abort(404)
    leaving = found["unsubscribe"]
    return render_template(
        "letter.html",
        letter=found,
        leaving=leaving,
        pressable=leaving["one_click"] and local(leaving["url"]),
    )


def letter_html(mail_id: str) -> Response:
    found = letters.one(here(), mail_id) or abort(404)
    body = HEAD.sub(lambda head: head[0] + NEW_WINDOW, found["html"], count=1)
    if NEW_WINDOW not in body:
        body = "<!doctype html>" + NEW_WINDOW + body
    return Response(body, headers={"Content-Security-Policy": LETTER_POLICY})


def _line(letter: Doc) -> Doc:
    named = {name.lower(): value for name, value in letter["headers"]}
    words = " ".join(letter["text"].split())
    return {
        "id": letter["object_id"],
        "at": letter["object_created"],
        "from": _name(named.get("from", "")) or letter["from"] or "no sender",
        "to": ", ".join(letter["to"]),
        "subject": letter["subject"] or "(no subject)",
        "words": words[:160],
        "attachments": len(letter["attachments"]),
    }


def _name(sender: str) -> str:
    """Who a letter says it is from: the name where there is one, else the address."""
    name, _, rest = sender.partition("<")
    return name.strip().strip('"') or rest.rstrip("> ")


def _trouble(world: World) -> list[Doc]:
    """The latest tries that were refused or cut off."""
    found = world.store.find("attempt", status=attempts.REFUSED, span=(TRIES, 0))
    found += world.store.find("attempt", status=attempts.CUT, span=(TRIES, 0))
    found.sort(key=lambda attempt: str(attempt["object_created"]), reverse=True)
    return [attempts.shown(attempt) for attempt in found[:TRIES]]
