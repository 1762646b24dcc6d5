"""What the desk knows of each kind of trouble: how bad it is, what it means, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from shop.models import Case
from shop.values import Cause

ASK = (_("Ask the carrier"), _("Call, or send the text below. Write down what was said."))
CLAIM = (_("Claim"), _("Mind the carrier’s window for claims; it stands beside the phone number."))
REMEDY = (_("Agree on a remedy"), _("Send it again or give the money back, as the customer likes."))
CLOSE = (_("Close the case"), _("Say how it ended, so that the next one goes faster."))


@dataclass(frozen=True)
class Play:
    """One kind of trouble. `ask` is the step a logged word with the carrier settles."""

    meaning: Any
    steps: tuple[tuple[Any, Any], ...]
    ask: int = 0


PLAYS: dict[Cause, Play] = {
    Cause.LOST: Play(
        _("The carrier says it is lost; it will not arrive by itself."),
        (ASK, CLAIM, REMEDY, CLOSE),
    ),
    Cause.DISPOSED: Play(
        _("The carrier has disposed of it; it will not arrive."),
        (ASK, CLAIM, REMEDY, CLOSE),
    ),
    Cause.DAMAGED: Play(
        _("The carrier found it damaged; it may still arrive, or be kept back."),
        (
            ASK,
            (
                _("Ask the customer for a picture"),
                _("If it arrives: the goods and all of the packing."),
            ),
            CLAIM,
            REMEDY,
        ),
    ),
    Cause.DELIVERY_FAILED: Play(
        _("The carrier has given up delivering it, and has not said what comes next."),
        (
            ASK,
            (_("Compare the address"), _("The order’s address stands under Customer.")),
            REMEDY,
            CLOSE,
        ),
    ),
    Cause.ADDRESS_ISSUE: Play(
        _("The carrier cannot go on without a better address; it turns back if nobody answers."),
        (
            (_("Compare the address"), _("Look for swapped figures and a missing flat number.")),
            (_("Ask the customer"), _("Phone and e-mail stand on the right.")),
            (_("Give the carrier the right address"), _("Call, or send the text below.")),
            CLOSE,
        ),
        ask=2,
    ),
    Cause.CUSTOMS: Play(
        _("Customs have had it for longer than usual, and nobody has asked us for anything yet."),
        (
            ASK,
            (_("Bring what customs want"), _("An invoice, a number, a duty: the carrier says.")),
            (_("Tell the customer"), _("They may have had a letter from customs themselves.")),
            CLOSE,
        ),
    ),
    Cause.HELD: Play(
        _("The carrier holds it and waits for somebody to say something."),
        (ASK, (_("Do what releases it"), _("Papers, a fee, an address: the carrier says.")), CLOSE),
    ),
    Cause.NOT_DELIVERED: Play(
        _("It went out for delivery and no result was scanned by the end of the next day."),
        (
            (_("Ask the customer"), _("It may lie at the door, or with a neighbour.")),
            ASK,
            REMEDY,
            CLOSE,
        ),
        ask=1,
    ),
    Cause.STALLED: Play(
        _("The carrier has it and has not scanned it for longer than usual."),
        (
            ASK,
            (_("Have it searched for"), _("Carriers open a search after some days of silence.")),
            REMEDY,
            CLOSE,
        ),
    ),
    Cause.NEVER_SCANNED: Play(
        _("The label is made and the carrier has never scanned the parcel."),
        (
            (
                _("Look whether it is still here"),
                _("On the shelf, under another box, in the cage."),
            ),
            (_("Ask whether it was picked up"), _("Call, or send the text below.")),
            (_("Send it again"), _("Void this label first; a label never used costs nothing.")),
            CLOSE,
        ),
        ask=1,
    ),
    Cause.RETURNED: Play(
        _("It is on its way back to us."),
        (
            ASK,
            (_("Ask the customer"), _("Is the address right? Do they still want it?")),
            (_("Look out for it"), _("Check the goods when they are back on the shelf.")),
            REMEDY,
        ),
    ),
    Cause.UNCLAIMED: Play(
        _("Nobody collected it; it comes back to us if nobody does."),
        (
            (_("Ask the customer"), _("They may not know that it is waiting.")),
            ASK,
            CLOSE,
        ),
        ask=1,
    ),
    Cause.ATTEMPTED: Play(
        _("The carrier came and could not leave it. Most try again by themselves."),
        (
            (_("Wait for the next attempt"), _("It closes by itself when the parcel moves.")),
            (_("Ask the customer"), _("A locked gate, a closed office, a wrong bell?")),
            (_("Ask for another day"), _("Call, or send the text below.")),
        ),
        ask=2,
    ),
    Cause.LATE: Play(
        _("The last day that was named is over, and it has not arrived."),
        (
            (_("Look at the last scan"), _("Does it move? Then it closes by itself on arrival.")),
            (_("Tell the customer"), _("When it comes, as far as the carrier says.")),
            (_("Ask where it is"), _("Call, or send the text below.")),
            REMEDY,
        ),
        ask=2,
    ),
    Cause.PICKUP: Play(
        _("It waits at a pick-up point for the customer."),
        (
            (_("See that the customer knows"), _("What we told them stands on the order.")),
            (_("Ask how long it is kept"), _("Call, or send the text below.")),
            CLOSE,
        ),
        ask=1,
    ),
    Cause.OTHER: Play(
        _("The carrier says that somebody has to do something before it can go on."),
        (ASK, (_("Do what is asked"), _("Write it down here.")), CLOSE),
    ),
}
"""Worst first."""

SEVERITY = {cause: rank for rank, cause in enumerate(PLAYS)}


def by_severity() -> Any:
    """Cases in the order of this list, for a query."""
    return sa.case({cause.value: rank for cause, rank in SEVERITY.items()}, value=Case.cause)


def steps(case: Case) -> list[dict[str, Any]]:
    """What to do, for the check-list; asking the carrier is done when it is in the log."""
    play = PLAYS[case.cause]
    asked = case.contacts[-1] if case.contacts else None
    told = []
    for place, (title, text) in enumerate(play.steps):
        step: dict[str, Any] = {"title": title, "text": text}
        if asked and place == play.ask:
            step |= {"state": "done", "note": asked.account.name}
        told.append(step)
    if case.open and not asked:
        told[play.ask]["state"] = "now"
    return told
