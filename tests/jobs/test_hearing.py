"""What Shippo says comes early, twice, without ids and out of the future, and one truth is kept."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from jobs import inbox, labels, tracking
from shop import purchases
from shop.db import session
from shop.gateways.answers import snapshot
from shop.models import Case, LabelIntent, Message, Parcel, WebhookEvent
from shop.outside import world_now
from shop.values import (
    Channel,
    EventState,
    IntentState,
    Milestone,
    ParcelState,
    Standing,
    TrackingStatus,
    Via,
)
from tests import make
from tests.until import until
from tests.visit import visit
from tests.webhooks.test_shippo import post

NUMBERS = ("9205590164917312751089", "9205590164917312751096")


def event(status: str, code: str | None = None, hours: float = 0, **more: Any) -> dict[str, Any]:
    """A scan in Shippo's words, so many hours from now."""
    at = (world_now() + timedelta(hours=hours)).isoformat()
    return {
        "object_id": "string",
        "object_created": at,
        "object_updated": None,
        "status": status,
        "substatus": {"code": code, "text": "", "action_required": False} if code else None,
        "status_date": at,
        "status_details": f"{status} {code}",
        "location": {"city": "Portland", "state": "OR", "zip": "97214", "country": "US"},
        **more,
    }


def told(parcel: Parcel, *events: dict[str, Any], **more: Any) -> bytes:
    """A signed delivery's body: these scans, the last of them the status."""
    data = {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "transaction": parcel.transaction_id,
        "tracking_status": events[-1],
        "tracking_history": list(events),
        **more,
    }
    return json.dumps({"event": "track_updated", "test": True, "data": data}).encode()


def lines(parcel: Parcel) -> list[str]:
    return [scan.details for scan in parcel.story.scans]


def said(milestone: Milestone) -> list[Channel]:
    return sorted(m.channel for m in session.query(Message).filter_by(milestone=milestone))


@pytest.mark.both_databases
def test_a_late_status_that_nobody_understands_takes_no_delivery_back(client, work):
    parcel = make.labelled()
    handed = event("TRANSIT", "package_accepted", -9)
    home = event("DELIVERED", "delivered", -2)
    riddle = event("TELEPORTED", "beamed", -1)
    for body in (told(parcel, handed, home), told(parcel, handed, home, riddle)):
        assert post(client, body).status_code == 202
    assert post(client, told(parcel, riddle)).status_code == 202
    assert post(client, told(parcel, event("UNKNOWN", "other"))).status_code == 202
    work()
    session.refresh(parcel)
    assert (parcel.standing, parcel.status) == (Standing.DELIVERED, TrackingStatus.DELIVERED)
    assert lines(parcel) == ["TRANSIT package_accepted", "DELIVERED delivered", "TELEPORTED beamed"]
    assert session.query(Case).count() == 0
    assert said(Milestone.DELIVERED) == sorted(Channel)


@pytest.mark.both_databases
def test_a_scan_from_the_far_future_is_shown_to_staff_and_counts_for_nothing(client, work):
    parcel = make.labelled()
    handed, wild = event("TRANSIT", "package_accepted", -9), event("DELIVERED", None, 24 * 400)
    assert post(client, told(parcel, handed, wild)).status_code == 202
    heard = session.query(WebhookEvent).one().id
    work()
    assert session.get_one(WebhookEvent, heard).state is EventState.NEW  # our clock may be behind
    inbox.apply_event(heard)
    session.refresh(parcel)
    assert session.get_one(WebhookEvent, heard).state is EventState.DONE
    assert "future" in session.get_one(WebhookEvent, heard).note
    assert (parcel.standing, parcel.delivered_at) == (Standing.IN_TRANSIT, None)
    assert said(Milestone.DELIVERED) == []
    make.signed_in(client, make.vera())
    desk = visit(client, f"/admin/orders/{parcel.order.number}").text
    assert "counts for nothing: it says it is of" in desk
    assert "far future" not in visit(client, f"/t/{parcel.token}").text
    assert "Delivered on" not in visit(client, f"/t/{parcel.token}").text


def test_a_poll_that_hears_the_same_once_its_day_has_come_makes_it_count(app, work):
    parcel = make.labelled()
    heard = snapshot(json.loads(told(parcel, event("DELIVERED", None, 48)))["data"])
    tracking.absorb(parcel.id, heard, Via.POLL)
    session.commit()
    assert (parcel.standing, len(parcel.story.aside)) == (Standing.LABEL_READY, 1)
    (row,) = parcel.snapshots
    moved = parcel.hear(row.value, Via.POLL, world_now() + timedelta(hours=47))
    assert moved
    assert (parcel.standing, parcel.story.aside) == (Standing.DELIVERED, ())
    assert len(parcel.snapshots) == 1


