"""Starting in order, starting again, stopping in order, leaving nothing."""

import contextlib
import os
import signal
import time
from pathlib import Path

from tests.ops.conftest import Stage, eventually, running


def test_they_start_in_order_and_stop_wave_by_wave_the_store_last(stage: Stage) -> None:
    stage.play(
        {"name": "redis", "wave": 2, "first": True},
        {"name": "prepare", "once": True, "does": "once"},
        {"name": "sandbox", "wave": 1},
        {"name": "labels", "does": "slow"},
    )
    for name in ("redis", "sandbox", "labels"):
        stage.heard(f"{name} up")
    stage.end()
    starts = [line.split()[0] for line in stage.lines() if " start " in line]
    assert starts[:2] == ["redis", "prepare"]
    ends = [line for line in stage.lines() if line.endswith(("term", "end"))]
    told = ["labels", "sandbox", "redis"]
    assert ends == [f"{name} {word}" for name in told for word in ("term", "end")]


def test_what_dies_is_back_within_five_seconds_each_time(stage: Stage) -> None:
    stage.play({"name": "web"})
    for deaths in range(1, 5):
        stage.heard("web up")
        victim = eventually(lambda n=deaths: stage.processes("web")[n - 1 : n])[0]
        died = time.monotonic()
        os.kill(victim, signal.SIGKILL)
        eventually(lambda n=deaths: len(stage.processes("web")) > n, within=5)
        assert time.monotonic() - died < 5
    assert "web was killed (SIGKILL); starting it again now" in stage.end()


def test_what_cannot_live_is_tried_less_and_less_often(stage: Stage) -> None:
    stage.play({"name": "web", "does": "fail"})
    eventually(lambda: len(stage.processes("web")) >= 4)
    output = stage.end()
    assert "web      | no such table" in output
    assert "web ended with code 3; starting it again in 0.5 s" in output


def test_a_failed_preparation_ends_the_run_with_its_own_words(stage: Stage) -> None:
    popen = stage.play(
        {"name": "redis", "wave": 2},
        {"name": "prepare", "once": True, "does": "fail"},
        {"name": "web"},
    )
    output = popen.communicate(timeout=20)[0]
    assert popen.returncode == 1
    assert "prepare failed:\nno such table" in output
    assert not stage.processes("web")
    assert not any(map(running, stage.processes("redis")))


def test_what_is_not_ready_in_time_is_named(stage: Stage) -> None:
    popen = stage.play({"name": "clock"}, {"name": "web", "shy": True}, patience_s=2)
    output = popen.communicate(timeout=20)[0]
    assert popen.returncode == 1
    assert "Not ready in time:\n" in output
    assert output.count("  web: is shy") == 2  # a word of concern, and the end
    assert not any(running(pid) for pid in stage.processes("clock"))


def test_a_kill_of_the_supervisor_leaves_neither_children_nor_grandchildren(stage: Stage) -> None:
    popen = stage.play({"name": "labels", "does": "children"}, {"name": "web", "does": "stubborn"})
    stage.heard("labels up")
    stage.heard("web up")
    left = stage.processes("labels") + stage.processes("web") + stage.processes("labels", "child")
    assert [running(process) for process in left] == [True] * 4
    popen.kill()
    eventually(lambda: not any(map(running, left)), within=3)


def test_an_orderly_end_leaves_no_grandchildren_either(stage: Stage) -> None:
    stage.play({"name": "labels", "does": "children", "patience_s": 0.5})
    stage.heard("labels up")
    left = stage.processes("labels", "child")
    stage.end()
    assert not any(map(running, left))


def test_the_patient_word_is_said_once_and_a_second_ctrl_c_hurries(stage: Stage) -> None:
    popen = stage.play({"name": "labels", "does": "stubborn", "patience_s": 60})
    stage.heard("labels up")
    popen.send_signal(signal.SIGINT)
    popen.send_signal(signal.SIGINT)  # the same Ctrl-C, passed on by make
    time.sleep(1.3)
    assert popen.poll() is None
    popen.send_signal(signal.SIGINT)
    popen.communicate(timeout=5)
    assert popen.returncode == 0
    assert stage.lines().count("labels term") == 1


def test_who_does_not_end_in_time_is_killed(stage: Stage) -> None:
    popen = stage.play({"name": "web", "does": "stubborn", "patience_s": 0.5})
    stage.heard("web up")
    stage.end()
    assert popen.returncode == 0
    assert not running(stage.processes("web")[0])


def test_a_killed_guardian_is_replaced(stage: Stage) -> None:
    popen = stage.play({"name": "web"})
    stage.heard("supervisor ready")
    first = guardians(popen.pid)
    os.kill(first[0], signal.SIGKILL)
    eventually(lambda: set(guardians(popen.pid)) - set(first))


def test_what_outlived_even_the_guardian_is_cleared_by_the_next_run(stage: Stage) -> None:
    popen = stage.play({"name": "labels", "does": "children"})
    stage.heard("labels up")
    left = stage.processes("labels", "child")
    doomed = (*guardians(popen.pid), popen.pid)
    for blow in (signal.SIGSTOP, signal.SIGKILL):
        for process in doomed:
            os.kill(process, blow)  # held still first: neither may see the other die
    popen.communicate()
    assert all(map(running, left))
    stage.play({"name": "web"})
    eventually(lambda: not any(map(running, left)))


def guardians(parent: int) -> list[int]:
    """Those of its children that run the guardian's script; a corpse has no command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            owner = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if int(owner) == parent and b"guardian.py" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found
