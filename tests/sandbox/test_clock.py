"""World time: it is moved forward, and what falls due has been told when the move is over."""

import json
import time
from datetime import datetime

import pytest
import requests

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.world import World


def test_the_clock_only_goes_forward(world: World) -> None:
    before = world.clock()
    after = world.advance(6)
    assert after["offset_s"] == pytest.approx(before["offset_s"] + 6 * 3600)
    moved = datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"])
    assert 6 * 3600 <= moved.total_seconds() < 6 * 3600 + 5
    with pytest.raises(RuntimeError, match="400"):
        world.advance(-1)


def test_it_is_real_time_and_an_offset(world: World) -> None:
    clock = world.clock()
    now = datetime.fromisoformat(clock["now"]).timestamp()
    assert now - clock["offset_s"] == pytest.approx(time.time(), abs=2)


def test_a_planned_scan_has_been_told_when_the_move_is_over(
    world: World, shippo: Caller, listener: Listener
) -> None:
    number = shippo.label()["tracking_number"]
    shippo.listen(listener.url)
    world.scan(number, "TRANSIT", "out_for_delivery", in_hours=5)
    world.scan(number, "TRANSIT", "package_accepted", in_hours=1)
    world.advance(2)
    assert len(listener.heard) == 1
    world.advance(4)
    codes = [
        json.loads(c.body)["data"]["tracking_status"]["substatus"]["code"] for c in listener.heard
    ]
    assert codes == ["package_accepted", "out_for_delivery"]


def test_a_rate_is_good_for_seven_days(world: World, shippo: Caller) -> None:
    rate = shippo.rate()
    world.advance(24 * 7 - 1)
    assert shippo.call("POST", "/transactions", json={"rate": rate}).status_code == 201
    world.advance(1.1)
    answer = shippo.call("POST", "/transactions", json={"rate": rate})
    assert (answer.status_code, list(answer.json())) == (400, ["rate"])


def test_the_link_of_a_label_expires_and_a_new_look_renews_it(world: World, shippo: Caller) -> None:
    label = shippo.label()
    assert requests.get(label["label_url"], timeout=5).status_code == 200
    world.advance(26)
    assert requests.get(label["label_url"], timeout=5).status_code == 403
    renewed = shippo.get(f"/transactions/{label['object_id']}")["label_url"]
    assert requests.get(renewed, timeout=5).status_code == 200
    assert requests.get(renewed.replace("Signature=", "Signature=0"), timeout=5).status_code == 403
