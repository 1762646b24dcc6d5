"""Check digits: how carriers let a machine notice that a number was misread."""

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
FEDEX_WEIGHTS = (3, 1, 7)
SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"


def mod10(digits: str) -> str:
    """USPS, FedEx Ground, Colissimo: threes and ones from the right."""
    total = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def ups(body: str) -> str:
    """UPS: letters count as (code - 63) mod 10, every second place is doubled."""
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    return str(-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10)


def fedex(digits: str) -> str:
    """FedEx Express: 3, 1, 7 from the left; the rest of eleven, and ten counts as nothing."""
    total = sum(
        int(digit) * FEDEX_WEIGHTS[place % len(FEDEX_WEIGHTS)] for place, digit in enumerate(digits)
    )
    return str(total % 11 % 10)


def mod7(digits: str) -> str:
    """DHL Express: what is left when it is divided by seven."""
    return str(int(digits) % 7)


def s10(serial: str) -> str:
    """The Universal Postal Union's S10: eight digits, eight weights, eleven."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True))
    return str({10: 0, 11: 5}.get(left := 11 - total % 11, left))


def mod37_36(body: str) -> str:
    """DPD: ISO 7064, hybrid, with letters and digits alike."""
    rest = 36
    for sign in body:
        rest = (rest + SIGNS.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return SIGNS[(37 - rest) % 36]


def spanish(body: str) -> str:
    """Correos: a letter out of twenty-three. How it weighs the signs is not published: unsure."""
    return SPANISH[sum(map(ord, body)) % len(SPANISH)]
