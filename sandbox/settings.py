"""Every knob of the sandbox, read once from the environment."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIMITS = ("", "test", "live")
EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  compared with, not bound to


@dataclass(frozen=True, kw_only=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8090
    smtp_port: int = 8025
    data_dir: Path = Path("var")
    webhook_secret: str = ""
    twilio_token: str = ""
    async_s: float = 1.0
    seed: str = ""  # makes numbers and choices repeatable; none: this world's own
    strict: bool = False  # refuse what Shippo's real test mode refuses
    limits: str = ""  # "test" or "live": count calls as Shippo does
    retry_after: bool = False  # whether a 429 says how long to wait
    inbound_url: str = ""  # where Twilio posts what a person answers

    @property
    def reachable(self) -> str:
        """The host to put into links: an address, even where all are listened on."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host


def from_environment(arguments: Sequence[str] = ()) -> Settings:
    """The environment first, and over it what the command line says."""
    told = _spoken(arguments)
    return Settings(
        host=told.host or os.environ.get("SANDBOX_HOST") or "127.0.0.1",
        port=_port(told.port, "SANDBOX_PORT", 8090),
        smtp_port=_port(told.smtp_port, "SANDBOX_SMTP_PORT", 8025),
        data_dir=told.data_dir or Path(os.environ.get("DATA_DIR") or "var"),
        webhook_secret=_secret("SHIPPO_WEBHOOK_HMAC_SECRET"),
        twilio_token=_secret("TWILIO_AUTH_TOKEN"),
        async_s=float(os.environ.get("SANDBOX_ASYNC_S") or 1.0),
        seed=told.seed or os.environ.get("SANDBOX_SEED", ""),
        strict=told.strict or os.environ.get("SANDBOX_STRICT", "") == "1",
        limits=_limits(told.limits or os.environ.get("SANDBOX_LIMITS", "")),
        retry_after=os.environ.get("SANDBOX_RETRY_AFTER", "") == "1",
        inbound_url=os.environ.get("SANDBOX_INBOUND_URL", ""),
    )


def _spoken(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A pretend outside world: Shippo, carriers, Twilio and a mail server.",
    )
    parser.add_argument("--host", default="", help="listen here (SANDBOX_HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="SANDBOX_PORT, 8090; 0 picks a free one")
    parser.add_argument("--smtp-port", type=int, help="SANDBOX_SMTP_PORT, 8025")
    parser.add_argument("--data-dir", type=Path, help="where its memory lies (DATA_DIR, var)")
    parser.add_argument("--seed", default="", help="SANDBOX_SEED: the same numbers every time")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="SANDBOX_STRICT=1: refuse what Shippo's real test mode refuses",
    )
    parser.add_argument(
        "--limits",
        default="",
        choices=LIMITS[1:],
        help="SANDBOX_LIMITS: refuse calls beyond Shippo's limits",
    )
    return parser.parse_args(arguments)


def _port(told: int | None, name: str, usual: int) -> int:
    return told if told is not None else int(os.environ.get(name) or usual)


def _limits(said: str) -> str:
    if said not in LIMITS:
        raise SystemExit(f"SANDBOX_LIMITS is test or live, or left out; not {said!r}")
    return said


def _secret(name: str) -> str:
    """The value itself, or what stands in the file that NAME_FILE points at."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, "")
