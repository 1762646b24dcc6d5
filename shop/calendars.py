"""Which calendar hangs on the wall of an address: its clock, its business days, its holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from shop.values import Address

HOME = ZoneInfo("America/Los_Angeles")
"""Where the shop stands, and what is taken where nobody knows better."""

COUNTRY = "US"
FRIDAY = 4

OF_STATES = {
    "America/New_York": "CT DC DE FL GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV KY AA",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
    "Pacific/Palau": "PW",
    "Pacific/Majuro": "MH",
    "Pacific/Pohnpei": "FM",
    "Europe/Berlin": "AE",
    "Asia/Tokyo": "AP",
}
OF_STATE = {state: name for name, states in OF_STATES.items() for state in states.split()}
"""The clock most people of a state go by; the forces' is that of where most of them are."""

OF_PREFIXES = {
    "America/Chicago": (
        "324 325 420 421 422 423 424 463 464 476 477 57601"  # Florida, Kentucky, Indiana, Dakota
        " 49801 49802 49858 49887 49911 49920 49935 49938 49968 49969"  # western Michigan
    ),
    "America/New_York": "373 374 376 377 378 379",  # eastern Tennessee
    "America/Denver": (
        "576 577 586 693 69033 69153"  # the western Dakotas and Nebraska
        " 67733 67735 67741 67758 67761 67762 67857 67878 67879"  # western Kansas
        " 799 885 79821 79835 79836 79837 79838 79839 79847 79849 79851 79853"  # El Paso
        " 865 86033 86044 86045 86053 86054 89883"  # the Navajo in Arizona; West Wendover
    ),
    "America/Los_Angeles": "835 838",  # northern Idaho
    "America/Boise": "979",  # eastern Oregon
    "America/Adak": "99546 99547",
}
OF_PREFIX = {start: name for name, starts in OF_PREFIXES.items() for start in starts.split()}
"""Where a state goes by two clocks: the beginnings of ZIP codes that do not go by the state's."""

MAIN = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
"""The clock of a country that has several; Babel knows those that have one."""


def zone_of(to: Address) -> ZoneInfo:
    """The clock at an address; the shop's where neither its state nor its country is known."""
    country = to.country.upper()
    if country != COUNTRY:
        return _of_country(country)
    code = to.zip[:5]
    for length in (5, 3):
        if code[:length] in OF_PREFIX:
            return ZoneInfo(OF_PREFIX[code[:length]])
    name = OF_STATE.get(to.state.upper())
    return ZoneInfo(name) if name else HOME


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    """The day it is there."""
    return moment.astimezone(zone).date()


def named_day(eta: datetime, zone: ZoneInfo) -> date:
    """The day a carrier means. Midnight in UTC is how Shippo writes a day without a time."""
    told = eta.astimezone(UTC)
    return told.date() if told.time() == time() else day_at(eta, zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day is over there."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def business(day: date, country: str = COUNTRY) -> bool:
    """Whether carriers work there on that day as on any other.

    Of other countries their weekends are known, their holidays are not.
    """
    return day.weekday() <= FRIDAY and not (country == COUNTRY and day in holidays(day.year))


def business_days_after(day: date, count: int, country: str = COUNTRY) -> date:
    """`count` business days later; the day itself, or the next business day, for zero."""
    while not business(day, country):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not business(day, country):
            day += timedelta(days=1)
    return day


def business_days_between(first: date, last: date, country: str = COUNTRY) -> int:
    """How many business days after `first` `last` is; none when it is no later."""
    count = 0
    while business_days_after(first, count, country) < last:
        count += 1
    return count


def business_moment_after(
    moment: datetime, count: int, zone: ZoneInfo, country: str = COUNTRY
) -> datetime:
    """The same time of day `count` business days later; what begins on no such day begins late."""
    start = _begins(moment, zone, country)
    day = business_days_after(start.date(), count, country)
    return datetime.combine(day, start.time(), zone).astimezone(UTC)


def business_days_over(
    since: datetime, until: datetime, zone: ZoneInfo, country: str = COUNTRY
) -> int:
    """How many whole business days have gone by between two moments."""
    start, end = _begins(since, zone, country), until.astimezone(zone)
    days = [start.date() + timedelta(days=n + 1) for n in range((end.date() - start.date()).days)]
    unfinished = end.time() < start.time() and business(end.date(), country)
    return max(0, sum(business(day, country) for day in days) - unfinished)


def _begins(moment: datetime, zone: ZoneInfo, country: str) -> datetime:
    """There; on a day that is none the morning of the next business day, by the clock there."""
    local = moment.astimezone(zone)
    if business(local.date(), country):
        return local
    return datetime.combine(business_days_after(local.date(), 0, country), time(), zone)


@cache
def holidays(year: int) -> frozenset[date]:
    """The federal holidays of a year as the post keeps them.

    One on a Sunday is kept on the Monday after; one on a Saturday on that Saturday, the post works
    on the Friday before.
    """
    fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
    days = {_kept(date(year, month, day)) for month, day in fixed}
    days |= {_nth_monday(year, month, count) for month, count in ((1, 3), (2, 3), (9, 1), (10, 2))}
    days.add(_nth_monday(year, 6, 1) - timedelta(days=7))  # Memorial Day, the last of May
    first = date(year, 11, 1)
    days.add(first + timedelta(days=(3 - first.weekday()) % 7 + 21))  # Thanksgiving
    return frozenset(days)


def _kept(day: date) -> date:
    return day + timedelta(days=1) if day.weekday() == 6 else day


def _nth_monday(year: int, month: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (count - 1))


def _of_country(country: str) -> ZoneInfo:
    zones = get_global("territory_zones").get(country, [])
    name = MAIN.get(country) or (zones[0] if len(zones) == 1 else "")
    return ZoneInfo(name) if name else HOME
