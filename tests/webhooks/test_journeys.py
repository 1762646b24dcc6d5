"""Every journey the sandbox plays ends as was written down here: by hand, not by the fold.

All are played side by side on one clock that begins on a Monday at eight in the shop. Webhooks come
in through the door as they were sent; what never comes is asked after by the rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from jobs import messages, rounds
from shop.db import changed, now, session
from shop.gateways.clock import WorldClock
from shop.models import Case, Message, Parcel, WebhookEvent
from shop.outside import gateways, world_now
from shop.values import Channel, EventState, MessageState, Milestone
from tests import make
from tests.conftest import Work
from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.visit import Page, visit
from tests.webhooks.test_shippo import ADDRESS
from tests.world import World

STOPS = (7, 25, 48, 52.5, 55, 77, 100, 126, 198, 237, 336)
"""Hours after the beginning when the shop is up with what has come: after each thing to be said."""

TEXTED = {"smooth", "refused_returned"}
"""Whose customers are told by text as well: of these the words are enough."""


@dataclass(frozen=True)
class End:
    """How a parcel stands when all is over: the headline begins so, and these cases are open."""

    headline: str
    steps: str
    said: str
    cases: str = ""


HOME = "label_ready picked_up out_for_delivery delivered"
THERE = "done done done done done"

ENDS = {
    "smooth": End("Delivered Wed", THERE, HOME),
    "stalled_before_first_scan": End(
        "Running late, was expected Friday",
        "done late todo todo todo todo",
        "label_ready",
        "never_scanned",
    ),
    "stalled_midway": End(
        "Running late, was expected Friday",
        "done done done late todo todo",
        "label_ready picked_up",
        "stalled",
    ),
    "weather_delay": End("Delivered Fri", THERE, HOME),
    "customs_hold": End(
        "Delivered Tue",
        THERE,
        "label_ready picked_up exception:held out_for_delivery delivered",
    ),
    "address_issue_fixed": End(
        "Delivered Sat",
        THERE,
        "label_ready picked_up out_for_delivery exception:address_issue"
        " exception:delivery_failed delivered",
    ),
    "missed_delivery": End(
        "Delivered Thu", THERE, "label_ready picked_up out_for_delivery attempted delivered"
    ),
    "damaged": End(
        "Disposed of by the carrier",
        "done done done stop todo todo",
        "label_ready picked_up exception:damaged exception:held exception:disposed",
        "damaged disposed",
    ),
    "lost": End(
        "This parcel is lost",
        "done done done stop todo todo",
        "label_ready picked_up exception:lost",
        "lost",
    ),
    "refused_returned": End(
        "On its way back to us",
        "done done done done stop todo",
        "label_ready picked_up out_for_delivery attempted returned",
        "returned",
    ),
    "delivered_not_received": End("Delivered Wed", THERE, HOME),
    "delivered_then_returned": End(
        "On its way back to us", f"{THERE} stop", f"{HOME} returned", "returned"
    ),
    "out_of_order": End("Delivered Wed", THERE, HOME),
    "duplicated": End("Delivered Wed", THERE, HOME),
    "burst_after_silence": End("Delivered Wed", THERE, HOME),
    "webhooks_never_sent": End("Delivered Wed", THERE, HOME),
    "forged_signature": End("Delivered Wed", THERE, HOME),
    "wrong_mode": End("Delivered Wed", THERE, HOME),
}

MEANWHILE = {
    48: {"smooth": "Out for delivery today", "damaged": "Held by the carrier"},
    55: {
        "missed_delivery": "Nobody there, a notice was left",
        "refused_returned": "On its way back to us",
    },
    77: {
        "refused_returned": "On its way back to us",
        "customs_hold": "Held by the carrier",
        "address_issue_fixed": "Delivery failed",
    },
    100: {"weather_delay": "Out for delivery today", "refused_returned": "On its way back to us"},
    198: {
        "stalled_midway": "Running late, was expected Friday",
        "lost": "Running late, was expected Saturday",
    },
}
"""What the public page says on the way, by the hour."""


class Play:
    """Journeys by name, each with its parcel, on the world's clock."""

    def __init__(self, app: Flask, world: World, work: Work, listener: Listener) -> None:
        self._app, self._world, self._work = app, world, work
        self._door = app.test_client()
        self._listener, self._taken = listener, 0
        self.answers: list[int] = []
        self.parcels: dict[str, int] = {}

    def begin(self) -> None:
        """A label for each, bought on a Monday at eight in the shop; then all set out."""
        today = datetime.now(UTC)
        monday = (today + timedelta(days=7 - today.weekday())).replace(hour=16, minute=0, second=0)
        self._advance((monday - today) / timedelta(hours=1))
        gateways.shippo.register("track_updated", self._listener.url, test=True)
        shippo, alice = Caller(self._world.url), make.alice()
        home = {name: text for name, text in make.HOME.to_json().items() if text}
        rate = shippo.rate(address_to=home)
        for name in ENDS:
            sold = shippo.post("/transactions", rate=rate, **{"async": False})
            parcel = self._parcel(sold, account_id=alice.id, text_consent=name in TEXTED)
            messages.announce(parcel, Milestone.LABEL_READY)
            self.parcels[name] = parcel.id
            session.commit()
            self._world.journey(sold["tracking_number"], name)
        self._settle()

    def _parcel(self, sold: dict[str, Any], **order: Any) -> Parcel:
        """What was sold, as the label of a parcel promised by Friday."""
        day = world_now().date()
        order |= {"promise_first": day + timedelta(days=3), "promise_last": day + timedelta(days=4)}
        return make.labelled(
            order=make.order(**order, placed_at=world_now()),
            transaction_id=sold["object_id"],
            tracking_number=sold["tracking_number"],
            labelled_at=world_now(),
            poll_at=world_now() + timedelta(hours=6),
        )

    def until(self, hours: float) -> None:
        """Let it be so late, and the shop take in what has come until nothing is left to do."""
        self._advance(hours)
        while self._taken < len(self._listener.heard):
            heard = self._listener.heard[self._taken]
            self._taken += 1
            answer = self._door.post(ADDRESS, data=heard.body, headers=heard.headers)
            self.answers.append(answer.status_code)
        self._settle()

    def _advance(self, hours: float) -> None:
        """The shop looks at the world's clock once a second; here it looks at once."""
        self._world.advance(hours)
        known = self._app.extensions["gateways"]
        clock = WorldClock(known.clock.url)
        self._app.extensions["gateways"] = replace(known, clock=clock)

    def _settle(self) -> None:
        """The rounds, and the queues; how long news is to settle is ended by hand."""
        waiting = Message.state == MessageState.QUEUED
        while True:
            session.rollback()
            rounds.ring()
            self._work()
            if not changed(sa.update(Message).where(waiting).values(due_at=now())):
                session.commit()
                return
            session.commit()


