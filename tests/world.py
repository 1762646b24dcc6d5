"""The pretend outside world as a test holds it: a real sandbox process and its controls."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
TOKEN = "shippo_test_0123456789"
HMAC_SECRET = "whsec_for_tests"
TWILIO_SID = "AC" + "0" * 32
TWILIO_TOKEN = "twilio-token-for-tests"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class World:
    """One `python -m sandbox`: stopped and run again, it comes back on its data and ports."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self._environment = {
            "SANDBOX_PORT": "0",
            "SANDBOX_SMTP_PORT": "0",
            "SANDBOX_ASYNC_S": "0.2",
            "SHIPPO_WEBHOOK_HMAC_SECRET": HMAC_SECRET,
            "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
            **environment,
            "DATA_DIR": str(data_dir),
        }
        self.url, self.smtp_port = "", 0
        self._process: subprocess.Popen[str] | None = None

    @classmethod
    def start(cls, data_dir: Path, **environment: str) -> "World":
        """Free ports, a data directory of its own, and every setting can be given as a keyword."""
        world = cls(data_dir, **environment)
        world.run()
        return world

    def run(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox"],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), **self._environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            raise RuntimeError("the sandbox did not start")
        self.url = ready.split(": ", 1)[1].split("/_sandbox/")[0]
        self.smtp_port = int(ready.rpartition(":")[2])
        ports = {
            "SANDBOX_PORT": self.url.rpartition(":")[2],
            "SANDBOX_SMTP_PORT": str(self.smtp_port),
        }
        self._environment.update(ports)  # after a stop it comes back where it was

    def stop(self) -> int:
        """TERM, and the code it ended with."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(5)
        finally:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def kill(self) -> None:
        """At once, with no chance to tidy up."""
        assert self._process is not None
        self._process.kill()
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def threads(self) -> int:
        """How many threads the process has."""
        return self.figure("Threads")

    def figure(self, name: str) -> int:
        """What Linux knows of the process: Threads, VmHWM (its most memory, in kB); else 0."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status")
        told = status.read_text().split(f"{name}:") if status.exists() else []
        return int(told[1].split()[0]) if len(told) > 1 else 0

    # What happened

    def ledger(self) -> list[dict[str, Any]]:
        return self.get("ledger")

    def requests(self, method: str | None = None, path: str | None = None) -> list[dict[str, Any]]:
        return self.get("requests", method=method, path=path)

    def mail(self, to: str | None = None) -> list[dict[str, Any]]:
        return self.get("mail", to=to)

    def attempts(self) -> list[dict[str, Any]]:
        """Every try to hand over a letter, and what became of it."""
        return self.get("mail/attempts")

    def sms(self, direction: str | None = None) -> list[dict[str, Any]]:
        """What came to the phones; `inbound` or `all` for what people sent."""
        return self.get("sms", direction=direction)

    def webhooks(self) -> list[dict[str, Any]]:
        """Every attempt to deliver one of Shippo's webhooks, oldest first."""
        return self.get("webhooks")

    def callbacks(self) -> list[dict[str, Any]]:
        """The same for Twilio's status callbacks."""
        return self.get("webhooks", **{"from": "twilio"})

    # The clock and the carriers

    def clock(self) -> dict[str, Any]:
        return self.get("clock")

    def advance(self, hours: float) -> dict[str, Any]:
        return self.post("clock", advance_hours=hours)

    def scan(
        self, number: str, status: str, substatus: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """One scan now. `substatus=""` sends none; left out, the usual one of the status."""
        said = {"status": status, **more}
        return self.post(
            f"parcels/{number}/scan",
            **(said if substatus is None else {**said, "substatus": substatus}),
        )

    def next_scan(self, number: str) -> dict[str, Any]:
        """The next step of an ordinary life."""
        return self.post(f"parcels/{number}/scan", step="next")

    def populate(self, parcels: int, **more: Any) -> dict[str, Any]:
        """Parcels bought and on their way, as many as that."""
        return dict(self.post("populate", parcels=parcels, **more))

    def parcels(self, **where: Any) -> list[dict[str, Any]]:
        """Newest first; `number` finds one, `page` turns."""
        return self.get("parcels", **where)

    def parcel(self, number: str) -> dict[str, Any]:
        """One parcel with all that its journey has planned."""
        return self.get(f"parcels/{number}")

    def journey(self, number: str, name: str, **how: Any) -> dict[str, Any]:
        """Play a named journey from now on: `seed`, `speed`."""
        return self.post(f"parcels/{number}/journey", name=name, **how)

    def world_journey(self, name: str, **how: Any) -> dict[str, Any]:
        """Everybody's trouble: `carrier`, `service` or `seconds` where it takes one."""
        return self.post("journey", name=name, **how)

    # Trouble

    def fault(
        self,
        method: str,
        path: str,
        do: str,
        *,
        nth: int | None = None,
        every: int | None = None,
        probability: float | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        counted = {"nth": nth, "every": every, "probability": probability}
        match = {
            "method": method,
            "path": path,
            **{name: n for name, n in counted.items() if n is not None},
        }
        return self.post("faults", match=match, do=do, **more)

    def faults(self) -> list[dict[str, Any]]:
        return self.get("faults")

    def remove_fault(self, number: int) -> dict[str, Any]:
        return dict(self.call("DELETE", f"faults/{number}"))

    def clear_faults(self) -> None:
        self.call("DELETE", "faults")

    def policy(self, **terms: Any) -> dict[str, Any]:
        """What becomes of webhooks from now on: drop_every, duplicate_every, delay_s, shuffle."""
        return dict(self.post("webhooks/policy", **terms))

    def lift_policy(self) -> None:
        self.call("DELETE", "webhooks/policy")

    def redeliver(self, **how: Any) -> dict[str, Any]:
        """Deliver webhooks again: event, last, duplicate, shuffle, seed, reorder_keys."""
        return self.post("webhooks/redeliver", **how)

    def sample(self, event: str = "track_updated", url: str | None = None) -> dict[str, Any]:
        """The dashboard's "send test", to one address or to all that asked for the event."""
        return self.post("webhooks/sample", event=event, **({"url": url} if url else {}))

    def stopped(self, number: str, *, stopped: bool = True) -> None:
        """Twilio refuses further texts to a number that answered STOP."""
        self.post("sms/stop", number=number, stopped=stopped)

    def answer(self, sender: str, body: str, **more: Any) -> dict[str, Any]:
        """A person texts; `to` is the number they last heard from unless it is said."""
        return self.post("sms/inbound", **{"from": sender, "body": body, **more})

    def misbehave(self, recipient: str, do: str, **how: Any) -> dict[str, Any]:
        """The mail server from now on: a code, stall, drop_before_dot, drop_after_dot, bounce."""
        return self.post("mail/behaviour", recipient=recipient, do=do, **how)

    def behaviours(self) -> list[dict[str, Any]]:
        return self.get("mail/behaviour")

    def behave(self) -> None:
        self.call("DELETE", "mail/behaviour")

    def unsubscribe(self, mail_id: str) -> dict[str, Any]:
        """Press the letter's one-click button."""
        return self.post(f"mail/{mail_id}/unsubscribe")

    def reset(self) -> None:
        """Begin anew, at machine time."""
        self.post("reset?clock=machine")

    # The wire

    def get(self, control: str, **query: Any) -> Any:
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        return self.call("GET", f"{control}?{asked}" if asked else control)

    def post(self, control: str, **body: Any) -> Any:
        return self.call("POST", control, body)

    def call(self, method: str, control: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{control}", data, headers, method=method
        )
        try:
            with DIRECT.open(request, timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            with refused:
                said = refused.read().decode(errors="replace")
            raise RuntimeError(f"{method} {control}: {refused.code} {said}") from None
