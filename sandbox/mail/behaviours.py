"""How the mail server behaves to whom: as it was told, or as the address itself asks for."""

import re
from typing import Any

from sandbox.store import Doc
from sandbox.world import World

RCPT, BEFORE, DATA = "rcpt", "before", "data"
STALL, DROP_BEFORE, DROP_AFTER, BOUNCE = "stall", "drop_before_dot", "drop_after_dot", "bounce"
STAGES = {STALL: DATA, DROP_BEFORE: BEFORE, DROP_AFTER: DATA, BOUNCE: DATA}
CODE = re.compile(r"[45]\d\d")
STALL_S, LONGEST_S = 30.0, 240.0
SAID = {
    "421": "421 4.3.2 The server is closing, try again later",
    "450": "450 4.2.1 The mailbox is busy, try again later",
    "451": "451 4.3.0 Try again later",
    "452": "452 4.3.1 Too little room, try again later",
    "550": "550 5.1.1 No such mailbox",
    "551": "551 5.1.6 The mailbox has moved",
    "552": "552 5.2.2 The mailbox is full",
    "553": "553 5.1.3 The mailbox name is not allowed",
    "554": "554 5.7.1 Refused",
}
# Local parts, or tags after a plus, that need no control: what they do, and at what stage.
MAGIC = {
    "busy421": ("421", RCPT),
    "later450": ("450", RCPT),
    "later451": ("451", RCPT),
    "later452": ("452", RCPT),
    "no550": ("550", RCPT),
    "no551": ("551", RCPT),
    "no553": ("553", RCPT),
    "no554": ("554", RCPT),
    "quota552": ("552", RCPT),
    "defer451": ("451", DATA),
    "spam554": ("554", DATA),
    "stall": (STALL, DATA),
    "drop-before-dot": (DROP_BEFORE, BEFORE),
    "drop-after-dot": (DROP_AFTER, DATA),
    "bounce550": (BOUNCE, DATA),
}
WORD = re.compile(rf"({'|'.join(MAGIC)})(?:-(\d{{1,3}}))?")


def plan(world: World, recipient: str, do: str, **how: Any) -> Doc:
    """Behave so to an address, to `@a.domain`, or to everybody (`*`), from now on."""
    made = new(recipient, do, STAGES.get(do, how.pop("at", RCPT)), **how)
    with world.store.change():
        return world.store.put("behaviour", made | {"object_created": world.clock.now()})


def new(
    recipient: str, do: str, at: str, *, times: int | None = None, seconds: float = STALL_S
) -> Doc:
    known = {"object_id": recipient.lower(), "recipient": recipient, "do": do, "at": at}
    return {**known, "times": times, "left": times, "seconds": seconds}


def shown(behaviour: Doc) -> Doc:
    names = ("recipient", "do", "at", "times", "left", "seconds")
    return {name: behaviour[name] for name in names}


def planned(world: World) -> list[Doc]:
    return [shown(each) for each in world.store.find("behaviour", oldest=True)]


def forget(world: World, recipient: str = "") -> int:
    """Behave well again, to one or to all; how many plans that ends."""
    with world.store.change():
        found = world.store.find("behaviour")
        ended = [each for each in found if recipient.lower() in ("", each["object_id"])]
        for each in ended:
            world.store.drop("behaviour", each["object_id"])
    return len(ended)


def due(world: World, recipients: list[str], stage: str) -> Doc | None:
    """What is to be done at this stage of a dialogue, counted as done."""
    with world.store.change():
        for recipient in recipients:
            found = _known(world, recipient) or magic(recipient)
            if found is not None and found["at"] == stage and found["left"] != 0:
                return _counted(world, found)
    return None


def magic(recipient: str) -> Doc | None:
    """What an address itself asks for; a number counts times, or seconds of stalling."""
    local = recipient.rpartition("@")[0].lower()
    for word in (local, local.partition("+")[2]):
        found = WORD.fullmatch(word)
        if found is not None:
            number = int(found[2]) if found[2] else None
            do, stage = MAGIC[found[1]]
            if do == STALL:
                return new(recipient, do, stage, seconds=min(number or STALL_S, LONGEST_S))
            return new(recipient, do, stage, times=number)
    return None


def reply(behaviour: Doc) -> str:
    return SAID.get(behaviour["do"], f"{behaviour['do']} Said by the sandbox, as it was told")


def _known(world: World, recipient: str) -> Doc | None:
    address = recipient.lower()
    for name in (address, f"@{address.rpartition('@')[2]}", "*"):
        found = world.store.get("behaviour", name)
        if found is not None:
            return found
    return None


def _counted(world: World, behaviour: Doc) -> Doc:
    if behaviour["left"] is not None:
        kept = {"object_created": world.clock.now()} | behaviour | {"left": behaviour["left"] - 1}
        world.store.put("behaviour", kept)
    return behaviour
