"""A small address validator: it knows ZIP codes, some cities, and how streets are abbreviated.

It is the same each time and looks nothing up. Words in the street that force an outcome:

    Unknown St       the street is not known                  Unknown Street, not valid
    Nowhere          there is no such address                 Address Not Found, not valid
    Ambiguous        it could be one of several               Multiple Responses, not valid
    Undeliverable    known, but no mail comes there           Non-Deliverable ZIP4, not valid
    Out of Service   the validator itself has a problem       service_error, not valid
    Apartments       an apartment number would help           Default Match, valid with advice
"""

import re
from hashlib import sha256

from sandbox.carriers.places import CITIES, HOME_OF, MILITARY, POST_OFFICE_BOX, STATE_OF
from sandbox.shippo.verdicts import Verdict
from sandbox.store import Doc

FORCED = {
    "unknown st": "Unknown Street",
    "nowhere": "Address Not Found",
    "ambiguous": "Multiple Responses",
    "undeliverable": "Non-Deliverable ZIP4",
    "out of service": "service_error",
}
SHARED_HOUSES = ("apartments", "350 5th ave", "1 market st", "233 s wacker dr")
SHORT = {
    "street": "St",
    "avenue": "Ave",
    "boulevard": "Blvd",
    "road": "Rd",
    "drive": "Dr",
    "lane": "Ln",
    "court": "Ct",
    "place": "Pl",
    "square": "Sq",
    "terrace": "Ter",
    "parkway": "Pkwy",
    "highway": "Hwy",
    "circle": "Cir",
    "suite": "Ste",
    "apartment": "Apt",
    "floor": "Fl",
}
SLIPS = {  # of the pen, in street types
    "stret": "St",
    "steet": "St",
    "strret": "St",
    "avenu": "Ave",
    "avenua": "Ave",
    "boulevrd": "Blvd",
    "bulevard": "Blvd",
    "raod": "Rd",
    "driv": "Dr",
    "laen": "Ln",
}
CITY_SLIPS = {
    "san fransisco": "San Francisco",
    "san francisko": "San Francisco",
    "sanfrancisco": "San Francisco",
    "new yrok": "New York",
    "newyork": "New York",
    "chigaco": "Chicago",
    "los angelos": "Los Angeles",
    "los angelas": "Los Angeles",
    "philidelphia": "Philadelphia",
    "cincinatti": "Cincinnati",
    "minneapolois": "Minneapolis",
    "alburquerque": "Albuquerque",
    "tuscon": "Tucson",
    "seatle": "Seattle",
}
ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")
LAST_FOUR = {("1 market st", "94105"): "1420", ("2261 market st", "94114"): "1612"}
LINES = ("street1", "street2", "city", "state", "zip")


def validated(given: Doc) -> Verdict:
    """What becomes of an address. Outside the United States it passes as it is."""
    verdict = Verdict(dict(given))
    if given["country"] != "US":
        return verdict
    for look in (_city, _postal_code, _state, _together, _street, _shared):
        look(verdict)
    if verdict.valid:
        verdict.address["zip"] = _complete_zip(verdict.address)
        verdict.residential = _residential(verdict.address)
    return verdict


def _city(verdict: Verdict) -> None:
    address = verdict.address
    meant = CITY_SLIPS.get(address["city"].casefold())
    if not address["city"]:
        meant = HOME_OF.get(address["zip"][:3])
    if meant:
        address["city"] = meant
        verdict.say("locality_change")


def _postal_code(verdict: Verdict) -> None:
    address = verdict.address
    known = CITIES.get(address["city"].casefold())
    if not address["zip"]:
        if known is None:
            verdict.say("verification_error")
            return
        address["zip"] = known[2]
        verdict.say("postal_code_change")
    elif not ZIP.fullmatch(address["zip"]):
        verdict.say("invalid_postal_code")
    elif address["zip"][:3] not in STATE_OF:
        verdict.say("postal_code_not_found")


def _state(verdict: Verdict) -> None:
    address = verdict.address
    belongs = STATE_OF.get(address["zip"][:3])
    if not address["state"]:
        address["state"] = belongs or ""
        verdict.say("administrative_area_change" if belongs else "verification_error")
    elif address["state"].upper() not in STATE_OF.values():
        verdict.say("Invalid State")
    else:
        address["state"] = address["state"].upper()


def _together(verdict: Verdict) -> None:
    """City, state and ZIP code must be of one place."""
    address = verdict.address
    prefix, known = address["zip"][:3], CITIES.get(address["city"].casefold())
    belongs = STATE_OF.get(prefix)
    elsewhere = known is not None and prefix not in known[3] and prefix in HOME_OF
    if belongs and (belongs != address["state"] or elsewhere):
        verdict.say("Invalid City/State/Zip")
    if not address["city"]:
        verdict.say("verification_error")


def _street(verdict: Verdict) -> None:
    address = verdict.address
    street = address["street1"]
    said = street.casefold()
    if not street:
        verdict.say("street_detail_missing")
        return
    for word, code in FORCED.items():
        if word in said:
            verdict.say(code)
    if POST_OFFICE_BOX.search(street):
        _box(verdict)
    elif not re.search(r"[0-9]", street) and not address["street_no"]:
        verdict.say("premise_number_missing")
    address["street1"] = _abbreviated(verdict, address["street1"])
    address["street2"] = _abbreviated(verdict, address["street2"])


def _box(verdict: Verdict) -> None:
    address = verdict.address
    if not re.search(r"[0-9]", address["street1"]):
        verdict.say("box_number_missing")
    address["street1"] = POST_OFFICE_BOX.sub("PO Box", address["street1"])


def _abbreviated(verdict: Verdict, line: str) -> str:
    words = line.split()
    for place, word in enumerate(words[1:], start=1):
        plain = word.rstrip(".,").casefold()
        if plain in SLIPS:
            verdict.say("street_type_change")
        words[place] = SLIPS.get(plain) or SHORT.get(plain) or word
    return " ".join(words)


def _shared(verdict: Verdict) -> None:
    """A house of many doors: deliverable, but which one?"""
    said = verdict.address["street1"].casefold()
    if any(house in said for house in SHARED_HOUSES) and not verdict.address["street2"]:
        verdict.say("Default Match")


def _complete_zip(address: Doc) -> str:
    """All nine digits; the last four are made up, and the same for the same house."""
    five, _, four = str(address["zip"]).partition("-")
    house = address["street1"].casefold()
    drawn = (
        1001 + int(sha256(f"{house} {address['street2']} {five}".encode()).hexdigest(), 16) % 8998
    )
    return f"{five}-{four or LAST_FOUR.get((house, five), drawn)}"


def _residential(address: Doc) -> bool | None:
    lines = f"{address['street1']} {address['street2']}".casefold()
    if POST_OFFICE_BOX.search(lines) or address["state"] in MILITARY:
        return None
    return not (address["company"] or " ste " in lines or " fl " in lines)
