"""Where parcels are sorted, cleared and left by mistake: a few real towns of each country."""

from sandbox.store import Doc

# country, what happens there, state or -, postcode or -, town
TABLE = """
US hub     TN 37501    Memphis
US hub     KY 40221    Louisville
US hub     CO 80216    Denver
US hub     MO 64106    Kansas City
US hub     OH 43217    Columbus
US customs NY 11430    Jamaica
US away    NJ 07094    Secaucus
US away    OH 45402    Dayton
CA hub     ON L5S1T9   Mississauga
CA hub     MB R3H0A3   Winnipeg
CA customs ON L5P1B2   Mississauga
CA away    QC J4B5Y2   Boucherville
GB hub     -  CV21_1HA Rugby
GB hub     -  B79_7XD  Tamworth
GB customs -  TW6_2GW  Hounslow
GB away    -  WA5_7YG  Warrington
DE hub     -  63741    Aschaffenburg
DE hub     -  36179    Bebra
DE customs -  60549    Frankfurt
DE away    -  15366    Hoppegarten
FR hub     -  45770    Saran
FR hub     -  91320    Wissous
FR customs -  95700    Roissy-en-France
FR away    -  77100    Meaux
ES hub     -  28830    San Fernando de Henares
ES hub     -  50197    Zaragoza
ES customs -  28042    Madrid
ES away    -  28941    Fuenlabrada
AU hub     NSW 2161    Yennora
AU customs NSW 2020    Mascot
AU away    VIC 3029    Truganina
"""
Town = tuple[str, str, str, str]  # country, town, state, postcode


def _read(row: str) -> tuple[tuple[str, str], Town]:
    country, kind, state, code, town = row.split(None, 4)
    return (country, kind), (country, town, state.strip("-"), code.strip("-").replace("_", " "))


TOWNS: dict[tuple[str, str], list[Town]] = {}
for _key, _town in map(_read, TABLE.strip().splitlines()):
    TOWNS.setdefault(_key, []).append(_town)


def town(kind: str, country: str, pick: int, *, but: tuple[str, ...] = ()) -> Doc:
    """One of the country's places of this kind; where none is known, the country alone."""
    known = [each for each in TOWNS.get((country, kind), []) if each[1] not in but]
    if not known:
        return {"city": "", "state": "", "zip": "", "country": country}
    country, city, state, code = known[pick % len(known)]
    return {"city": city, "state": state, "zip": code, "country": country}
