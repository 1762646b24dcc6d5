"""What the processes of a demo are told, and which of them there are."""

from pathlib import Path

import pytest

from ops import demo
from ops.building import Trouble

PORTS = {"PORT": 9001, "SANDBOX_PORT": 9002, "SANDBOX_SMTP_PORT": 9003}


def test_what_is_given_stands_and_the_rest_is_made_up(tmp_path: Path) -> None:
    given = {"SECRET_KEY": "mine", "MAIL_FROM": "", "SMTP_URL_FILE": "/run/smtp", "TZ": "CET"}
    told = demo.environment(given, tmp_path, PORTS)
    assert told["SECRET_KEY"] == "mine"
    assert told["MAIL_FROM"] == "Quayside <hello@quayside.test>"
    assert "SMTP_URL" not in told
    assert told["TZ"] == "UTC"
    assert told["QUAYSIDE_DEMO"] == "1"
    assert told["SHIPPO_API_URL"] == told["TWILIO_API_URL"] == "http://127.0.0.1:9002"
    assert told["CLOCK_URL"] == "http://127.0.0.1:9002/_sandbox/clock"
    assert told["PUBLIC_URL"] == "http://127.0.0.1:9001"


def test_a_space_in_the_path_reaches_the_database_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    folder.mkdir()
    told = demo.environment({}, folder, PORTS)
    assert told["DATABASE_URL"] == f"sqlite:///{folder}/quayside.sqlite3"
    assert " " not in told["REDIS_URL"].removeprefix("unix://")


def test_the_sandbox_joins_the_hosts_and_no_proxy_stands_between(tmp_path: Path) -> None:
    given = {"LABEL_HOSTS": "labels.example", "no_proxy": "intranet"}
    told = demo.environment(given, tmp_path, PORTS)
    assert told["LABEL_HOSTS"] == "labels.example,http://127.0.0.1:9002"
    assert told["CARRIER_HOSTS"] == "http://127.0.0.1:9002"
    assert told["no_proxy"] == "intranet,127.0.0.1,localhost"


def test_with_a_world_of_its_own_the_shop_is_told_of_no_sandbox(tmp_path: Path) -> None:
    given = {"SHIPPO_API_URL": "http://127.0.0.1:7000"}
    told = demo.environment(given, tmp_path, {"PORT": 9001})
    assert told["SHIPPO_API_URL"] == "http://127.0.0.1:7000"
    names = {"SMTP_URL", "CLOCK_URL", "LABEL_HOSTS", "TWILIO_ACCOUNT_SID", "TWILIO_API_URL"}
    assert not names & told.keys()
    assert "sandbox" not in names_of(given, told)
    assert "sandbox" not in demo.welcome(told, sandboxed=False).lower()


def test_a_world_of_its_own_needs_a_mail_server_too() -> None:
    with pytest.raises(Trouble, match="SMTP_URL"):
        demo.run({"SHIPPO_API_URL": "http://127.0.0.1:7000"})


def test_a_given_redis_is_used_as_it_is(tmp_path: Path) -> None:
    given = {"REDIS_URL": "redis://elsewhere/3"}
    told = demo.environment(given, tmp_path, PORTS)
    assert told["REDIS_URL"] == "redis://elsewhere/3"
    assert "redis" not in names_of(given, told)


def test_redis_starts_first_and_stops_last_and_each_queue_has_its_worker(tmp_path: Path) -> None:
    told = demo.environment({}, tmp_path, PORTS)
    programs = demo.programs({}, told)
    names = [program.name for program in programs]
    assert names[:3] == ["redis", "sandbox", "prepare"]
    assert max(programs, key=lambda program: program.wave).name == "redis"
    workers = [program.command[-2:] for program in programs if "work" in program.command]
    assert workers == [("work", queue) for queue in ("labels", "messages", "webhooks", "upkeep")]


def test_the_welcome_names_every_door_and_every_sign_in(tmp_path: Path) -> None:
    welcome = demo.welcome(demo.environment({}, tmp_path, PORTS), sandboxed=True)
    for word in ("http://127.0.0.1:9001/admin/", "/account/", "http://127.0.0.1:9002/_sandbox/"):
        assert word in welcome
    for mail in demo.SIGN_INS:
        assert mail in welcome
    assert "quayside-demo" in welcome


def names_of(given: dict[str, str], told: dict[str, str]) -> list[str]:
    return [program.name for program in demo.programs(given, told)]
