"""The command lines of docs/sandbox.md, run as they stand there."""

import json
import re
import smtplib
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.world import ROOT, World

PAGE = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:^    .*\n)+", re.MULTILINE)
CODES = """curl() { command curl -sS -o /dev/null -w '%{http_code} ' "$@"; }\n"""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """One whose faults are numbered from one."""
    world = World.start(tmp_path)
    yield world
    world.stop()


def blocks(heading: str) -> list[str]:
    """The indented lines from this heading on, block by block, without what is no curl."""
    found = BLOCK.findall(PAGE[PAGE.index(heading) :])
    return [re.sub("^    (make.*)?", "", each, flags=re.MULTILINE) for each in found]


def run(script: str) -> str:
    done = subprocess.run(["bash", "-eu"], input=script, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_first_label_is_bought_told_and_delivered_as_written(fresh: World) -> None:
    listener = Listener(200)
    script = blocks("### A first label")[0].replace("http://127.0.0.1:8090", fresh.url)
    said = run(script.replace("http://127.0.0.1:5000/hook", listener.url))
    track = json.loads(said[said.rindex('{"carrier":"usps"') :])
    assert track["tracking_status"]["status"] == "DELIVERED"
    listener.wait(len(track["tracking_history"]))
    listener.close()


def test_every_control_is_answered_as_written(fresh: World) -> None:
    listener = Listener(200)
    number, letter = Caller(fresh.url).label()["tracking_number"], EmailMessage()
    letter["To"], letter["List-Unsubscribe"] = "alice@example.com", f"<{listener.url}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    with smtplib.SMTP("127.0.0.1", fresh.smtp_port) as server:
        server.send_message(letter, "shop@example.com")
    known = f"S={fresh.url}/_sandbox; N={number}; ID={fresh.mail()[0]['id']}\n"
    for block in blocks("## Controls")[1:]:
        codes = run(CODES + known + block.replace("50000", "50")).split()
        assert codes, block
        assert set(codes) <= {"200", "201"}, (codes, block)
    listener.close()
