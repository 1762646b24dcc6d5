"""A process that has read the shop's code once and forks its workers: a killed one is soon back.

It reads a queue's name a line, or "clock", and answers with the pid of who serves it.
"""

from __future__ import annotations

import os
import signal
import sys

from app import create_app
from jobs import clock, worker


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed leaves no zombie behind
    for line in sys.stdin:
        name, _, nickname = line.strip().partition(" ")
        pid = os.fork()
        if not pid:
            serve(name, nickname)
        print(pid, flush=True)  # noqa: T201  this is the answer


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
