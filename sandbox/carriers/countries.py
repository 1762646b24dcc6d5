"""Countries by their codes and English names, their money, and where customs stand between."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

with Path(__file__).with_name("countries.csv").open(encoding="utf-8", newline="") as table:
    NAMES = {row["code"]: row["name"] for row in csv.DictReader(table)}

CENT = Decimal("0.01")

ALIASES = {
    "usa": "US",
    "united states of america": "US",
    "great britain": "GB",
    "england": "GB",
    "uk": "GB",
    "turkey": "TR",
    "czech republic": "CZ",
    "hong kong": "HK",
    "macao": "MO",
}
CODES = {name.casefold(): code for code, name in NAMES.items()} | ALIASES

CUSTOMS_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MC MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
EURO = frozenset(
    "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK".split()  # noqa: SIM905
)
CURRENCIES = {
    "US": "USD",
    "CA": "CAD",
    "GB": "GBP",
    "AU": "AUD",
    "NZ": "NZD",
    "CH": "CHF",
    "JP": "JPY",
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "PL": "PLN",
    "MX": "MXN",
}
IN_DOLLARS = {
    "USD": "1",
    "CAD": "0.73",
    "GBP": "1.27",
    "EUR": "1.08",
    "AUD": "0.66",
    "NZD": "0.60",
    "CHF": "1.12",
    "JPY": "0.0068",
    "SEK": "0.095",
    "NOK": "0.094",
    "DKK": "0.145",
    "PLN": "0.25",
    "MXN": "0.055",
}


def code_of(said: str) -> str | None:
    """The code of a country that was given by code or by its English name."""
    code = said.strip().upper()
    return code if code in NAMES else CODES.get(said.strip().casefold())


def currency(country: str) -> str:
    return CURRENCIES.get(country, "EUR" if country in EURO else "USD")


def customs_between(sender: str, recipient: str) -> bool:
    """Whether a parcel from here to there has to be declared."""
    return sender != recipient and not {sender, recipient} <= CUSTOMS_UNION


def converted(amount: Decimal, money: str, other: str) -> Decimal:
    if money == other:
        return amount
    dollars = amount * Decimal(IN_DOLLARS.get(money, "1"))
    return (dollars / Decimal(IN_DOLLARS.get(other, "1"))).quantize(CENT, ROUND_HALF_UP)
