"""Somebody else's parcels, followed by their numbers: heard of, asked after, and let go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobs import rounds
from shop.db import session
from shop.models import FollowedParcel, Message, WebhookEvent
from shop.outside import world_now
from shop.values import EventState, Mode, Standing, Via
from tests import make
from tests.faults.silence import questions
from tests.jobs.test_hearing import event
from tests.visit import Page, visit
from tests.webhooks.test_shippo import post
from tests.world import World

RETURN = {"name": "A return of Dana’s", "reference": "Q-10001"}


@pytest.fixture
def desk(client: FlaskClient, world: World) -> FlaskClient:
    return make.signed_in(client, make.pat())


def found(desk: FlaskClient, number: str = "SHIPPO_TRANSIT") -> Page:
    """What the desk says of a number that is looked up."""
    return visit(desk, f"/admin/tracking?carrier=shippo&number={number}")


def followed() -> FollowedParcel:
    session.expire_all()
    return session.query(FollowedParcel).one()


def body(number: str = "SHIPPO_TRANSIT", *scans: dict[str, Any]) -> bytes:
    """A signed delivery's body about a number that nobody bought here."""
    data = {"carrier": "shippo", "tracking_number": number, "transaction": None}
    data |= {"tracking_status": scans[-1], "tracking_history": list(scans)}
    return json.dumps({"event": "track_updated", "test": True, "data": data}).encode()


def registered(world: World) -> int:
    return len([one for one in world.requests("POST") if one["path"].rstrip("/") == "/tracks"])


def test_a_number_is_followed_from_its_lookup_and_shippo_is_asked_once_to_tell_us(desk, world):
    order = make.order(number="Q-10001")
    page = found(desk).submit("/admin/followed", **RETURN)
    assert page.h1 == "A return of Dana’s"
    assert "Shippo will tell us of it" in page.text
    assert page.all(f'a[href="/admin/orders/{order.number}"]')
    assert page.all(".timeline li")
    row = followed()
    assert (row.mode, row.standing, row.heard_via) == (Mode.TEST, Standing.IN_TRANSIT, Via.PERSON)
    assert row.poll_at > world_now()
    assert "It is followed as “A return of Dana’s”" in found(desk).text
    again = visit(desk, "/admin/followed").submit(
        "/admin/followed", carrier="shippo", number="SHIPPO_TRANSIT", **RETURN
    )
    assert "asked before" in again.text
    assert (registered(world), session.query(FollowedParcel).count()) == (1, 1)
    listed = visit(desk, "/admin/followed")
    assert "A return of Dana’s" in listed.text
    visit(desk, "/admin/followed/4711", 404)


def test_a_number_of_ours_leads_to_our_parcel_and_nothing_is_registered(desk, world):
    parcel = make.labelled(carrier="shippo", tracking_number="SHIPPO_TRANSIT")
    assert "Follow this parcel" not in found(desk).text
    page = visit(desk, "/admin/followed").submit(
        "/admin/followed", carrier="shippo", number="SHIPPO_TRANSIT", **RETURN
    )
    assert page.url == f"/admin/shipments/{parcel.id}"
    assert "This is a parcel of ours" in page.text
    assert (registered(world), session.query(FollowedParcel).count()) == (0, 0)


def test_webhooks_of_it_are_heard_by_carrier_and_number_and_no_customer_is_told(
    desk, client, world, work
):
    found(desk).submit("/admin/followed", **RETURN)
    scans = event("TRANSIT", "out_for_delivery", 1), event("DELIVERED", "delivered", 2)
    assert post(client, body("SHIPPO_TRANSIT", *scans)).status_code == 202
    assert post(client, body("SHIPPO_FAILURE", *scans)).status_code == 202
    work()
    row = followed()
    assert (row.standing, row.heard_via) == (Standing.DELIVERED, Via.WEBHOOK)
    states = {e.note: e.state for e in session.query(WebhookEvent)}
    assert states["of a parcel that is followed"] is EventState.DONE
    assert states["names no parcel of ours"] is EventState.NEW
    assert session.query(Message).count() == 0
    page = visit(desk, f"/admin/followed/{row.id}")
    assert "webhook, heard" in page.text
    assert "Delivered" in visit(desk, "/admin/followed").text


