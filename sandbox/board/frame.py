"""What every page of the board shows: the ways, the clock, and how the world stands."""

from urllib.parse import parse_qsl, urlencode

from flask import request
from markupsafe import Markup

from sandbox.board import journeys, phone, words
from sandbox.board.slices import at_most
from sandbox.mail import behaviours
from sandbox.store import Doc
from sandbox.world import World, here

MANY = 99
WAYS = (
    (
        "World",
        (
            ("board.index", "Parcels", "box"),
            ("board.journeys", "Journeys", "route"),
            ("board.faults", "Faults", "bolt"),
        ),
    ),
    (
        "Wire",
        (
            ("board.deliveries", "Deliveries", "send"),
            ("board.requests", "Requests", "list"),
            ("board.ledger", "Ledger", "coins"),
        ),
    ),
    (
        "People",
        (
            ("board.mailbox", "Mailbox", "mail"),
            ("board.phone", "Phone", "phone"),
        ),
    ),
)
STEPS = ((1, "+1 h"), (6, "+6 h"), (24, "+1 day"), (168, "+7 days"))
TOLD = ("said", "done")


def frame() -> Doc:
    world = here()
    return {
        "ways": WAYS,
        "counts": _counts(world),
        "steps_ahead": STEPS,
        "now": world.clock.now(),
        "ahead": words.ahead(world.clock.offset),
        "state": _state(world),
        "said": request.args.get("said", ""),
        "done": request.args.get("done", ""),
        "back": back,
        "origin": world.origin,
    }


def back(done: str = "") -> Markup:
    """Where a button leads back to: the same page, which says what was done."""
    query = parse_qsl(request.query_string.decode("utf-8", "replace"))
    kept = [pair for pair in query if pair[0] not in TOLD]
    asked = urlencode(kept + ([("done", done)] if done else []))
    address = f"{request.path}?{asked}" if asked else request.path
    return Markup('<input type="hidden" name="back" value="{}">').format(address)


def _counts(world: World) -> dict[str, str]:
    counted = {
        "board.faults": str(len(world.faults.shown())),
        "board.mailbox": at_most("mail", most=MANY),
        "board.phone": str(phone.unread(world)),
    }
    return {endpoint: count for endpoint, count in counted.items() if count != "0"}


def _state(world: World) -> list[Doc]:
    """How the world stands, in a line; what is out of the ordinary has a tone."""
    faults, settings, on = len(world.faults.shown()), world.settings, journeys.on_now(world)
    return [
        {
            "icon": "weather",
            "words": on["words"],
            "tone": "" if on["calm"] else "warn",
            "to": "board.journeys",
        },
        {
            "icon": "bolt",
            "words": f"{faults} fault{'s' * (faults > 1)} planned" if faults else "No faults",
            "tone": "warn" if faults else "",
            "to": "board.faults",
        },
        *_misbehaving(world),
        {
            "icon": "gauge",
            "words": f"Limits as in {settings.limits} mode" if settings.limits else "No limits",
            "tone": "warn" if settings.limits else "",
        },
        {
            "icon": "lock",
            "words": "Strict: labels stay unknown" if settings.strict else "Bought labels move",
            "tone": "warn" if settings.strict else "",
        },
    ]


def _misbehaving(world: World) -> list[Doc]:
    """The post and the mail server, when they do not do as they should."""
    told = [
        ("send", "The post misbehaves", "board.deliveries", bool(world.post.policy.shown())),
        ("mail", "Mail misbehaves", "board.mailbox", bool(behaviours.planned(world))),
    ]
    return [
        {"icon": icon, "words": said, "tone": "warn", "to": to}
        for icon, said, to, wrong in told
        if wrong
    ]
