"""What is asked to end ends, at whatever moment it is asked."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shop.settings import Settings
from tests.processes import ROOT, environment
from tests.until import until

TOLD_WHILE_SETTLING_DOWN = """
import runpy, signal, sys, threading

settle = threading.Event.wait

def interrupted(event, timeout=None):
    starting = sys._getframe(1).f_code.co_filename == threading.__file__
    listens = callable(signal.getsignal(signal.SIGTERM))
    if listens and not starting and threading.current_thread() is threading.main_thread():
        with event._cond:
            signal.raise_signal(signal.SIGTERM)
    return settle(event, timeout)

threading.Event.wait = interrupted
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""The worst moment: the main thread is about to wait, and the lock of what it waits for is held."""


@pytest.mark.usefixtures("_schema")
@pytest.mark.parametrize("program", ["sandbox", "flask --app app clock"])
def test_who_is_told_to_end_while_settling_down_to_wait_ends(
    program: str, settings: Settings, tmp_path: Path
) -> None:
    ports = {"SANDBOX_PORT": "0", "SANDBOX_SMTP_PORT": "0", "DATA_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", TOLD_WHILE_SETTLING_DOWN, *program.split()],
        env={**os.environ, **environment(settings), **ports},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        until(lambda: listens(process.pid), 20)
        time.sleep(0.5)  # by then it waits
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def listens(pid: int) -> bool:
    """Whether a process has its threads, and does with a TERM what it wants itself."""
    status = Path(f"/proc/{pid}/status").read_text()
    threads, caught = (status.split(f"{of}:")[1].split()[0] for of in ("Threads", "SigCgt"))
    return int(threads) > 1 and bool(int(caught, 16) >> signal.SIGTERM - 1 & 1)
