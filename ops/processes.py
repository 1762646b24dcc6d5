"""One program that must run, and the process that is running it now."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from ops import guardian
from ops.checks import Check

BACKOFF_S = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
"""The wait before each next start of what keeps dying: the first is at once."""

SETTLED_S = 5.0
"""Who lived this long begins again at the first of those."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, how to know that it is ready, and when and how patiently to stop it."""

    name: str
    command: tuple[str, ...]
    ready: Check | None = None
    first: bool = False
    """What comes after waits until this one is ready."""
    once: bool = False
    """It must end well before what comes after starts, and is not started again."""
    wave: int = 0
    """Stopped wave by wave, the lowest first."""
    patience_s: float = 10.0
    """How long it may take to end after the one polite word."""


@dataclass
class Process:
    """A program's present life; dead and alive by turns."""

    program: Program
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float | None = None
    asked: float | None = None
    said: list[str] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def start(self, environ: Mapping[str, str], cwd: Path) -> IO[bytes]:
        """Run it in a group of its own, so that a terminal's Ctrl-C reaches only us."""
        self.popen = subprocess.Popen(
            self.program.command,
            env=environ,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=guardian.die_with_parent(signal.SIGKILL),
        )
        self.started, self.due, self.asked = time.monotonic(), None, None
        output = cast("IO[bytes]", self.popen.stdout)
        os.set_blocking(output.fileno(), False)
        return output

    def bury(self) -> int:
        """Take in its death: what is left of its group would hold its port."""
        outcome = self.popen.wait() if self.popen else 0
        self.kill()
        self.popen = None
        return outcome

    def reschedule(self) -> float:
        """Decide when it starts again; answer the wait."""
        now = time.monotonic()
        self.failures = 0 if now - self.started >= SETTLED_S else self.failures
        wait = BACKOFF_S[min(self.failures, len(BACKOFF_S) - 1)]
        self.failures += 1
        self.due = now + wait
        return wait

    def ask_to_end(self) -> None:
        """One TERM, to the process alone: a second one would make a worker drop its job."""
        if self.popen is not None and self.asked is None:
            self.asked = time.monotonic()
            self.popen.terminate()

    def overdue(self) -> bool:
        return self.asked is not None and time.monotonic() - self.asked > self.program.patience_s

    def kill(self) -> None:
        if self.popen is not None:
            try:
                os.killpg(self.popen.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
