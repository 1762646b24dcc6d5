"""Start programs in order, start again what dies, stop them in order, leave nothing behind."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from ops import guardian
from ops.building import Trouble
from ops.processes import Process, Program

TICK_S = 0.1
DOUBLE_S = 1.0
"""Signals this close are one: a terminal and make may both pass the same Ctrl-C on."""


class Stopped(Exception):
    """Somebody asked us to end while we were still starting."""


class Supervisor:
    """One loop without threads over everything that runs."""

    def __init__(
        self,
        programs: Sequence[Program],
        environ: Mapping[str, str],
        cwd: Path,
        *,
        token: str,
        shared: Sequence[int] = (),
    ) -> None:
        self.token = token
        self.environ = {**environ, guardian.MARK: self.token}
        self.cwd = cwd
        self.processes = [Process(program) for program in programs]
        self.width = max([8, *(len(program.name) for program in programs)])
        self.shared = tuple(shared)
        self.selector = selectors.DefaultSelector()
        self.guard: subprocess.Popen[bytes] | None = None
        self.asked = 0.0
        self.hurried = False
        self.held: list[str] | None = []
        self.concern = float("inf")
        self.launcher = os.getppid() if "MAKELEVEL" in environ else None

    # Starting

    def start(self, patience_s: float) -> None:
        """Start all in order and wait until all are ready; raise Trouble naming what is not."""
        self.listen()
        guardian.sweep(self.token)  # what an earlier run left, if its guardian was killed too
        self.watch_over_us()
        deadline = time.monotonic() + patience_s
        self.concern = time.monotonic() + patience_s / 4
        for process in self.processes:
            self.launch(process)
            if process.program.once:
                self.see_through(process, deadline)
            elif process.program.first:
                self.wait_until_ready([process], deadline)
        self.wait_until_ready(self.processes, deadline)
        self.held = None

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.hear)

    def hear(self, number: int, _frame: object) -> None:
        now = time.monotonic()
        if not self.asked:
            self.asked = now
        elif number == signal.SIGINT and now - self.asked > DOUBLE_S:
            self.hurried = True

    def watch_over_us(self) -> None:
        """Keep a guardian: when we are killed, it kills what we started."""
        if self.guard and self.guard.poll() is None:
            return
        script = [sys.executable, "-I", "-S", guardian.__file__, "--token", self.token]
        unmarked = {name: self.environ[name] for name in self.environ if name != guardian.MARK}
        self.guard = subprocess.Popen(
            script,
            stdin=subprocess.PIPE,
            env=unmarked,
            pass_fds=self.shared,
            start_new_session=True,
        )

    def launch(self, process: Process) -> None:
        output = process.start(self.environ, self.cwd)
        self.selector.register(output, selectors.EVENT_READ, (process, bytearray()))

    def see_through(self, process: Process, deadline: float) -> None:
        """Wait for what runs once; its words are shown only if it failed."""
        while process.alive:
            self.tick()
            if time.monotonic() > deadline:
                process.kill()
        self.read()
        if process.bury():
            words = "\n".join(process.said) or "It said nothing."
            raise Trouble(f"{process.program.name} failed:\n{words}")

    def wait_until_ready(self, processes: Iterable[Process], deadline: float) -> None:
        waiting = [process for process in processes if process.program.ready]
        while waiting:
            self.tick()
            missing = {p.program.name: p.program.ready() for p in waiting if p.program.ready}
            waiting = [process for process in waiting if missing[process.program.name]]
            what = "\n".join(f"  {name}: {why}" for name, why in missing.items() if why)
            if waiting and time.monotonic() > deadline:
                raise Trouble(f"Not ready in time:\n{what}")
            if waiting and time.monotonic() > self.concern:
                self.concern = float("inf")
                show(f"This takes long. Still waiting for\n{what}")

    # Running

    def run(self) -> None:
        """Go on until somebody asks us to end."""
        with suppress(Stopped):
            while True:
                self.tick()

    def tick(self) -> None:
        """One round: pass on what was said, see to the dead."""
        if self.launcher is not None and os.getppid() != self.launcher:
            self.asked = self.asked or time.monotonic()  # make was killed, so nobody sees us
        if self.asked:
            raise Stopped
        self.watch_over_us()
        self.read(TICK_S)
        for process in self.processes:
            if process.program.once:
                continue
            if process.popen is not None and not process.alive:
                self.mourn(process)
            if process.due is not None and time.monotonic() >= process.due:
                self.launch(process)

    def mourn(self, process: Process) -> None:
        self.show_held()
        outcome = process.bury()
        wait = process.reschedule()
        when = f"in {wait:g} s" if wait else "now"
        self.say("quayside", f"{process.program.name} {ending(outcome)}; starting it again {when}")

    def read(self, timeout: float = 0) -> None:
        """Take in what the programs said since the last time."""
        try:
            ready = self.selector.select(timeout)
        except InterruptedError:
            return
        for key, _ in ready:
            process, unfinished = key.data
            output: IO[bytes] = key.fileobj  # type: ignore[assignment]
            chunk = output.read(65536)
            if chunk:
                unfinished += chunk
            elif chunk == b"":
                self.selector.unregister(output)
                output.close()
            *lines, rest = bytes(unfinished).split(b"\n")
            unfinished[:] = rest if chunk else b""
            for line in [*lines, *([rest] if rest and not chunk else [])]:
                self.take(process, line.decode(errors="replace"))

    def take(self, process: Process, line: str) -> None:
        if process.program.once:
            process.said.append(line)
        else:
            self.say(process.program.name, line)

    def say(self, name: str, line: str) -> None:
        """Show it; while all goes well at the start, the little they say there is left out."""
        shown = f"{name:<{self.width}} | {line}"
        if self.held is None:
            show(shown)
        else:
            self.held.append(shown)

    def show_held(self) -> None:
        held, self.held = self.held, None
        if held:
            show("\n".join(held))

    # Stopping

    def stop(self) -> None:
        """Ask each once, wave by wave, and wait; then see that nothing is left."""
        for wave in sorted({process.program.wave for process in self.processes}):
            members = [p for p in self.processes if p.program.wave == wave and p.alive]
            for process in members:
                process.ask_to_end()
            self.let_end(members)
            if wave == 0:
                self.let_strays_end(max([p.program.patience_s for p in members], default=0))
        if self.guard:
            self.guard.communicate()
        self.read()

    def let_end(self, members: Sequence[Process]) -> None:
        told = time.monotonic() + 2
        while left := [process for process in members if process.alive]:
            self.read(TICK_S)
            for process in left:
                if self.hurried or process.overdue():
                    process.kill()
            if time.monotonic() > told:
                told = float("inf")
                names = ", ".join(process.program.name for process in left)
                self.say("quayside", f"waiting for {names} to finish; Ctrl-C again to hurry")
        for process in members:
            process.bury()

    def let_strays_end(self, patience_s: float) -> None:
        """A job goes on in a session of its own when its worker was killed: let it finish."""
        deadline = time.monotonic() + patience_s
        while not self.hurried and time.monotonic() < deadline:
            groups = {p.popen.pid for p in self.processes if p.popen}
            if not set(guardian.marked(self.token).values()) - groups:
                return
            self.read(0.25)


def show(text: str) -> None:
    """Print it; when nobody reads any more, the shop goes on in silence."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def ending(outcome: int) -> str:
    if outcome >= 0:
        return f"ended with code {outcome}"
    return f"was killed ({signal.Signals(-outcome).name})"


def supervise(supervisor: Supervisor, patience_s: float, announce: Callable[[], None]) -> None:
    """The whole life of a run."""
    try:
        supervisor.start(patience_s)
        announce()
        supervisor.run()
    except Stopped:
        pass
    except Trouble:
        supervisor.show_held()
        raise
    finally:
        supervisor.stop()
