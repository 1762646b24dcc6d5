"""Two sandboxes at once: each has its own numbers, clock, ledger and mail; one memory has one."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.sandbox.caller import Caller
from tests.world import ROOT, World


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    places = [tmp_path_factory.mktemp(seed) for seed in ("harbour", "quay")]
    pair = (
        World.start(places[0], SANDBOX_SEED="harbour"),
        World.start(places[1], SANDBOX_SEED="quay"),
    )
    yield pair
    assert [world.stop() for world in pair] == [0, 0]


@pytest.fixture
def both(running: tuple[World, World]) -> tuple[World, World]:
    """Both of them empty."""
    for world in running:
        world.reset()
    return running


def lived(world: World) -> list[str]:
    """A morning in one world: five labels, a scan each, and a letter."""
    shippo, numbers = Caller(world.url), []
    for _ in range(5):
        numbers.append(shippo.label()["tracking_number"])
        world.next_scan(numbers[-1])
    letter = EmailMessage()
    letter["From"], letter["To"] = "shop@quayside.test", "alice@quayside.test"
    letter["Subject"] = numbers[0]
    letter.set_content("On its way.")
    with smtplib.SMTP("127.0.0.1", world.smtp_port, timeout=5) as post:
        post.send_message(letter)
    return numbers


def test_the_same_morning_in_two_worlds_at_once(both: tuple[World, World]) -> None:
    one, two = both
    with ThreadPoolExecutor(2) as crowd:
        mornings = list(crowd.map(lived, both))
    assert not set(mornings[0]) & set(mornings[1])
    for world, numbers in zip(both, mornings, strict=True):
        assert [sold["tracking_number"] for sold in world.ledger()] == numbers
        assert [letter["subject"] for letter in world.mail()] == numbers[:1]
        assert len(world.requests("POST", "/transactions")) == 5
    stranger = Caller(two.url).call("GET", f"/transactions/{one.ledger()[0]['object_id']}")
    assert stranger.status_code == 404


def test_moving_troubling_and_resetting_one_leaves_the_other(both: tuple[World, World]) -> None:
    one, two = both
    label = Caller(two.url).label()
    offset = two.clock()["offset_s"]
    one.advance(48)
    one.fault("GET", "/parcels", "status", code=502)
    one.populate(50)
    assert two.clock()["offset_s"] == offset
    assert Caller(two.url).call("GET", "/parcels").status_code == 200
    before = two.ledger()
    one.reset()
    assert (one.ledger(), two.ledger()) == ([], before)
    assert before[-1]["object_id"] == label["object_id"]


def test_two_on_one_memory_are_refused_and_the_first_goes_on(both: tuple[World, World]) -> None:
    one, _ = both
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--smtp-port", "0"]
    second = subprocess.run(
        [*command, "--data-dir", str(one.data_dir)],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 1
    assert second.stderr.startswith("The sandbox cannot start: another one (process ")
    assert str(one.data_dir) in second.stderr
    assert "--data-dir" in second.stderr
    assert len(second.stderr.splitlines()) == 1
    assert Caller(one.url).label()["status"] == "SUCCESS"


def test_a_memory_is_free_again_when_its_sandbox_was_killed(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    world.kill()
    world.run()
    assert world.get("health") == {"ok": True}
    assert world.stop() == 0
