"""Tracking numbers: each carrier's own form, and check digits that strangers' numbers confirm."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.carriers import checks
from sandbox.carriers.numbers import tracking_number
from sandbox.carriers.services import CARRIERS
from sandbox.store import Store
from tests.sandbox.caller import Caller

# What carriers or other people's libraries have published as valid: all but its end, and the end.
PUBLISHED = [
    (checks.mod10, "933462084550000148528", "5"),  # USPS, from a test account of Shippo's
    (checks.ups, "5R8939035756712", "7"),
    (checks.ups, "879E93034683444", "0"),
    (checks.ups, "410E7W039275159", "1"),
    (checks.ups, "8V92A7036720302", "4"),
    (checks.fedex, "98657878885", "5"),
    (checks.fedex, "47717908123", "0"),
    (checks.fedex, "97436766271", "0"),
    (checks.mod10, "04144176022896", "4"),  # FedEx Ground
    (checks.mod10, "56828361001273", "4"),
    (checks.mod7, "331881002", "5"),
    (checks.mod7, "848713550", "6"),
    (checks.mod7, "109925599", "0"),
    (checks.s10, "47312482", "9"),  # the example that explains S10
    (checks.s10, "12345678", "5"),  # AA123456785DE
    (checks.s10, "00071761", "8"),  # EB000717618HK
    (checks.s10, "26154781", "6"),  # XW261547816TS, a Chronopost
    (checks.mod37_36, "008182709980000020033350276", "C"),  # DPD
    (checks.mod37_36, "008182709980000020045327276", "N"),
    (checks.mod10, "0123456789", "5"),  # 8L01234567895, a Colissimo
]
S10 = r"[A-Z]{2}(\d{8})(\d)"
FORMS = {
    "usps": (r"(9\d{20})(\d)", checks.mod10, "usps_priority"),
    "usps abroad": (S10 + "US", checks.s10, "usps_first_class_package_international_service"),
    "ups": (r"1Z([0-9A-Z]{15})(\d)", checks.ups, "ups_ground"),
    "fedex": (r"(\d{11})(\d)", checks.fedex, "fedex_2_day"),
    "fedex ground": (r"(\d{14})(\d)", checks.mod10, "fedex_ground"),
    "dhl_express": (r"(\d{9})(\d)", checks.mod7, "dhl_express_worldwide"),
    "dpd_de": (r"(0\d{13})([0-9A-Z])", checks.mod37_36, "dpd_de_classic"),
    "dpd_uk": (r"(0\d{13})([0-9A-Z])", checks.mod37_36, "dpd_uk_next_day"),
    "hermes_uk": (r"(\d{15})(\d)", checks.mod10, "hermes_uk_parcelshop_dropoff"),
    "colissimo": (r"6A(\d{10})(\d)", checks.mod10, "colissimo_home"),
    "chronopost": (S10 + "JB", checks.s10, "chronopost_18"),
    "correos": (r"(PQ[0-9A-Z]{4}07\d{7}01\d{5})([A-Z])", checks.spanish, "correos_standard_home"),
    "deutsche_post": (S10 + "DE", checks.s10, "deutsche_post_warenpost_international_m"),
    "royal_mail": (S10 + "GB", checks.s10, "royal_mail_tracked_48"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "numbers.sqlite3")
    store.note("mailer", 987654321)
    yield store
    store.close()


@pytest.mark.parametrize(("check", "body", "end"), PUBLISHED)
def test_check_digits_are_those_of_published_numbers(
    check: Callable[[str], str], body: str, end: str
) -> None:
    assert check(body) == end


@pytest.mark.parametrize("name", FORMS)
def test_numbers_have_their_carriers_form_and_never_repeat(store: Store, name: str) -> None:
    form, check, service = FORMS[name]
    numbers = [tracking_number(store, name.split()[0], service) for _ in range(200)]
    assert len(set(numbers)) == 200
    for number in numbers:
        found = re.fullmatch(form, number)
        assert found is not None, number
        assert check(found[1]) == found[2], number


def test_all_lengths_are_as_the_carriers_have_them(store: Store) -> None:
    lengths = {"usps": 22, "ups": 18, "dhl_express": 10, "dpd_de": 15, "hermes_uk": 16}
    lengths |= {"colissimo": 13, "chronopost": 13, "correos": 23, "deutsche_post": 13}
    for carrier, length in lengths.items():
        assert len(tracking_number(store, carrier, "")) == length, carrier


def test_whoever_sells_here_has_a_form_of_its_own() -> None:
    silent = {carrier.token for carrier in CARRIERS.values() if carrier.says}
    assert set(CARRIERS) - silent <= {name.split()[0] for name in FORMS}


def test_a_misread_digit_does_not_pass(store: Store) -> None:
    number = tracking_number(store, "usps", "usps_priority")
    misread = number[:9] + str((int(number[9]) + 1) % 10) + number[10:]
    assert checks.mod10(misread[:-1]) != misread[-1]


def test_two_worlds_with_one_seed_count_alike(tmp_path: Path) -> None:
    told = []
    for name in ("one", "other"):
        store = Store(tmp_path / name)
        store.note("mailer", 4711)
        told.append([tracking_number(store, carrier, "") for carrier in CARRIERS])
        store.close()
    assert told[0] == told[1]


def test_the_label_that_was_bought_carries_such_a_number(shippo: Caller) -> None:
    number = shippo.label()["tracking_number"]
    assert checks.mod10(number[:-1]) == number[-1]