@pytest.fixture
def listener() -> Iterator[Listener]:
    somebody = Listener()
    yield somebody
    somebody.close()


def said(parcel_id: int, channel: Channel) -> list[str]:
    """What went out, in the order in which it was decided."""
    mine = sa.select(Message).filter_by(parcel_id=parcel_id, channel=channel)
    rows = session.scalars(mine.where(Message.state == MessageState.SENT).order_by(Message.id))
    about = {row.id: f":{row.cause}" if row.milestone == "exception" else "" for row in rows}
    return [f"{session.get_one(Message, row).milestone}{cause}" for row, cause in about.items()]


def steps(page: Page) -> str:
    return " ".join(str(step["data-state"]) for step in page.all(".steps li"))


def open_cases(parcel_id: int) -> str:
    mine = sa.select(Case.cause).filter_by(parcel_id=parcel_id, closed_at=None)
    return " ".join(sorted(session.scalars(mine)))


@pytest.mark.timeout(600)
def test_every_journey_ends_as_it_was_written_down(
    app: Flask, client: FlaskClient, world: World, work: Work, listener: Listener
) -> None:
    told = {each["name"] for each in world.get("journeys") if each["scope"] == "parcel"}
    assert told == set(ENDS)
    play = Play(app, world, work, listener)
    play.begin()
    hours, wrong = 0.0, []
    for stop in STOPS:
        play.until(stop - hours)
        hours = stop
        for name, headline in MEANWHILE.get(stop, {}).items():
            token = session.get_one(Parcel, play.parcels[name]).token
            if not visit(client, f"/t/{token}").h1.startswith(headline):
                wrong.append(f"{name} at {stop}: {visit(client, f'/t/{token}').h1}")
    wrong += [line for name, end in ENDS.items() for line in _wrong(client, play, name, end)]
    assert not wrong, "\n".join(wrong)
    read = set(session.scalars(sa.select(WebhookEvent.state)))
    assert read == {EventState.DONE, EventState.WRONG_MODE}
    forged = len(play.answers) - play.answers.count(202)
    assert (forged, play.answers.count(401)) == (8, 8)


def _wrong(client: FlaskClient, play: Play, name: str, end: End) -> Iterator[str]:
    parcel = session.get_one(Parcel, play.parcels[name])
    pages = {"public": f"/t/{parcel.token}", "portal": f"/account/orders/{parcel.order.number}"}
    desk = f"/admin/shipments/{parcel.id}"
    seen = {
        "cases": (open_cases(parcel.id), end.cases),
        "mails": (" ".join(said(parcel.id, Channel.MAIL)), end.said),
        "texts": (
            " ".join(said(parcel.id, Channel.SMS)),
            end.said.replace("picked_up ", "") if name in TEXTED else "",
        ),
    }
    session.commit()
    make.signed_in(client, make.alice())
    for place, address in pages.items():
        page = visit(client, address)
        seen[f"{place} headline"] = (page.h1[: len(end.headline)], end.headline)
        seen[f"{place} steps"] = (steps(page), end.steps)
    page = visit(make.signed_in(client, make.pat()), desk)
    seen["desk headline"] = (str(end.headline in page.text), "True")
    flags = page.all('a[href^="/admin/exceptions/"]')
    seen["desk flags"] = (str(len(flags)), str(len(end.cases.split())))
    for what, (found, expected) in seen.items():
        if found != expected:
            yield f"{name}, {what}: {found!r}, and not {expected!r}"
