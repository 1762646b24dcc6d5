"""A process that has read the shop's code once and forks its workers: a killed one is soon back.

It reads a queue's name a line, or "clock", and answers with the pid of who serves it; "prepare"
it answers with the status in which that has ended.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback

from app import create_app
from jobs import clock, worker


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed leaves no zombie behind
    for line in sys.stdin:
        name, _, nickname = line.strip().partition(" ")
        print(prepared() if name == "prepare" else served(name, nickname), flush=True)  # noqa: T201


def prepared() -> int:
    """`flask prepare` in a child, so that nothing of it stays with us."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if not pid:
        os.dup2(2, 1)
        try:
            app = create_app()
            os._exit(app.test_cli_runner().invoke(args="prepare", catch_exceptions=False).exit_code)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return os.waitstatus_to_exitcode(status)


def served(name: str, nickname: str) -> int:
    """The pid of a child that works."""
    pid = os.fork()
    if not pid:
        serve(name, nickname)
    return pid


def serve(name: str, nickname: str) -> None:
    """In the child: work as `flask work` and `flask clock` do, until killed or told to stop."""
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)
    os.environ["PGAPPNAME"] = nickname  # PostgreSQL tells who of them waits
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        app = create_app()
        if name == "clock":
            clock.run(app)
        else:
            worker.work(app, name)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
