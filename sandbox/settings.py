"""Every knob of the sandbox, read once from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path

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

    @property
    def reachable(self) -> str:
        """The host to put into links: an address, even where all are listened on."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host


def from_environment() -> Settings:
    return Settings(
        host=os.environ.get("SANDBOX_HOST") or "127.0.0.1",
        port=int(os.environ.get("SANDBOX_PORT") or 8090),
        smtp_port=int(os.environ.get("SANDBOX_SMTP_PORT") or 8025),
        data_dir=Path(os.environ.get("DATA_DIR") or "var"),
        webhook_secret=_secret("SHIPPO_WEBHOOK_HMAC_SECRET"),
        twilio_token=_secret("TWILIO_AUTH_TOKEN"),
        async_s=float(os.environ.get("SANDBOX_ASYNC_S") or 1.0),
    )


def _secret(name: str) -> str:
    """The value itself, or what stands in the file that NAME_FILE points at."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, "")