def test_what_is_quiet_is_asked_after_within_the_same_allowance_and_by_a_press(desk, world, work):
    found(desk, "SHIPPO_DELIVERED").submit("/admin/followed", **RETURN)
    row = followed()
    before = len(questions(world))
    row.poll_at = world_now()
    session.commit()
    rounds.ring()
    work()
    assert len(questions(world)) == before + 1
    assert followed().heard_via is Via.POLL
    page = visit(desk, f"/admin/followed/{row.id}").submit(f"/admin/followed/{row.id}/refresh")
    assert "news" in page.text.lower() or "told more" in page.text
    assert len(questions(world)) == before + 2


def test_let_go_it_is_kept_and_what_comes_of_it_is_set_aside_with_the_reason(
    desk, client, world, work
):
    found(desk).submit("/admin/followed", **RETURN)
    row = followed()
    page = visit(desk, f"/admin/followed/{row.id}").submit(f"/admin/followed/{row.id}/stop")
    assert "is followed no more" in page.text
    assert "A return of Dana’s" in visit(desk, "/admin/followed?view=stopped").text
    post(client, body("SHIPPO_TRANSIT", event("DELIVERED", "delivered", 1)))
    work()
    (told,) = session.query(WebhookEvent)
    assert (told.state, told.note) == (EventState.IGNORED, "of a parcel that is followed no more")
    assert (followed().standing, followed().poll_at) == (Standing.IN_TRANSIT, None)
    kept = visit(desk, f"/admin/followed/{row.id}").submit("/admin/followed")
    assert "Shippo was asked before to tell us" in kept.text
    assert followed().stopped_at is None
    assert registered(world) == 1


@pytest.mark.parametrize(
    ("trouble", "said", "asks"),
    [
        ({"do": "commit_then_drop"}, "Shippo may have taken it or not", 2),
        ({"do": "status", "code": 429}, "Shippo could not be told", 2),
    ],
)
def test_in_doubt_it_is_followed_by_asking_and_a_person_may_have_shippo_asked_again(
    desk, world, trouble, said, asks
):
    page = found(desk)
    world.fault("POST", "/tracks*", **trouble)
    kept = page.submit("/admin/followed", **RETURN)
    assert said in kept.text
    assert "Not for certain" in kept.text
    world.clear_faults()
    row = followed()
    assert row.registered_at is None
    assert row.poll_at is not None
    place = f"/admin/followed/{row.id}"
    assert "asked before" in visit(desk, place).submit(f"{place}/register").text  # just now
    row.asked_at = None
    session.commit()
    assert "By webhook since" in visit(desk, place).submit(f"{place}/register").text
    assert registered(world) == asks


def test_not_filled_in_it_is_named_and_who_only_looks_may_not_follow(desk, client, world):
    page = visit(desk, "/admin/followed").submit("/admin/followed", 422, number="1Z")
    assert page.all('[role=alert] a[href="#name"]')
    make.signed_in(client, make.vera())
    assert "Follow this parcel" not in found(client).text
    page.submit("/admin/followed", 403, **RETURN)


@pytest.fixture
def strict(app, tmp_path: Path) -> Iterator[World]:
    """A Shippo that refuses what the real one's test mode refuses."""
    world = World.start(tmp_path / "strict", SANDBOX_STRICT="1")
    own = app.extensions["gateways"]
    shippo = replace(own.shippo, url=world.url)
    app.extensions["gateways"] = replace(own, shippo=shippo)
    yield world
    world.stop()


def test_what_shippo_refuses_is_said_and_not_kept(client, strict):
    make.signed_in(client, make.pat())
    page = visit(client, "/admin/followed").submit(
        "/admin/followed", carrier="usps", number="9205590164917312751089", **RETURN
    )
    assert "not a valid test tracking carrier" in page.text
    assert session.query(FollowedParcel).count() == 0
