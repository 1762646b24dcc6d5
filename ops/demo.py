"""`make run`: the whole shop on one machine, with a sandbox for a world."""

import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from ops import checks, data, services
from ops.building import ROOT, Trouble
from ops.ports import Ports
from ops.processes import Program
from ops.supervisor import Supervisor, show, supervise

PATIENCE_S = 120.0
"""Seconds until a start is given up; at a quarter of them it says what it is waiting for."""

QUEUES = {"labels": 80.0, "messages": 40.0, "webhooks": 20.0, "upkeep": 40.0}
"""Each queue's worker, and the seconds a job of it may still take when all is to end."""

SIGN_INS = {
    "admin@quayside.test": "runs the shop",
    "packer@quayside.test": "packs, but sees no settings",
    "viewer@quayside.test": "looks, but may not buy",
    "alice@quayside.test": "a customer",
    "bob@quayside.test": "another customer",
}


def environment(given: Mapping[str, str], path: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What every process of a demo is told: what was given stands, the rest is made up."""
    ours = {
        "QUAYSIDE_DEMO": "1",
        **{name: str(port) for name, port in ports.items()},
        **data.kept_secrets(path),
        "DATABASE_URL": f"sqlite:///{path / 'quayside.sqlite3'}",
        "REDIS_URL": f"unix://{data.socket(path)}",
        "PUBLIC_URL": f"http://127.0.0.1:{ports['PORT']}",
        "MAIL_FROM": "Quayside <hello@quayside.test>",
        "TWILIO_FROM": "+15005550006",
    }
    if not given.get("SHIPPO_API_URL"):
        ours |= world(given, ports)
    elif not given.get("TWILIO_API_URL"):
        # Made-up credentials would be shown to the real Twilio; without them texts are off.
        ours = {name: value for name, value in ours.items() if not name.startswith("TWILIO_")}
    missing = {k: v for k, v in ours.items() if not (given.get(k) or given.get(f"{k}_FILE"))}
    # Cron lines are read in local time; a proxy must not stand between us and ourselves.
    always = {"DATA_DIR": str(path), "TZ": "UTC", "PYTHONUNBUFFERED": "1", **unproxied(given)}
    return {**given, **missing, **hosts(given, ports), **always}


def world(given: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """Where Shippo, Twilio, the post and the clock are when the sandbox plays them."""
    origin = f"http://127.0.0.1:{ports['SANDBOX_PORT']}"
    public = given.get("PUBLIC_URL") or f"http://127.0.0.1:{ports['PORT']}"
    return {
        "SHIPPO_API_URL": origin,
        "TWILIO_API_URL": origin,
        "SMTP_URL": f"smtp://127.0.0.1:{ports['SANDBOX_SMTP_PORT']}",
        "CLOCK_URL": f"{origin}/_sandbox/clock",
        "SANDBOX_INBOUND_URL": f"{public.rstrip('/')}/webhooks/twilio/inbound",
    }


def hosts(given: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """The sandbox serves label files and carriers' pages, beside whatever hosts were given."""
    if given.get("SHIPPO_API_URL"):
        return {}
    origin = f"http://127.0.0.1:{ports['SANDBOX_PORT']}"
    names = ("LABEL_HOSTS", "CARRIER_HOSTS")
    return {name: ",".join(filter(None, [given.get(name), origin])) for name in names}


def unproxied(given: Mapping[str, str]) -> dict[str, str]:
    local = "127.0.0.1,localhost"
    names = ("NO_PROXY", "no_proxy")
    return {name: ",".join(filter(None, [given.get(name), local])) for name in names}


def programs(given: Mapping[str, str], environ: Mapping[str, str]) -> list[Program]:
    """Everything that runs, in the order it starts; what stops last has the highest wave."""
    flask = (sys.executable, "-m", "flask", "--app", "app")
    everything = []
    if not (given.get("REDIS_URL") or given.get("REDIS_URL_FILE")):
        everything.append(redis(Path(environ["DATA_DIR"])))
    if not given.get("SHIPPO_API_URL"):
        everything.append(sandbox(int(environ["SANDBOX_PORT"])))
    everything.append(Program(name="prepare", command=(*flask, "prepare"), once=True))
    everything.append(web(int(environ["PORT"])))
    for queue, patience_s in QUEUES.items():
        command = (*flask, "work", queue)
        everything.append(Program(name=queue, command=command, patience_s=patience_s))
    everything.append(Program(name="clock", command=(*flask, "clock")))
    return everything


def redis(path: Path) -> Program:
    socket = data.socket(path)
    (path / "redis").mkdir(exist_ok=True)
    command = services.redis_command(socket, path / "redis", durable=True)
    ready = partial(checks.redis, socket)
    return Program(name="redis", command=command, ready=ready, first=True, wave=2)


def sandbox(port: int) -> Program:
    ready = partial(checks.web, port, "/_sandbox/health")
    return Program(name="sandbox", command=(sys.executable, "-m", "sandbox"), ready=ready, wave=1)


def web(port: int, workers: int = 2) -> Program:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    command += ["app:create_app", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "16", "--no-ws"]
    command += ["--log-level", "error", "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "10"]
    ready = partial(checks.web, port, "/readyz")
    return Program(name="web", command=tuple(command), ready=ready, patience_s=15)


def welcome(environ: Mapping[str, str], *, sandboxed: bool) -> str:
    shop = environ["PUBLIC_URL"].rstrip("/")
    rows = [("Shop", f"{shop}/"), ("Merchant desk", f"{shop}/admin/")]
    rows += [("Customer portal", f"{shop}/account/")]
    if sandboxed:
        board = f"http://127.0.0.1:{environ['SANDBOX_PORT']}/_sandbox/"
        rows += [("Sandbox board", board), ("Mailbox", f"{board}mailbox")]
    lines = ["", "  Quayside is ready.", ""]
    lines += [f"    {name:<22}{address}" for name, address in rows]
    lines += ["", "  Sign in with the password quayside-demo as", ""]
    lines += [f"    {mail:<22}{does}" for mail, does in SIGN_INS.items()]
    lines += ["", f"  Data is kept in {environ['DATA_DIR']}; make reset begins anew."]
    return "\n".join([*lines, "  Ctrl-C stops everything.", ""])


def run(given: Mapping[str, str]) -> None:
    if given.get("SHIPPO_API_URL") and not (given.get("SMTP_URL") or given.get("SMTP_URL_FILE")):
        raise Trouble("With a SHIPPO_API_URL of your own no sandbox is started: give SMTP_URL too.")
    path = data.folder(given)
    ports = Ports()
    with data.locked(path) as lock, data.private(data.socket(path).parent):
        sandboxed = not given.get("SHIPPO_API_URL")
        chosen = {name: ports.choose(name, given) for name in names_of_ports(sandboxed)}
        environ = environment(given, path, chosen)
        token = data.socket(path).parent.name
        everything = programs(given, environ)
        supervisor = Supervisor(everything, environ, ROOT, token=token, shared=[lock])
        show("Starting Quayside ...")
        announce = partial(show, welcome(environ, sandboxed=sandboxed))
        supervise(supervisor, PATIENCE_S, announce)
    show("Quayside has stopped.")


def names_of_ports(sandboxed: bool) -> tuple[str, ...]:
    return ("PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT") if sandboxed else ("PORT",)


if __name__ == "__main__":
    try:
        run(dict(os.environ))
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
