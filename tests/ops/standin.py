"""A small program under a small supervisor, for tests to start, signal and kill."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ops.processes import Program
from ops.supervisor import Supervisor, supervise


def note(journal: str, *words: object) -> None:
    """One line, written whole however many write at once."""
    handle = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, (" ".join(map(str, words)) + "\n").encode())
    os.close(handle)


def program(journal: str, name: str, behaviour: str) -> None:
    note(journal, name, "start", os.getpid())
    if behaviour == "fail":
        os.write(1, b"no such table\n")
        sys.exit(3)
    if behaviour == "once":
        return
    if behaviour == "children":  # one in our group, one in a session of its own, as an RQ horse
        for own in (False, True):
            child = subprocess.Popen(["sleep", "600"], start_new_session=own)
            note(journal, name, "child", child.pid)

    def end(_number: int, _frame: object) -> None:
        note(journal, name, "term")
        if behaviour == "stubborn":
            return
        time.sleep(0.3 if behaviour == "slow" else 0)
        note(journal, name, "end")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    note(journal, name, "up")
    while True:
        time.sleep(0.05)


def stand_in(journal: str, plan: dict[str, Any]) -> Program:
    behaviour = plan.pop("does", "run")
    command = (sys.executable, "-m", __spec__.name, "program", journal, plan["name"], behaviour)
    up = f"{plan['name']} up" if not plan.pop("shy", False) else "what never is said"

    def ready() -> str:
        written = Path(journal).read_text() if Path(journal).exists() else ""
        return "" if up in written.splitlines() else "is shy"

    return Program(command=command, ready=None if plan.get("once") else ready, **plan)


def main() -> None:
    kind, journal, *rest = sys.argv[1:]
    if kind == "program":
        return program(journal, *rest)
    programs = [stand_in(journal, plan) for plan in json.loads(rest[0])]
    supervisor = Supervisor(programs, dict(os.environ), Path.cwd(), token=journal)
    return supervise(supervisor, float(rest[1]), lambda: note(journal, "supervisor ready"))


if __name__ == "__main__":
    main()
