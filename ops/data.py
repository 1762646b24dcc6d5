"""DATA_DIR: who is using it, its secrets, its socket, and how it is emptied."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ops.building import ROOT, Trouble

KNOWN = ("quayside.sqlite3*", "sandbox.sqlite3*", "redis", "secrets.json")
"""What `make reset` deletes; anything else in the folder is not ours."""


def folder(environ: Mapping[str, str]) -> Path:
    return (ROOT / (environ.get("DATA_DIR") or "var")).absolute()


@contextlib.contextmanager
def locked(path: Path, patience_s: float = 3.0) -> Iterator[int]:
    """Be the only one in the folder; yield the lock's handle, which a guardian may share."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, time.monotonic() + patience_s, path)
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield handle
    finally:
        os.close(handle)


def _take(handle: int, deadline: float, path: Path) -> None:
    # A run that was just killed holds the lock until its guardian has cleared up.
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                owner = os.pread(handle, 32, 0).decode() or "?"
                raise Trouble(
                    f"Quayside is already running on {path} (process {owner}). Stop it first,"
                    " or start this one with another DATA_DIR."
                )
            time.sleep(0.1)


def kept_secrets(path: Path) -> dict[str, str]:
    """The secrets nobody gave: made once, kept where only their owner reads."""
    file = path / "secrets.json"
    try:
        known = dict(json.loads(file.read_text())) if file.exists() else {}
    except ValueError:
        raise Trouble(f"{file} cannot be read. Mend it, or begin anew with: make reset")
    missing = {name: make for name, make in _new_secrets().items() if name not in known}
    if missing:
        known |= missing
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(known, out, indent=1)
        fresh.replace(file)
    return known


def _new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(32),
        "SHIPPO_API_TOKEN": f"shippo_test_{secrets.token_hex(20)}",
        "SHIPPO_WEBHOOK_TOKEN": secrets.token_urlsafe(32),
        "SHIPPO_WEBHOOK_HMAC_SECRET": secrets.token_urlsafe(32),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_urlsafe(32),
    }


def socket(path: Path) -> Path:
    """In a short folder: the system allows 108 bytes of path, DATA_DIR any number."""
    name = f"quayside-{os.getuid()}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"
    parent = tempfile.gettempdir()
    return Path(parent if len(parent) < 60 else "/tmp") / name / "redis.sock"  # noqa: S108


@contextlib.contextmanager
def private(folder: Path) -> Iterator[None]:
    """The folder exists and is ours alone while we need it: everybody may write to /tmp."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Trouble(f"{folder} is not a private folder of ours. Remove it, or set TMPDIR.")
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reset(path: Path) -> list[str]:
    """Delete what a run left; answer what was deleted."""
    gone = sorted(item for pattern in KNOWN for item in path.glob(pattern))
    for item in gone:
        if item.is_dir() and not item.is_symlink():
            shutil.rmtree(item)
        else:
            item.unlink()
    shutil.rmtree(socket(path).parent, ignore_errors=True)
    return [item.name for item in gone]


def agreed(path: Path) -> bool:
    """Ask a person; a script, or CONFIRM=yes, has made up its mind."""
    if os.environ.get("CONFIRM") == "yes" or not sys.stdin.isatty():
        return True
    answer = input(f"Delete the database, queues and secrets in {path}? [y/N] ")
    return answer.strip().lower() in {"y", "yes"}


def main() -> None:
    path = folder(os.environ)
    if not path.exists():
        print(f"{path} does not exist; nothing to forget.")
    elif agreed(path):
        with locked(path, patience_s=0):
            gone = reset(path)
        print(f"Deleted from {path}: {', '.join(gone) or 'nothing, it was empty'}.")
        if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
            print("What DATABASE_URL and REDIS_URL point at was left alone.")


if __name__ == "__main__":
    try:
        main()
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit("Nothing was deleted.")
