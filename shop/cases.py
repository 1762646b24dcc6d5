"""Parcels in trouble: when a case opens, when it closes, and what to say to the carrier."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from shop.carriers import known
from shop.db import session
from shop.models import Case, Parcel
from shop.tracking import Story
from shop.values import Cause, Standing


def follow(parcel: Parcel, story: Story, at: datetime) -> Case | None:
    """Open a case when the story needs a person, close what better news has settled.

    Returns a case newly opened. `at` is world time: it is read beside the scans.
    """
    cause = story.cause
    for case in open_cases(parcel.id):
        if case.cause is not cause and _settles(story, case):
            case.closed_at, case.resolution = at, f"By itself: {story.standing.value}"
    if cause is None or any(case.cause is cause for case in open_cases(parcel.id)):
        return None
    said = story.now.details if story.now else ""
    case = Case(parcel_id=parcel.id, cause=cause, evidence=said[:500], opened_at=at)
    session.add(case)
    session.flush()
    return case


def open_cases(parcel_id: int) -> list[Case]:
    """Its cases, locked: one that staff are closing is waited for, and then is not among them."""
    return list(
        session.scalars(
            sa.select(Case)
            .where(Case.parcel_id == parcel_id, Case.closed_at.is_(None))
            .order_by(Case.id)
            .with_for_update()
        )
    )


def enquiry(case: Case) -> str:
    """What to send the carrier: names the parcel, says what was seen, asks for one thing."""
    parcel = case.parcel
    carrier = known(parcel.carrier)
    to = parcel.order.to
    said = case.evidence or case.cause.value.replace("_", " ")
    posted = parcel.labelled_at.date().isoformat() if parcel.labelled_at else "unknown"
    return "\n".join(
        [
            f"To {carrier.name} customer service",
            "",
            f"Parcel {parcel.tracking_number}, {parcel.service_name}, label of {posted}.",
            f"From Quayside, Tacoma, WA 98402, to {to.city}, {to.state} {to.zip}.",
            "",
            f"Your tracking says: {said.rstrip('.')}.",
            ASKS[case.cause],
            "",
            f"Our reference: {parcel.order.number}. Please answer with a case number.",
        ]
    )


ASKS = {
    Cause.DELIVERY_FAILED: "Please tell us why delivery failed and what you will do next.",
    Cause.LOST: "Please open a search, and tell us how to claim if it is not found.",
    Cause.DAMAGED: "Please describe the damage, keep the packing, and tell us how to claim.",
    Cause.ADDRESS_ISSUE: "Please tell us what is wrong with the address; we will confirm it.",
    Cause.ATTEMPTED: "Please attempt delivery again and tell us the day.",
    Cause.HELD: "Please tell us why it is held and what releases it.",
    Cause.PICKUP: "Please tell us where it waits and until when.",
    Cause.UNCLAIMED: "Please keep it for collection and tell us until when.",
    Cause.RETURNED: "Please tell us why it is coming back and when it arrives.",
    Cause.OTHER: "Please tell us what is needed for it to go on.",
}


def _settles(story: Story, case: Case) -> bool:
    """Delivery settles everything but damage; moving on settles what only delayed."""
    if story.standing is Standing.DELIVERED:
        return case.cause is not Cause.DAMAGED
    moving = story.standing in {Standing.IN_TRANSIT, Standing.OUT_FOR_DELIVERY}
    return moving and case.cause in {Cause.ATTEMPTED, Cause.HELD, Cause.ADDRESS_ISSUE, Cause.OTHER}
