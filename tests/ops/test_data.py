"""DATA_DIR: one run at a time, secrets kept, and what a reset deletes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ops import data
from ops.building import ROOT, Trouble


def test_secrets_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    first = data.kept_secrets(tmp_path)
    assert data.kept_secrets(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert first["SHIPPO_API_TOKEN"].startswith("shippo_test_")
    assert len(first["TWILIO_ACCOUNT_SID"]) == 34
    assert len(set(first.values())) == len(first)


def test_secrets_that_cannot_be_read_are_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(Trouble, match="make reset"):
        data.kept_secrets(tmp_path)


def test_a_second_run_on_the_same_data_is_refused_and_told_why(tmp_path: Path) -> None:
    with (
        data.locked(tmp_path),
        pytest.raises(Trouble, match=rf"already running on .* \(process {os.getpid()}\)"),
        data.locked(tmp_path, patience_s=0),
    ):
        pass
    with data.locked(tmp_path, patience_s=0):
        pass


def test_the_sockets_path_is_short_and_one_per_data_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("a very long name " * 8)
    assert len(str(data.socket(deep))) < 100
    assert data.socket(deep) == data.socket(deep) != data.socket(tmp_path)


def test_the_sockets_folder_is_private_or_refused_and_goes_with_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "socket"
    with data.private(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(Trouble, match="not a private folder"), data.private(folder):
        pass


def test_a_reset_deletes_what_a_run_left_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    for name in ("quayside.sqlite3", "quayside.sqlite3-wal", "sandbox.sqlite3", "notes.txt"):
        (tmp_path / name).touch()
    data.kept_secrets(tmp_path)
    done = reset(tmp_path)
    assert done.returncode == 0
    assert "secrets.json" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "run.lock"}


def test_a_reset_is_refused_while_a_run_goes_on(tmp_path: Path) -> None:
    kept = data.kept_secrets(tmp_path)
    with data.locked(tmp_path):
        done = reset(tmp_path)
    assert done.returncode == 1
    assert "already running" in done.stderr
    assert data.kept_secrets(tmp_path) == kept


def reset(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.data"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
