"""Shippo's six test numbers: each a finished little story, dated around now and not in order."""

from hashlib import sha256

from sandbox.clock import stamp
from sandbox.store import Doc

HOUR = 3600.0
SAN_FRANCISCO = {"city": "San Francisco", "state": "CA", "zip": "94103", "country": "US"}
CHICAGO = {"city": "Chicago", "state": "IL", "zip": "60611", "country": "US"}
MEMPHIS = {"city": "Memphis", "state": "TN", "zip": "37501", "country": "US"}

# status, hours after the first event, where, what the carrier says
STORY = (
    ("UNKNOWN", 0, SAN_FRANCISCO, "The carrier has received the electronic shipment information."),
    ("TRANSIT", 28, SAN_FRANCISCO, "Your shipment has departed from the origin."),
    (
        "FAILURE",
        64,
        MEMPHIS,
        "The Postal Service has identified a problem with the processing of this item.",
    ),
    ("DELIVERED", 52, CHICAGO, "Your shipment has been delivered."),
    ("RETURNED", 72, SAN_FRANCISCO, "Your shipment has been returned to the original sender."),
)
BEGINS_AGO = 80 * HOUR
NUMBERS = {
    "SHIPPO_PRE_TRANSIT": (("PRE_TRANSIT", 0, SAN_FRANCISCO, STORY[0][3]),),
    "SHIPPO_UNKNOWN": STORY[:1],
    "SHIPPO_TRANSIT": STORY[:2],
    "SHIPPO_FAILURE": STORY[:3],
    "SHIPPO_DELIVERED": STORY[:4],
    "SHIPPO_RETURNED": STORY[:5],
}


def fixture(now: float, number: str) -> Doc:
    delivered = any(event[0] == "DELIVERED" for event in NUMBERS[number])
    history = [_event(now, number, event) for event in NUMBERS[number]]
    return {
        "carrier": "shippo",
        "tracking_number": number,
        "address_from": SAN_FRANCISCO,
        "address_to": CHICAGO,
        "eta": stamp(now - 24 * HOUR if delivered else now + 72 * HOUR),
        "original_eta": stamp(now - 48 * HOUR if delivered else now + 72 * HOUR),
        "servicelevel": {"token": "shippo_priority", "name": "Priority Mail"},
        "metadata": "Shippo test tracking",
        "tracking_status": history[-1],
        "tracking_history": history,
        "transaction": None,
        "messages": [],
        "test": True,
    }


def _event(now: float, number: str, event: tuple[str, int, Doc, str]) -> Doc:
    status, hours, place, details = event
    return {
        "object_created": stamp(now),
        "object_id": sha256(f"{number}:{status}".encode()).hexdigest()[:32],
        "object_updated": None,
        "status": status,
        "substatus": None,
        "status_date": stamp(now - BEGINS_AGO + hours * HOUR),
        "status_details": details,
        "location": place,
    }
