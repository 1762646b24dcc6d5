"""The environment is read once, and everything wrong with it is said at once."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from shop import settings
from shop.settings import NotSettled, Settings, read

ROOT = Path(__file__).parent.parent.parent
ENOUGH = {
    "SECRET_KEY": "k" * 32,
    "DATABASE_URL": "sqlite://",
    "REDIS_URL": "redis://127.0.0.1/0",
    "PUBLIC_URL": "https://shop.example",
    "SHIPPO_API_TOKEN": "shippo_test_x",
    "SMTP_URL": "smtp://127.0.0.1",
    "MAIL_FROM": "Quayside <hello@shop.example>",
}
LIVE = {**ENOUGH, "SHIPPO_API_TOKEN": "shippo_live_x", "SHIPPO_WEBHOOK_TOKEN": "t" * 32}


def test_everything_missing_is_named_at_once():
    with pytest.raises(NotSettled) as said:
        read({"RATES_DEADLINE_S": "soon"})
    for name in (*ENOUGH, "RATES_DEADLINE_S is not a number of seconds"):
        assert name in str(said.value)


def test_a_secret_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("from a file\n")
    found = read({**ENOUGH, "SECRET_KEY": "", "SECRET_KEY_FILE": str(secret)})
    assert found.secret_key == "from a file"


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(NotSettled, match="SECRET_KEY_FILE"):
        read({**ENOUGH, "SECRET_KEY_FILE": str(tmp_path / "none")})


def test_schedules_are_lists_of_seconds():
    assert read({**ENOUGH, "RESOLVE_SCHEDULE_S": "1, 2,3.5"}).resolve_schedule_s == (1, 2, 3.5)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY"),
        ({"SHIPPO_WEBHOOK_TOKEN": ""}, "SHIPPO_WEBHOOK_TOKEN"),
        ({"CLOCK_URL": "http://127.0.0.1/clock"}, "CLOCK_URL"),
        ({"QUAYSIDE_DEMO": "1"}, "QUAYSIDE_DEMO"),
    ],
)
def test_live_mode_refuses_to_start_unsafely(changed, complaint):
    with pytest.raises(NotSettled, match=complaint):
        read({**LIVE, **changed})


def test_in_live_mode_plain_http_hosts_do_not_count():
    hosts = "http://127.0.0.1:8090,labels.example"
    assert read({**LIVE, "LABEL_HOSTS": hosts}).label_hosts == ("labels.example",)
    assert len(read({**ENOUGH, "LABEL_HOSTS": hosts}).label_hosts) == 2


def test_every_setting_is_explained_to_whoever_runs_the_shop():
    explained = (ROOT / ".env.example").read_text()
    for knob in fields(Settings):
        assert f"\n{settings.variable(knob)}=" in explained, knob.name
    for line in explained.splitlines():
        name, _, rest = line.partition("=")
        assert (name in settings.SECRETS) == ("secret" in rest.partition("#")[2][:8]), line
