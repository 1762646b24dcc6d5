"""Tracking numbers in each carrier's own format, with check digits that hold."""

from collections.abc import Callable

from sandbox.carriers import checks
from sandbox.store import Store

USPS_SERVICE = {
    "usps_ground_advantage": "93001",
    "usps_priority": "92055",
    "usps_priority_express": "94701",
}
USPS_ABROAD = {
    "usps_first_class_package_international_service": "LZ",
    "usps_priority_mail_international": "CP",
    "usps_priority_mail_express_international": "EC",
}
UPS_SERVICE = {
    "ups_ground": "03",
    "ups_3_day_select": "12",
    "ups_second_day_air": "02",
    "ups_second_day_air_am": "59",
    "ups_next_day_air_saver": "13",
    "ups_next_day_air": "01",
    "ups_next_day_air_early_am": "14",
    "ups_standard": "11",
}
ROYAL_MAIL, DEUTSCHE_POST, CHRONOPOST = ("QB", "GB"), ("RX", "DE"), ("XW", "JB")

Maker = Callable[[str, int, int], str]


def tracking_number(store: Store, carrier: str, service: str) -> str:
    """The next number of this sandbox; the mailer's part differs from one world to the next."""
    with store.change():
        serial = int(store.noted("serial", 0)) + 1
        store.note("serial", serial)
        mailer = int(store.noted("mailer", 0))
    return MAKERS.get(carrier, _plain)(service, mailer, serial)


def _usps(service: str, mailer: int, serial: int) -> str:
    """22 digits at home; abroad the thirteen signs that all the world's post offices share."""
    if service in USPS_ABROAD:
        return _s10(USPS_ABROAD[service], "US", mailer + serial)
    body = USPS_SERVICE.get(service, "93455") + f"{mailer % 10**9:09d}{serial % 10**7:07d}"
    return body + checks.mod10(body)


def _ups(service: str, mailer: int, serial: int) -> str:
    body = _base36(mailer, 6) + UPS_SERVICE.get(service, "90") + f"{serial % 10**7:07d}"
    return "1Z" + body + checks.ups(body)


def _fedex(service: str, mailer: int, serial: int) -> str:
    """Ground has 15 digits, Express 12."""
    if "ground" in service:
        body = f"{mailer % 10**7:07d}{serial % 10**7:07d}"
        return body + checks.mod10(body)
    body = f"{(mailer * 997 + serial) % 10**11:011d}"
    return body + checks.fedex(body)


def _dhl(service: str, mailer: int, serial: int) -> str:
    body = f"{(mailer * 997 + serial) % 10**9:09d}"
    return body + checks.mod7(body)


def _dpd(service: str, mailer: int, serial: int) -> str:
    """The depot's four digits, the parcel's ten, and the sign printed behind them."""
    body = f"0{mailer % 1000:03d}{(mailer * 997 + serial) % 10**10:010d}"
    return body + checks.mod37_36(body)


def _evri(service: str, mailer: int, serial: int) -> str:
    """Sixteen digits; which check the last one is, Evri does not publish: unsure."""
    body = f"{mailer % 10**8:08d}{serial % 10**7:07d}"
    return body + checks.mod10(body)


def _colissimo(service: str, mailer: int, serial: int) -> str:
    """The product, ten digits, and their check."""
    body = f"{(mailer * 997 + serial) % 10**10:010d}"
    return "6A" + body + checks.mod10(body)


def _correos(service: str, mailer: int, serial: int) -> str:
    """Product, client, channel, serial, parcel of the shipment, postcode and a letter: 23 signs."""
    client = _base36(36**3 + mailer % (35 * 36**3), 4)
    body = f"PQ{client}07{serial % 10**7:07d}01{28001 + mailer % 50:05d}"
    return body + checks.spanish(body)


def _plain(service: str, mailer: int, serial: int) -> str:
    return f"{mailer % 10**7:07d}{serial % 10**7:07d}"


def _s10(kind: str, country: str, number: int) -> str:
    serial = f"{number % 10**8:08d}"
    return kind + serial + checks.s10(serial) + country


def _postal(kind: str, country: str) -> Maker:
    return lambda service, mailer, serial: _s10(kind, country, mailer + serial)


def _base36(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, rest = divmod(number, 36)
        text = checks.SIGNS[rest] + text
    return text


MAKERS: dict[str, Maker] = {
    "usps": _usps,
    "ups": _ups,
    "fedex": _fedex,
    "dhl_express": _dhl,
    "dpd_de": _dpd,
    "dpd_uk": _dpd,
    "hermes_uk": _evri,
    "colissimo": _colissimo,
    "correos": _correos,
    "royal_mail": _postal(*ROYAL_MAIL),
    "deutsche_post": _postal(*DEUTSCHE_POST),
    # Also 15 signs are in use; their key is not published, this one holds on printed labels.
    "chronopost": _postal(*CHRONOPOST),
}
