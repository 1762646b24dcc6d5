"""The virtual environment: when it is built, when it is left alone, who may build it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops import building
from ops.building import ROOT, Trouble, Venv

SCRIPT = (
    "import sys; from pathlib import Path; from ops.building import Venv;"
    "Venv(Path(sys.argv[1])).prepare(dev=False)"
)


def checkout(root: Path) -> Venv:
    """A space in its path, requirements that need no network, no environment yet."""
    root.mkdir()
    (root / "requirements.txt").write_text("# nothing\n")
    (root / "requirements-dev.txt").write_text("# nothing more\n")
    return Venv(root)


@pytest.fixture
def venv(tmp_path: Path) -> Venv:
    return checkout(tmp_path / "a checkout")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Venv, bytes]:
    """Built by two bootstraps at once, over what a third had left; with what they said."""
    venv = checkout(tmp_path_factory.mktemp("built") / "a checkout")
    (venv.folder / "bin").mkdir(parents=True)
    (venv.folder / "half").touch()
    command = [sys.executable, "-c", SCRIPT, str(venv.root)]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    said = [popen.communicate(timeout=120)[1] for popen in both]
    assert [popen.returncode for popen in both] == [0, 0]
    return venv, b"".join(said)


def stamped(venv: Venv, *, dev: bool) -> Venv:
    venv.python.parent.mkdir(parents=True, exist_ok=True)
    venv.python.unlink(missing_ok=True)
    venv.python.symlink_to(sys.executable)
    venv.stamp.write_text(venv.wanted(dev=dev) + "\n")
    return venv


def test_a_finished_install_is_left_alone(venv: Venv) -> None:
    assert not venv.ready(dev=False)
    assert stamped(venv, dev=False).ready(dev=False)


def test_what_tests_need_satisfies_a_run_but_not_the_other_way_round(venv: Venv) -> None:
    assert not stamped(venv, dev=False).ready(dev=True)
    assert stamped(venv, dev=True).ready(dev=False)


def test_changed_requirements_are_noticed(venv: Venv) -> None:
    stamped(venv, dev=True)
    (venv.root / "requirements.txt").write_text("# something\n")
    assert not venv.ready(dev=False)
    assert not venv.ready(dev=True)


def test_an_environment_whose_python_is_gone_is_not_ready(venv: Venv) -> None:
    stamped(venv, dev=False)
    venv.python.unlink()
    venv.python.symlink_to("/no/such/python")
    assert not venv.ready(dev=False)


def test_an_interrupted_build_begins_anew(built: tuple[Venv, bytes]) -> None:
    venv, said = built
    assert not (venv.folder / "half").exists()
    assert b"left unfinished" in said


def test_two_builds_at_once_take_turns(built: tuple[Venv, bytes]) -> None:
    assert built[1].count(b"Installing") == 1


def test_what_pip_says_is_shown_when_it_fails(built: tuple[Venv, bytes]) -> None:
    venv = built[0]
    (venv.root / "requirements.txt").write_text("flask==1.0\n")
    with pytest.raises(Trouble, match=r"(?s)could not install requirements.txt.*hash"):
        venv.prepare(dev=False)
    assert not venv.ready(dev=False)


def test_a_python_that_makes_no_environments_is_told_what_to_type(
    venv: Venv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Trouble, match="apt-get install python3-venv") as refusal:
        venv.prepare(dev=False)
    assert "\n" not in str(refusal.value)


def test_help_needs_nothing_and_works_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "ops" / "bootstrap.py")]
    environ = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0
    for target in ("run", "test", "check", "reset", "bench", "bench-faults", "help"):
        assert f"make {target}" in done.stdout


def test_an_old_python_can_read_the_line_that_refuses_it() -> None:
    entry = ROOT / "ops" / "bootstrap.py"
    ast.parse(entry.read_text(), feature_version=(3, 4))
    script = (
        "import runpy, sys; sys.version_info = (3, 10, 9);"
        f"runpy.run_path({str(entry)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Quayside needs Python 3.11 or newer")
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_word_is_named() -> None:
    with pytest.raises(Trouble, match="fly"):
        building.main(["fly"])


def test_what_is_measured_says_what_it_is_and_nothing_else_can_be() -> None:
    known = building.programs(ROOT / "bench")
    assert known["sandbox"].startswith("How fast the sandbox quotes and sells")
    with pytest.raises(Trouble, match=r"no bench 'moon'. There are: .*sandbox"):
        building.bench(Venv(ROOT), ["moon"])


def test_every_target_of_the_makefile_is_one_line() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    recipes = [line for line in lines if line.startswith("\t")]
    assert len(recipes) == 7
    assert all("ops/bootstrap.py" in recipe for recipe in recipes)
