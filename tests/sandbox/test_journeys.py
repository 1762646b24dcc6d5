"""Journeys of parcels: each is played, and what arrives is what was written down beforehand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.signatures import shippo_signature
from tests.contract.listener import Heard, Listener
from tests.sandbox.caller import Caller
from tests.sandbox.hearing import Told, bodies, order
from tests.sandbox.stories import MANY, STORIES
from tests.world import HMAC_SECRET, World

PLAIN = [name for name in STORIES if name not in ("webhooks_never_sent", "wrong_mode")]


@pytest.fixture
def number(shippo: Caller, listener: Listener) -> str:
    """A parcel whose scans somebody wants to hear of."""
    shippo.listen(listener.url, "track_updated")
    return str(shippo.label(metadata="order 4711")["tracking_number"])


def begun(world: World, shippo: Caller, number: str, name: str, **how: Any) -> Told:
    track = shippo.get(f"/tracks/usps/{number}")
    return Told(track, world.journey(number, name, **how)["journey"]["began"])


def genuine(heard: Heard) -> bool:
    signature = heard.headers["Shippo-Auth-Signature"]
    moment = int(signature.split(",")[0].removeprefix("t="))
    return signature == shippo_signature(HMAC_SECRET, moment, heard.body)


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_told_of_it_is_what_was_written_down(
    world: World, shippo: Caller, listener: Listener, number: str, name: str
) -> None:
    told = begun(world, shippo, number, name)
    world.advance(MANY)
    snapshots = told.snapshots(STORIES[name])
    expected = [
        {
            "event": "track_updated",
            "test": True,
            "metadata": None,
            "carrier": "usps",
            "data": snapshots[scan - 1],
        }
        for scan in order(STORIES[name])
    ]
    assert [told.read(each.body) for each in listener.heard] == expected
    assert told.read(shippo.get(f"/tracks/usps/{number}")) == snapshots[-1]
    assert {genuine(each) for each in listener.heard} == {name != "forged_signature"}


def test_there_is_a_story_for_every_journey(world: World) -> None:
    told = {each["name"] for each in world.get("journeys") if each["scope"] == "parcel"}
    assert told == set(STORIES)


def test_step_by_step_it_is_the_same_as_in_one_leap(
    world: World, shippo: Caller, listener: Listener, number: str
) -> None:
    told = begun(world, shippo, number, "refused_returned")
    counted = []
    for _ in range(6):
        counted.append(len(listener.heard))
        world.advance(19)
    assert counted == [1, 3, 5, 9, 11, 12]
    data = [told.read(each.body)["data"] for each in listener.heard]
    assert data == told.snapshots(STORIES["refused_returned"])


def test_duplicates_are_the_same_to_the_byte_and_once_only_the_id_is_new(
    world: World, listener: Listener, number: str
) -> None:
    world.journey(number, "duplicated")
    world.advance(MANY)
    raw = [each.body for each in listener.heard]
    same = [(1, 2), (4, 5), (5, 6), (11, 12)]
    assert [raw[one] == raw[other] for one, other in same] == [True] * 4
    assert len(set(raw)) == 9
    for one, other in same:
        signed = [listener.heard[n].headers["Shippo-Auth-Signature"] for n in (one, other)]
        assert signed[0] == signed[1]
    before, after = (json.loads(raw[n])["data"]["tracking_status"] for n in (6, 7))
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"object_id", "object_created", "object_updated"}


def test_what_is_out_of_order_stays_so_in_the_history(
    world: World, shippo: Caller, number: str
) -> None:
    world.journey(number, "out_of_order")
    world.advance(MANY)
    history = shippo.get(f"/tracks/usps/{number}")["tracking_history"]
    dates = [event["status_date"] for event in history]
    assert dates[:-1] == sorted(dates[:-1])
    assert dates[-1] < dates[-2]


def test_the_silence_is_three_days_long_and_the_burst_shorter_than_a_second(
    world: World, shippo: Caller, listener: Listener, number: str
) -> None:
    world.journey(number, "burst_after_silence")
    world.advance(71)
    assert len(listener.heard) == 1
    assert len(shippo.get(f"/tracks/usps/{number}")["tracking_history"]) == 8
    world.advance(1.5)
    assert len(listener.heard) == 8
    assert listener.heard[-1].at - listener.heard[1].at < 1


def test_webhooks_never_sent_are_in_the_log_all_the_same(
    world: World, shippo: Caller, listener: Listener, number: str
) -> None:
    told = begun(world, shippo, number, "webhooks_never_sent")
    world.advance(MANY)
    snapshots = told.snapshots(STORIES["webhooks_never_sent"])
    assert listener.heard == []
    assert told.read(shippo.get(f"/tracks/usps/{number}")) == snapshots[-1]
    lines = world.webhooks()
    assert [told.read(line["body"])["data"] for line in lines] == snapshots
    assert {(line["mischief"], line["status"], line["attempt"]) for line in lines} == {
        ("withheld", 0, 0)
    }
    assert told.hours(lines[-1]["at"]) == 53


def test_what_was_withheld_can_be_delivered_later(
    world: World, listener: Listener, number: str
) -> None:
    world.journey(number, "webhooks_never_sent")
    world.advance(MANY)
    world.redeliver(event="track_updated", last=8)
    statuses = [each["data"]["tracking_status"]["status"] for each in bodies(listener.heard)]
    assert statuses == ["PRE_TRANSIT", *["TRANSIT"] * 6, "DELIVERED"]
    assert all(genuine(each) for each in listener.heard)


def test_forged_signatures_go_to_the_same_address_and_the_log_says_so(
    world: World, listener: Listener, number: str
) -> None:
    world.journey(number, "forged_signature")
    world.advance(MANY)
    assert {each.path for each in listener.heard} == {"/hook?token=abc"}
    assert not any(genuine(each) for each in listener.heard)
    assert {line["mischief"] for line in world.webhooks()} == {"forged"}


@pytest.mark.parametrize("live", [False, True])
def test_the_wrong_mode_is_wrong_in_the_envelope_only(
    world: World, shippo: Caller, listener: Listener, live: bool
) -> None:
    caller = Caller(world.url, "shippo_live_0123456789") if live else shippo
    registered = caller.listen(listener.url, "track_updated")
    number = caller.label()["tracking_number"]
    told = begun(world, caller, number, "wrong_mode")
    world.advance(MANY)
    caller.call("DELETE", f"/webhooks/{registered}")
    snapshots = told.snapshots(STORIES["wrong_mode"])
    assert [each["test"] for each in bodies(listener.heard)] == [live] * 8
    assert [told.read(each.body)["data"] for each in listener.heard] == snapshots
    assert {each["data"]["test"] for each in bodies(listener.heard)} == {not live}
    assert {line["mischief"] for line in world.webhooks()} == {"wrong_mode"}


def test_the_label_shows_where_its_parcel_is(world: World, shippo: Caller, number: str) -> None:
    label = world.parcel(number)["transaction"]
    world.journey(number, "delivered_then_returned")
    seen = [shippo.get(f"/transactions/{label}")["tracking_status"]]
    for hours in (10, 50, 100):
        world.advance(hours)
        seen.append(shippo.get(f"/transactions/{label}")["tracking_status"])
    assert seen == ["PRE_TRANSIT", "TRANSIT", "DELIVERED", "RETURNED"]


def test_where_no_secret_is_set_a_forgery_has_a_signature_all_the_same(
    tmp_path: Path, listener: Listener
) -> None:
    world = World.start(tmp_path, SHIPPO_WEBHOOK_HMAC_SECRET="")
    caller = Caller(world.url)
    caller.listen(listener.url, "track_updated")
    for name in ("smooth", "forged_signature"):
        world.journey(caller.label()["tracking_number"], name)
    signed = [each.headers.get("Shippo-Auth-Signature", "") for each in listener.heard]
    assert signed[0] == ""
    assert re.fullmatch(r"t=\d{10},v1=[0-9a-f]{64}", signed[1])
    world.stop()
