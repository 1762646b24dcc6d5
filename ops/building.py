"""Build what Quayside needs from a bare Python 3.11, then hand over to it."""

import ast
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
HELP = """\
make run      the whole shop on this machine, with demo data; Ctrl-C stops it
make test     every test; ARGS="tests/ops -x" is passed to pytest
make check    format, lint, types, import contracts
make reset    forget the demo's data and begin anew
make bench    measure what is promised about speed; ARGS="sandbox" measures only that
make bench-faults   kill, stop and lie for half an hour: no label is bought twice
make help     this

Settings come from the environment: PORT=9000 DATA_DIR=/tmp/second make run"""

LONG = {"faults"}
"""What is measured only when it is named."""


class Trouble(Exception):
    """Something a person must see to; the message is one line, or ends with a tool's own words."""


class Venv:
    """The virtual environment beside the Makefile, stamped with what was installed into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "quayside-stamp"

    def wanted(self, *, dev: bool) -> str:
        files = ["requirements.txt", *(["requirements-dev.txt"] if dev else [])]
        content = b"\0".join((self.root / name).read_bytes() for name in files)
        return ("dev " if dev else "run ") + hashlib.sha256(content).hexdigest()

    def ready(self, *, dev: bool) -> bool:
        """Whether a finished install satisfies us; what tests need satisfies a run too."""
        try:
            stamp = self.stamp.read_text().strip()
        except OSError:
            return False
        enough = {self.wanted(dev=True), self.wanted(dev=dev)}
        return os.access(self.python, os.X_OK) and stamp in enough

    def prepare(self, *, dev: bool) -> None:
        if self.ready(dev=dev):
            return
        with locked(self.root):
            if self.ready(dev=dev):
                return
            if not (self.stamp.exists() and os.access(self.python, os.X_OK)):
                self.build()
            self.install(dev=dev)

    def build(self) -> None:
        """Begin anew: without a stamp nobody knows how far an earlier run came."""
        if importlib.util.find_spec("ensurepip") is None:
            raise Trouble(
                "This Python cannot make virtual environments. On Debian or Ubuntu type:"
                " apt-get install python3-venv"
            )
        if self.folder.exists():
            say("Rebuilding .venv, which was left unfinished.")
            shutil.rmtree(self.folder)
        # An activated .venv is what this very process may be running from.
        python = getattr(sys, "_base_executable", "") or sys.executable
        quietly([python, "-m", "venv", str(self.folder)], "The virtual environment was not made.")

    def install(self, *, dev: bool) -> None:
        name = "requirements-dev.txt" if dev else "requirements.txt"
        say(f"Installing {name} into .venv; the next time this is skipped.")
        stamp = self.wanted(dev=dev)
        self.stamp.unlink(missing_ok=True)
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        # pip compiles on one core. PYTHONDONTWRITEBYTECODE, where it is set, would otherwise
        # leave each of nine processes to compile everything at every start.
        command += ["--no-compile", "-r", str(self.root / name)]
        quietly(command, f"pip could not install {name}.")
        compiler = [str(self.python), "-m", "compileall", "-q", "-q", "-j", "0"]
        subprocess.run([*compiler, str(self.folder / "lib")], stdout=subprocess.DEVNULL)
        self.stamp.write_text(stamp + "\n")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One bootstrap at a time: the folder itself is the lock, so no file is left behind."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def quietly(command: Sequence[str], complaint: str) -> None:
    """Run a program and show what it said only when it failed."""
    # PIP_USER would make pip refuse to install into a virtual environment.
    environ = {**os.environ, "PIP_USER": "0"}
    done = subprocess.run(
        command, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise Trouble(f"{complaint} It said:\n{done.stdout.strip()}")


def become(python: Path | str, module: str, *arguments: str) -> NoReturn:
    os.execv(python, [str(python), "-m", module, *arguments])


def check(venv: Venv) -> int:
    """Every rule is asked, even after one has failed."""
    tools = [
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "ruff", "check", "."],
        ["-m", "mypy"],
        [str(venv.folder / "bin" / "lint-imports")],
    ]
    failed = []
    for tool in tools:
        name = " ".join([Path(tool[0]).name, *tool[1:]]).removeprefix("-m ")
        print(f"── {name}", flush=True)
        if subprocess.run([str(venv.python), *tool]).returncode:
            failed.append(name)
    print(f"── not clean: {', '.join(failed)}" if failed else "── all clean")
    return 1 if failed else 0


def programs(folder: Path) -> dict[str, str]:
    """What can be measured: each program of the folder with its own first sentence."""
    return {
        program.stem: (ast.get_docstring(ast.parse(program.read_text())) or "").split("\n")[0]
        for program in sorted(folder.glob("[!_]*.py"))
    }


def bench(venv: Venv, wanted: Sequence[str]) -> int:
    """Each in turn, or those that were named; what a program promises it keeps, or it fails."""
    known = programs(ROOT / "bench")
    for name in wanted:
        if name not in known:
            raise Trouble(f"There is no bench {name!r}. There are: {', '.join(known)}")
    failed = []
    for name in wanted or [name for name in known if name not in LONG]:
        print(f"── {name}: {known[name]}", flush=True)
        if subprocess.run([str(venv.python), "-m", f"bench.{name}"]).returncode:
            failed.append(name)
    print(f"── not as promised: {', '.join(failed)}" if failed else "── all as promised")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    command, *rest = arguments or ["help"]
    venv = Venv(ROOT)
    if command == "run":
        venv.prepare(dev=False)
        become(venv.python, "ops.demo", *rest)
    if command == "reset":
        become(sys.executable, "ops.data", *rest)
    if command == "test":
        venv.prepare(dev=True)
        become(venv.python, "ops.needs", *rest)
    if command == "check":
        venv.prepare(dev=True)
        return check(venv)
    if command == "bench":
        venv.prepare(dev=rest != ["sandbox"])
        return bench(venv, rest)
    if command == "bench-faults":
        venv.prepare(dev=True)
        become(venv.python, "bench.faults", *rest)
    if command != "help":
        raise Trouble(f"There is no {command!r}. Type: make help")
    print(HELP)
    return 0


def command_line() -> int | str:
    """What to leave the process with: a code, or a line for a person."""
    try:
        return main(sys.argv[1:])
    except Trouble as trouble:
        return str(trouble)
    except PermissionError as error:
        return f"{error.filename} belongs to somebody else: {error.strerror}."
    except KeyboardInterrupt:
        return "Stopped."
