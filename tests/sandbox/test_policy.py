"""The policy of the post: webhooks that get lost, come twice, late, or in another order."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.listener import Heard, Listener
from tests.sandbox.caller import Caller
from tests.until import until
from tests.world import World


def steps(heard: list[Heard]) -> list[int]:
    """Which of the scans were heard, by how long the history was."""
    return [len(json.loads(each.body)["data"]["tracking_history"]) for each in heard]


@pytest.fixture
def number(shippo: Caller, listener: Listener) -> str:
    label = shippo.label()
    shippo.listen(listener.url)
    return str(label["tracking_number"])


def travel(world: World, number: str, scans: int = 8) -> None:
    for _ in range(scans):
        world.next_scan(number)
    world.advance(0)


def test_every_third_is_lost_and_every_fourth_comes_twice(
    world: World, listener: Listener, number: str
) -> None:
    world.policy(drop_every=3, duplicate_every=4)
    travel(world, number)
    assert steps(listener.wait(8)) == [1, 2, 4, 4, 5, 7, 8, 8]
    shown = world.get("webhooks/policy")
    assert (shown["seen"], shown["lost"], shown["doubled"]) == (8, 2, 2)
    told = [(line["status"], line["mischief"]) for line in world.webhooks()]
    assert told.count((0, "lost")) == 2
    assert told.count((204, "doubled")) == 2
    assert len(told) == 10
    lost = next(line for line in world.webhooks() if line["mischief"] == "lost")
    assert lost["error"].startswith("lost: ")
    assert len(lost["body"]["data"]["tracking_history"]) == 3


def test_late_ones_come_and_nobody_waits_for_them(
    world: World, listener: Listener, number: str
) -> None:
    world.policy(delay_s=0.4)
    travel(world, number, 2)
    assert listener.heard == []
    assert steps(listener.wait(2)) == [1, 2]


def test_they_come_in_another_order_the_same_for_the_same_seed(
    world: World, listener: Listener, number: str
) -> None:
    world.policy(shuffle=True, spread_s=2, seed=2)
    travel(world, number)
    order = steps(listener.wait(8))
    assert sorted(order) == list(range(1, 9))
    assert order != sorted(order)


def test_only_one_event_is_meant_and_the_others_go_as_ever(
    world: World, shippo: Caller, listener: Listener, number: str
) -> None:
    world.policy(event="track_updated", drop_every=1)
    world.next_scan(number)
    shippo.label()
    assert [json.loads(each.body)["event"] for each in listener.wait(1)] == ["transaction_created"]


def test_lifted_or_reset_it_is_over_and_what_was_lost_can_be_sent(
    world: World, listener: Listener, number: str
) -> None:
    world.policy(drop_every=1)
    travel(world, number, 2)
    world.lift_policy()
    travel(world, number, 1)
    assert steps(listener.wait(1)) == [3]
    world.redeliver(last=3)
    assert steps(listener.wait(4)) == [3, 1, 2, 3]
    world.policy(drop_every=1)
    world.reset()
    assert world.get("webhooks/policy") == {}


def test_it_survives_a_restart_and_so_does_what_is_held_back(tmp_path: Path) -> None:
    listener = Listener(204)
    world = World.start(tmp_path)
    shippo = Caller(world.url)
    shippo.listen(listener.url)
    world.policy(delay_s=1)
    shippo.label()
    assert world.stop() == 0
    world.run()
    assert world.get("webhooks/policy")["delay_s"] == 1
    until(lambda: listener.heard)
    listener.close()
    assert world.stop() == 0


@pytest.mark.parametrize(
    "slip",
    [{}, {"drop_every": 0}, {"drop": True}, {"shuffle": "yes"}, {"delay_s": -1}, {"event": 5}],
)
def test_a_slip_in_a_policy_is_said(world: World, slip: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.policy(**slip)
    assert world.get("webhooks/policy") == {}
