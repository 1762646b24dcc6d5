"""Shippo's events: to every active registration of the same mode that asked for them."""

from typing import Any

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


def tell(world: World, event: str, data: Any, *, test: bool, **beside: Any) -> list[Doc]:
    """What happens in test mode goes to the registrations that are for tests, whoever made them."""
    envelope = {"event": event, "test": test, **beside, "data": data}
    wanting = [
        registration
        for registration in world.store.find("webhook", oldest=True)
        if registration["is_test"] == test and wants(registration, event)
    ]
    return [world.post.webhook(registration["url"], public(envelope)) for registration in wanting]


def wants(registration: Doc, event: str) -> bool:
    return bool(registration["active"]) and registration["event"] in (event, ALL)
