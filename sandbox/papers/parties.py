"""Who sends and who receives, in lines as each country writes them."""

from sandbox.carriers.countries import NAMES
from sandbox.store import Doc

STATE_AND_ZIP = ("US", "CA", "AU")  # "New York NY 10118"
ZIP_BELOW = ("GB", "IE")  # "London", and "SW1A 1AA" beneath


def lines(address: Doc, *, abroad: bool) -> list[str]:
    """From the name to the place; the country only where the parcel leaves it."""
    street = f"{_line(address, 'street_no')} {_line(address, 'street1')}".strip()
    who = [_line(address, "name"), _line(address, "company")]
    where = [street, _line(address, "street2"), _line(address, "street3")]
    country = [country_name(address)] if abroad else []
    return [words for words in (*who, *where, *_place(address), *country) if words]


def country_name(address: Doc) -> str:
    code = _line(address, "country").upper()
    return NAMES.get(code, code).upper()


def _place(address: Doc) -> list[str]:
    city, state, zip_ = (_line(address, part) for part in ("city", "state", "zip"))
    country = _line(address, "country").upper()
    if country in STATE_AND_ZIP:
        return [f"{city} {state} {zip_}".strip()]
    if country in ZIP_BELOW:
        return [city, zip_]
    return [" ".join(part for part in (zip_, city, state) if part)]


def _line(address: Doc, name: str) -> str:
    return str(address.get(name) or "").strip()
