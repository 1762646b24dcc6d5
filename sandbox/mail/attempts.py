"""Every try to hand over a letter, and what the mail server said to it."""

from uuid import uuid4

from sandbox.store import Doc
from sandbox.world import World

KEPT, REFUSED, CUT = "kept", "refused", "cut"


def note(
    world: World, between: tuple[str, list[str]], status: str, outcome: str, letter: str = ""
) -> None:
    sender, recipients = between
    attempt = {
        "object_id": uuid4().hex,
        "object_created": world.clock.now(),
        "from": sender,
        "to": recipients,
        "status": status,
        "outcome": outcome,
        "letter": letter or None,
    }
    with world.store.change():
        world.store.put("attempt", attempt)


def log(world: World) -> list[Doc]:
    """One line per try, oldest first."""
    return [shown(attempt) for attempt in world.store.find("attempt", oldest=True)]


def shown(attempt: Doc) -> Doc:
    told = {name: attempt[name] for name in ("from", "to", "status", "outcome", "letter")}
    return {"at": attempt["object_created"], **told}
