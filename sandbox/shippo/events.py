"""Shippo's events: to every active registration of the same mode that asked for them."""

from typing import Any

from sandbox.deliveries import WITHHELD, WRONG_MODE
from sandbox.store import Doc
from sandbox.world import World, public

TYPES = frozenset(
    {
        "transaction_created",
        "transaction_updated",
        "track_updated",
        "batch_created",
        "batch_purchased",
    }
)
ALL = "*"


def tell(
    world: World, event: str, data: Any, *, test: bool, mischief: str | None = None, **beside: Any
) -> list[Doc]:
    """What happens in test mode goes to the registrations that are for tests, whoever made them."""
    mischief = WITHHELD if world.weather.withholds else mischief
    envelope = {"event": event, "test": test != (mischief == WRONG_MODE), **beside, "data": data}
    wanting = [
        registration
        for registration in world.store.find("webhook", oldest=True)
        if registration["is_test"] == test and wants(registration, event)
    ]
    return [
        world.post.webhook(registration["url"], public(envelope), mischief)
        for registration in wanting
    ]


def wants(registration: Doc, event: str) -> bool:
    return bool(registration["active"]) and registration["event"] in (event, ALL)
