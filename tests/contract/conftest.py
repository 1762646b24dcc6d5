"""One sandbox for all contract tests, empty at the start of each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import shippo

from tests.contract.listener import Listener
from tests.contract.sdk import client
from tests.world import TOKEN, World


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(Path(tmp_path_factory.mktemp("contract")))
    yield world
    assert world.stop() == 0


@pytest.fixture
def world(running: World) -> World:
    running.reset()
    return running


@pytest.fixture
def listener() -> Iterator[Listener]:
    somebody = Listener()
    yield somebody
    somebody.close()


@pytest.fixture
def sdk(world: World) -> Iterator[shippo.Shippo]:
    with requests.Session() as session:
        yield client(world, TOKEN, session)
