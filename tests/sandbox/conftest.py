"""One sandbox for these tests, empty at the start of each, and a plain caller of its Shippo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.world import TOKEN, World

LIVE = "shippo_live_0123456789"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(Path(tmp_path_factory.mktemp("sandbox")))
    yield world
    assert world.stop() == 0


@pytest.fixture
def world(running: World) -> World:
    """Empty, and without the registrations that a reset keeps."""
    running.reset()
    running.clear_faults()
    for token in (TOKEN, LIVE):
        caller = Caller(running.url, token)
        for registration in caller.get("/webhooks?results=100")["results"]:
            caller.call("DELETE", f"/webhooks/{registration['object_id']}")
    return running


@pytest.fixture
def shippo(world: World) -> Caller:
    return Caller(world.url)


@pytest.fixture
def listener() -> Iterator[Listener]:
    somebody = Listener()
    yield somebody
    somebody.close()
