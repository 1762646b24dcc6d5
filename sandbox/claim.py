"""One sandbox to a data directory: two would write over each other."""

import fcntl
import os
from pathlib import Path


class Claimed(OSError):
    """Another sandbox lives there."""


def claim(data_dir: Path) -> None:
    """Ours until the process ends: the file stays open, and then the system itself lets go."""
    data_dir.mkdir(parents=True, exist_ok=True)
    held = os.open(data_dir / "sandbox.sqlite3.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(held, 20).decode().strip() or "unknown"
        os.close(held)
        raise Claimed(
            f"another one (process {owner}) has its memory in {data_dir};"
            " give this one its own: --data-dir, or DATA_DIR"
        )
    os.ftruncate(held, 0)
    os.write(held, f"{os.getpid()}\n".encode())
