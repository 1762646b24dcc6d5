"""Words for lengths of time, hours and phone numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from shop import i18n


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(minutes=10, seconds=59), "10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(seconds=5), "1 min"),
    ],
)
def test_a_length_of_time_reads_as_people_say_it(app: Flask, length: timedelta, told: str):
    with app.test_request_context():
        assert i18n.span(length) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [("19:00:00", "7\u00a0pm"), ("10:30:00", "10:30\u00a0am"), ("noon", "noon")],
)
def test_a_carrier_s_hour_reads_as_people_say_it(app: Flask, raw: str, told: str):
    with app.test_request_context():
        assert i18n.hour(raw) == told


def test_a_phone_number_reads_as_people_write_it():
    assert i18n.phone("+15035550142") == "(503) 555-0142"
    assert i18n.phone("+442071838750") == "+44 20 7183 8750"
