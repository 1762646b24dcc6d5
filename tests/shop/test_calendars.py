"""Which clock an address goes by, which days count as business days, and when a day is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shop import calendars
from shop.values import Address
from tests.make import HOME

ZONES = [
    ("10118", "NY", "America/New_York"),
    ("33101", "FL", "America/New_York"),
    ("32501", "FL", "America/Chicago"),  # Pensacola
    ("46204", "IN", "America/Indiana/Indianapolis"),
    ("46402", "IN", "America/Chicago"),  # Gary
    ("42101", "KY", "America/Chicago"),  # Bowling Green
    ("40202", "KY", "America/New_York"),
    ("37201", "TN", "America/Chicago"),
    ("37902", "TN", "America/New_York"),  # Knoxville
    ("49801", "MI", "America/Chicago"),  # Iron Mountain
    ("48226", "MI", "America/Detroit"),
    ("57701", "SD", "America/Denver"),  # Rapid City
    ("58601", "ND", "America/Denver"),  # Dickinson
    ("79901", "TX", "America/Denver"),  # El Paso
    ("79830", "TX", "America/Chicago"),  # Alpine
    ("67735", "KS", "America/Denver"),  # Goodland
    ("83702", "ID", "America/Boise"),
    ("83814", "ID", "America/Los_Angeles"),  # Coeur d’Alene
    ("97914", "OR", "America/Boise"),  # Ontario, Oregon
    ("97214", "OR", "America/Los_Angeles"),
    ("85004", "AZ", "America/Phoenix"),
    ("86515", "AZ", "America/Denver"),  # Window Rock
    ("99501", "AK", "America/Anchorage"),
    ("99546", "AK", "America/Adak"),
    ("96813-1234", "HI", "Pacific/Honolulu"),
    ("00901", "PR", "America/Puerto_Rico"),
    ("96910", "GU", "Pacific/Guam"),
    ("09096", "AE", "Europe/Berlin"),
    ("96326", "AP", "Asia/Tokyo"),
    ("34002", "AA", "America/New_York"),
    ("", "ny", "America/New_York"),
    ("", "", "America/Los_Angeles"),
]


@pytest.mark.parametrize(("zip_code", "state", "zone"), ZONES)
def test_an_address_goes_by_the_clock_of_its_state_or_its_part_of_it(zip_code, state, zone):
    assert calendars.zone_of(replace(HOME, zip=zip_code, state=state)).key == zone


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("CA", "America/Toronto"),
        ("jp", "Asia/Tokyo"),
        ("AU", "Australia/Sydney"),
        ("PR", "America/Puerto_Rico"),
        ("XX", "America/Los_Angeles"),
        ("", "America/Los_Angeles"),
    ],
)
def test_abroad_it_is_the_clock_of_most_people_and_of_nowhere_the_shops(country, zone):
    assert calendars.zone_of(abroad(country)).key == zone


def test_the_federal_holidays_as_the_post_keeps_them():
    kept = ["01-01", "01-19", "02-16", "05-25", "06-19", "07-04", "09-07", "10-12", "11-11"]
    told = [day.strftime("%m-%d") for day in sorted(calendars.holidays(2026))]
    assert told == [*kept, "11-26", "12-25"]
    assert date(2027, 7, 5) in calendars.holidays(2027)  # the Fourth is a Sunday
    assert date(2027, 12, 24) not in calendars.holidays(2027)  # Christmas is a Saturday


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [
        (date(2026, 11, 18), 0, date(2026, 11, 18)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 25), 1, date(2026, 11, 27)),  # over Thanksgiving
        (date(2026, 11, 26), 0, date(2026, 11, 27)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas on a Friday
        (date(2027, 7, 2), 1, date(2027, 7, 6)),  # a Fourth of July kept on Monday
    ],
)
def test_business_days_leave_out_weekends_and_holidays(day, count, later):
    assert calendars.business_days_after(day, count) == later


def test_abroad_only_weekends_are_left_out():
    assert calendars.business_days_after(date(2026, 11, 25), 1, "DE") == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2027, 3, 9), date(2027, 3, 9), 0),
        (date(2027, 3, 9), date(2027, 3, 11), 2),
        (date(2027, 3, 12), date(2027, 3, 15), 1),
        (date(2027, 3, 9), date(2027, 3, 1), 0),
        (date(2026, 11, 25), date(2026, 11, 30), 2),
    ],
)
def test_business_days_between_two_days(first, last, days):
    assert calendars.business_days_between(first, last) == days


def test_the_same_time_of_day_whether_or_not_clocks_are_changed_between():
    """Summer begins in Chicago on 14 March 2027, a Sunday; in Phoenix it never does."""
    friday = datetime(2027, 3, 12, 21, 30, tzinfo=UTC)
    chicago, phoenix = (home(code, state) for code, state in (("60601", "IL"), ("85004", "AZ")))
    assert calendars.business_moment_after(friday, 1, calendars.zone_of(chicago)) == datetime(
        2027, 3, 15, 20, 30, tzinfo=UTC
    )
    assert calendars.business_moment_after(friday, 1, calendars.zone_of(phoenix)) == datetime(
        2027, 3, 15, 21, 30, tzinfo=UTC
    )


def test_what_begins_on_a_weekend_counts_from_the_morning_after_it():
    saturday = datetime(2026, 11, 21, 20, tzinfo=UTC)
    zone = calendars.zone_of(HOME)
    assert calendars.business_moment_after(saturday, 2, zone) == datetime(
        2026, 11, 25, 8, tzinfo=UTC
    )


def test_a_carriers_midnight_in_utc_is_a_day_and_any_other_time_is_a_moment():
    zone = calendars.zone_of(home("96813", "HI"))
    assert calendars.named_day(datetime(2026, 11, 24, tzinfo=UTC), zone) == date(2026, 11, 24)
    assert calendars.named_day(datetime(2026, 11, 24, 5, tzinfo=UTC), zone) == date(2026, 11, 23)
    assert calendars.end_of(date(2026, 11, 23), zone) == datetime(2026, 11, 24, 10, tzinfo=UTC)


def home(code: str, state: str) -> Address:
    return replace(HOME, zip=code, state=state)


def abroad(country: str) -> Address:
    return replace(HOME, zip="10115", state="", country=country)
