"""Labels in a printer's own language: well formed, inside the sheet, and holding the number."""

import re
from typing import Any

import requests

from tests.sandbox.caller import RECIPIENT, Caller
from tests.sandbox.test_labels import CALLED, LONDON, bought, offered

WIDE, HIGH = 812, 1218
COMMAND = re.compile(r"\^([A-Z][A-Z0-9]|A)([^^]*)", re.DOTALL)
KNOWN = frozenset("XA PW LL LH CI FO A0 FB FR FH FD FS GB BY BC BQ PQ XZ".split())  # noqa: SIM905


def printed(shippo: Caller, carrier: str = "USPS", **changed: Any) -> tuple[str, list[Any]]:
    """The tracking number, and every command with what follows it."""
    label = bought(shippo, offered(shippo, carrier, **changed), label_file_type="ZPLII")
    assert ".zpl?" in label["label_url"]
    answer = requests.get(label["label_url"], timeout=5)
    assert answer.headers["Content-Type"].startswith("application/zpl")
    return label["tracking_number"], COMMAND.findall(answer.content.decode())


def fields(commands: list[Any]) -> list[str]:
    """What the fields say when the printer has undone the hexadecimal."""
    said, coded = [], False
    for name, rest in commands:
        coded = name == "FH" or (coded and name != "FS")
        if name == "FD":
            said.append(re.sub(r"_([0-9A-F]{2})", _sign, rest) if coded else rest)
    return said


def _sign(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def test_one_label_begins_and_ends_once_with_commands_a_printer_knows(shippo: Caller) -> None:
    _, commands = printed(shippo)
    names = [name for name, _ in commands]
    assert (names[0], names[-1]) == ("XA", "XZ")
    assert (names.count("XA"), names.count("XZ")) == (1, 1)
    assert set(names) <= KNOWN
    assert ("PW", f"{WIDE}\n") in commands
    assert ("LL", f"{HIGH}\n") in commands
    assert names.count("FO") == names.count("FS")
    assert names.count("FD") + names.count("GB") == names.count("FS")


def test_everything_lies_inside_the_sheet(shippo: Caller) -> None:
    for number, commands in (
        printed(shippo),
        printed(shippo, "DHL Express", address_from=CALLED, address_to=LONDON),
    ):
        x = y = module = 0
        for name, rest in commands:
            figures = [int(figure) for figure in re.findall(r"\d+", rest)]
            if name == "FO":
                x, y = figures
                assert 0 <= x < WIDE
                assert 0 <= y < HIGH
            elif name == "GB":
                assert x + figures[0] <= WIDE
                assert y + figures[1] <= HIGH
            elif name == "BY":
                module = figures[0]
            elif name == "BC":
                assert x >= 10 * module
                assert x + (11 * (len(number) + 2) + 24) * module / 2 <= WIDE
                assert y + figures[0] <= HIGH


def test_the_bar_code_holds_the_number(shippo: Caller) -> None:
    for carrier in ("USPS", "UPS"):
        number, commands = printed(shippo, carrier)
        place = [name for name, _ in commands].index("BC")
        assert commands[place + 1] == ("FD", number)
        assert commands[place][1] == f"N,{_height(commands[place][1])},N,N,N,A"


def _height(rest: str) -> int:
    return int(rest.split(",")[1])


def test_it_says_who_what_and_that_it_is_a_sample(shippo: Caller) -> None:
    number, commands = printed(shippo)
    said = fields(commands)
    for words in ("Alice Adams", "350 5th Ave", "New York NY 10118", "USPS TRACKING #"):
        assert words in said
    assert number in [words.replace(" ", "") for words in said]
    assert any("SAMPLE" in words for words in said)
    assert any("USPS PRIORITY MAIL" in words or "USPS GROUND" in words for words in said)


def test_what_would_be_a_command_is_said_in_hexadecimal(shippo: Caller) -> None:
    odd = {**RECIPIENT, "name": "^XZ~JA\\ Ann_Bell ^FS"}
    _, commands = printed(shippo, address_to=odd)
    assert [name for name, _ in commands].count("XZ") == 1
    assert odd["name"] in fields(commands)
    assert not any("~" in rest or "\\" in rest for _, rest in commands)
