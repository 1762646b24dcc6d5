"""Outlive whoever started us, by a pipe to them, and clear away what they left running."""

from __future__ import annotations

import argparse
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

MARK = "QUAYSIDE_RUN"
"""The variable by which every descendant is known, whatever session or group it moved to."""

PATIENCE_S = 10.0
PR_SET_PDEATHSIG = 1


def marked(token: str) -> dict[int, int]:
    """Every living process that carries the mark, with its group; Linux only, else nothing."""
    wanted = f"{MARK}={token}".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = os.getpgid(int(entry.name))
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
    return found


def sweep(token: str) -> None:
    """Kill what carries the mark, again until nothing does: a dying parent may still fork."""
    deadline = time.monotonic() + PATIENCE_S
    while (left := marked(token)) and time.monotonic() < deadline:
        for process in left:
            send(process, signal.SIGKILL)
        time.sleep(0.02)


def send(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except (ProcessLookupError, PermissionError):
        return


def die_with_parent(number: int) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the second net, should parent and guardian be killed at once."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, number)


def start(command: Sequence[str], number: int, user: str | None) -> subprocess.Popen[bytes]:
    extra: list[str] | None = [] if user else None
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        process_group=0,
        user=user,
        group=user and primary_group(user),
        extra_groups=extra,
        preexec_fn=die_with_parent(number),
    )


def primary_group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def wait_for_the_end(child: subprocess.Popen[bytes] | None, parent: int) -> None:
    """Return when the pipe breaks, the parent is gone, or the child ended by itself."""
    while os.getppid() == parent and (child is None or child.poll() is None):
        readable, _, _ = select.select([sys.stdin], [], [], 0.25)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            return


def stop(child: subprocess.Popen[bytes], number: int) -> None:
    if child.poll() is None:
        child.send_signal(number)
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--token", help="sweep what carries this mark")
    parser.add_argument("--remove", action="append", default=[], help="a folder to delete")
    parser.add_argument("--signal", type=int, default=signal.SIGTERM, help="how to stop COMMAND")
    parser.add_argument("--user", help="who COMMAND runs as")
    parser.add_argument("command", nargs="*")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    parent = os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # unlike SIG_IGN, not inherited by COMMAND
    child = start(given.command, given.signal, given.user) if given.command else None
    wait_for_the_end(child, parent)
    if child:
        stop(child, given.signal)
    if given.token:
        sweep(given.token)
    for folder in given.remove:
        shutil.rmtree(folder, ignore_errors=True)
    return child.returncode if child else 0


if __name__ == "__main__":
    sys.exit(main())
