"""What the tests of the two commands share: a supervised stand-in and its journal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.building import ROOT


def eventually(true: Callable[[], Any], within: float = 60.0) -> Any:
    """What the question answers, asked until it is something."""
    deadline = time.monotonic() + within
    while not (answer := true()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
    return answer


def running(process: int) -> bool:
    """Whether it lives; a corpse nobody has fetched does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Stage:
    """A supervisor with stand-ins, seen through what they write down."""

    def __init__(self, folder: Path) -> None:
        self.journal = folder / "journal"
        self.popen: subprocess.Popen[str] | None = None

    def play(self, *plans: dict[str, Any], patience_s: float = 20) -> subprocess.Popen[str]:
        environ = {k: v for k, v in os.environ.items() if k != "MAKELEVEL"}
        command = [sys.executable, "-m", "tests.ops.standin", "supervisor", str(self.journal)]
        self.popen = subprocess.Popen(
            [*command, json.dumps(plans), str(patience_s)],
            cwd=ROOT,
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return self.popen

    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def heard(self, line: str) -> None:
        eventually(lambda: line in self.lines())

    def processes(self, name: str, what: str = "start") -> list[int]:
        lines = [line.split() for line in self.lines()]
        return [int(line[2]) for line in lines if line[:2] == [name, what]]

    def end(self, number: int = signal.SIGTERM) -> str:
        assert self.popen
        self.popen.send_signal(number)
        return self.popen.communicate(timeout=20)[0]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    if stage.popen:
        stage.popen.kill()
        stage.popen.communicate(timeout=20)
