"""What the dashboard's button sends to try a webhook out: finished stories with holes in them."""

from typing import Any

from sandbox.shippo.events import TYPES, wants
from sandbox.shippo.magic import fixture
from sandbox.store import Doc
from sandbox.world import World

NUMBER = "SHIPPO_DELIVERED"
EVENTS = tuple(sorted(TYPES))


def sample(world: World, event: str) -> Doc:
    """The envelope of a test delivery: always of test mode, and no object here stands behind it."""
    return {
        "event": event,
        "test": True,
        "metadata": "Shippo test webhook",
        "carrier": "shippo",
        "data": _data(world, event),
    }


def listeners(world: World, event: str) -> list[str]:
    """Whoever asked for such events, of either mode: the button knows no difference."""
    registered = world.store.find("webhook", oldest=True)
    return [each["url"] for each in registered if wants(each, event)]


def _data(world: World, event: str) -> Any:
    born = world.born(True)
    if event == "batch_created":
        return f"batch {born['object_id']} created"
    if event == "batch_purchased":
        return f"batch {born['object_id']} processing complete"
    return _track(world) if event == "track_updated" else _transaction(born)


def _track(world: World) -> Doc:
    track = fixture(world.clock.time(), NUMBER)
    level = {**track["servicelevel"], "name": None}
    return {**track, "carrier": None, "servicelevel": level}


def _transaction(born: Doc) -> Doc:
    return {
        "object_state": "VALID",
        "status": "SUCCESS",
        **born,
        "rate": born["object_id"][::-1],
        "tracking_number": NUMBER,
        "tracking_status": "DELIVERED",
        "eta": None,
        "tracking_url_provider": None,
        "label_url": None,
        "commercial_invoice_url": None,
        "messages": [],
        "order": None,
        "metadata": "Shippo test webhook",
        "parcel": None,
        "billing": {"payments": []},
        "qr_code_url": None,
        "created_by": None,
    }
