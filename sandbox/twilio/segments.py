"""How many segments a text is: 160 or 153 of GSM's letters, 70 or 67 of all others."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
GSM, UCS = (160, 153), (70, 67)


def segments(body: str) -> int:
    """A letter of two units is not torn apart between two segments."""
    plain = all(letter in BASIC or letter in EXTENDED for letter in body)
    units = [_septets(letter) if plain else _words(letter) for letter in body]
    alone, joined = GSM if plain else UCS
    if sum(units) <= alone:
        return 1
    count, room = 1, joined
    for unit in units:
        if unit > room:
            count, room = count + 1, joined
        room -= unit
    return count


def _septets(letter: str) -> int:
    return 2 if letter in EXTENDED else 1


def _words(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1
