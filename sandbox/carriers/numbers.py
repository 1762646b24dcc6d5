"""Tracking numbers in each carrier's own format, with check digits that hold."""

from sandbox.store import Store

USPS_SERVICE = {
    "usps_ground_advantage": "93001",
    "usps_priority": "92055",
    "usps_priority_express": "94701",
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


def tracking_number(store: Store, carrier: str, service: str) -> str:
    """The next number of this sandbox; the mailer's part differs from one world to the next."""
    with store.change():
        serial = int(store.noted("serial", 0)) + 1
        store.note("serial", serial)
        mailer = int(store.noted("mailer", 0))
    make = MAKERS.get(carrier, _plain)
    return make(service, mailer, serial)


def mod10(digits: str) -> str:
    """USPS: threes and ones from the right."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def ups_check(body: str) -> str:
    """UPS: letters count as (code - 63) mod 10, every second place is doubled."""
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    return str(-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10)


def _usps(service: str, mailer: int, serial: int) -> str:
    body = USPS_SERVICE.get(service, "93455") + f"{mailer % 10**9:09d}{serial % 10**7:07d}"
    return body + mod10(body)


def _ups(service: str, mailer: int, serial: int) -> str:
    body = _base36(mailer, 6) + UPS_SERVICE.get(service, "90") + f"{serial % 10**7:07d}"
    return "1Z" + body + ups_check(body)


def _dhl(service: str, mailer: int, serial: int) -> str:
    body = f"{(mailer * 997 + serial) % 10**9:09d}"
    return body + str(int(body) % 7)


def _plain(service: str, mailer: int, serial: int) -> str:
    return f"{mailer % 10**7:07d}{serial % 10**7:07d}"


def _base36(number: int, width: int) -> str:
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    for _ in range(width):
        number, rest = divmod(number, 36)
        text = signs[rest] + text
    return text


MAKERS = {"usps": _usps, "ups": _ups, "dhl_express": _dhl}
