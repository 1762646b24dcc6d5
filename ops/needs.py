"""`make test`: find or install what the tests need, then run them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from ops import postgresql, services
from ops.building import Trouble

Tool = Callable[[], object]

AT_ONCE = ("-n", "3", "--dist", "worksteal")
"""Much of a run is waiting for processes: three at a time, each with servers of its own."""


def provide() -> None:
    """Have everything, or name all that cannot be had and what to type; nothing is skipped."""
    wanted: list[tuple[Tool, list[Tool]]] = [(services.redis_server, [apt("redis-server")])]
    if shutil.which(services.HEADLESS) is None:
        apt(services.HEADLESS)()  # any other will do where there is none
    wanted.append((services.chromium, [apt("chromium"), playwright]))
    wanted += [(program(name), [apt(name)]) for name in ("curl", "openssl")]
    if not os.environ.get("TEST_DATABASE_URL"):
        wanted.append((postgresql.find, [apt("postgresql")]))
    problems = [problem for find, ways in wanted if (problem := missing(find, ways))]
    if problems:
        raise Trouble("\n".join(["The tests cannot run:", *problems]))


def missing(find: Tool, ways: list[Tool]) -> str:
    """Look, then try each way of installing it in turn, then look again."""
    for way in [None, *ways]:
        if way:
            way()
        try:
            find()
        except Trouble as trouble:
            problem = str(trouble)
        else:
            return ""
    return f"  {problem}"


def program(name: str) -> Tool:
    """Find a program on PATH that comes in a package of its own name."""

    def find() -> None:
        if shutil.which(name) is None:
            raise Trouble(f"No {name} was found. Type: apt-get install {name}")

    return find


def apt(package: str) -> Tool:
    def install() -> None:
        if os.geteuid() == 0:
            quietly(["apt-get", "update"])
            quietly(["apt-get", "install", "-y", "--no-install-recommends", package])

    return install


def playwright() -> None:
    # Its libraries are the system's, which only root may install.
    system = ["--with-deps"] if os.geteuid() == 0 else []
    quietly([sys.executable, "-m", "playwright", "install", *system, "chromium"])


def quietly(command: list[str]) -> None:
    """Try it; whether it helped is seen by looking again, why not is shown here."""
    print(f"Trying: {' '.join(command)}", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"  {error}")
        return
    if done.returncode:
        print("  " + (done.stderr or done.stdout).strip()[-500:])


if __name__ == "__main__":
    try:
        provide()
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *AT_ONCE, *sys.argv[1:]])