@pytest.mark.settings(purchase_deadline_s=20)
def test_a_webhook_that_overtakes_the_answer_to_the_purchase_is_the_same_label(
    app, client, world, work
):
    world.fault("POST", "/transactions", "latency", seconds=8, after=True)
    intent = purchases.wish(make.placed().parcels[0])
    session.commit()
    wish, parcel_id = intent.id, intent.parcel_id

    def buy() -> None:
        with app.app_context():
            labels.buy(wish)

    buying = threading.Thread(target=buy)
    buying.start()
    until(lambda: world.ledger() and world.ledger()[0]["status"] == "SUCCESS")
    (sold,) = world.ledger()
    scan = event("TRANSIT", "package_accepted")
    parcel = Parcel(carrier="usps", tracking_number=sold["tracking_number"])
    early = told(parcel, scan, transaction=sold["object_id"])
    assert post(client, early).status_code == 202
    work()
    assert session.query(WebhookEvent).one().state is EventState.NEW  # waits for its parcel
    bought = {"event": "transaction_created", "test": True, "data": sold}
    assert post(client, json.dumps(bought).encode()).status_code == 202
    work()
    assert buying.is_alive()
    buying.join()
    for row in session.query(WebhookEvent).filter_by(state=EventState.NEW):
        inbox.apply_event(row.id)
    work()
    parcel = session.get_one(Parcel, parcel_id)
    assert (parcel.state, parcel.standing) == (ParcelState.LABELLED, Standing.IN_TRANSIT)
    assert session.get_one(LabelIntent, wish).state is IntentState.PURCHASED
    assert parcel.transaction_id == sold["object_id"]
    assert len(world.requests("POST", "/transactions")) == 1
    assert said(Milestone.LABEL_READY) == sorted(Channel)


@pytest.mark.both_databases
def test_the_same_scan_under_a_new_object_id_is_one_line_one_case_and_one_message(client, work):
    parcel = make.labelled()
    first = event("FAILURE", "package_undeliverable", -3)
    again = {
        **first,
        "object_id": "f" * 32,
        "object_created": event("FAILURE", None)["status_date"],
    }
    for body in (told(parcel, first), told(parcel, again), told(parcel, first, again)):
        assert post(client, body).status_code == 202
    work()
    session.refresh(parcel)
    assert lines(parcel) == ["FAILURE package_undeliverable"]
    assert parcel.story.earlier == ()
    assert session.query(Case).count() == 1
    assert said(Milestone.EXCEPTION) == sorted(Channel)


@pytest.mark.both_databases
@pytest.mark.parametrize("turned", [False, True])
def test_two_scans_in_one_second_are_both_told_and_the_later_listed_counts(client, work, turned):
    parcel = make.labelled()
    there = event("TRANSIT", "package_arrived", -2)
    out = {**event("TRANSIT", "out_for_delivery"), "status_date": there["status_date"]}
    out["object_created"] = there["object_created"]
    bodies = [told(parcel, there), told(parcel, there, out)]
    for body in reversed(bodies) if turned else bodies:
        assert post(client, body).status_code == 202
    work()
    session.refresh(parcel)
    assert parcel.standing is Standing.OUT_FOR_DELIVERY
    assert lines(parcel) == ["TRANSIT package_arrived", "TRANSIT out_for_delivery"]


@pytest.mark.both_databases
def test_ids_that_are_no_ids_do_not_mix_two_parcels(client, work):
    first, second = (make.labelled(tracking_number=number) for number in NUMBERS)
    scan = event("DELIVERED", "delivered", -1)
    assert post(client, told(first, scan, transaction=None)).status_code == 202
    assert post(client, told(second, scan, transaction=None)).status_code == 202
    strange = told(second, scan, transaction="string", tracking_number="string")
    assert post(client, strange).status_code == 202
    work()
    states = [row.state for row in session.query(WebhookEvent).order_by(WebhookEvent.id)]
    assert states == [EventState.DONE, EventState.DONE, EventState.NEW]
    for parcel in (first, second):
        session.refresh(parcel)
        assert (parcel.standing, len(parcel.snapshots)) == (Standing.DELIVERED, 1)
        assert lines(parcel) == ["DELIVERED delivered"]
