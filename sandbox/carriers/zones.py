"""How far it is: a zone from 1 to 8 for every pair of places, the same each time."""

import math

# Roughly where the mail of each first digit of a ZIP code lives: latitude, longitude.
REGIONS = {
    "0": (42.2, -72.5),
    "1": (41.2, -75.3),
    "2": (37.6, -78.9),
    "3": (31.6, -84.0),
    "4": (40.2, -84.1),
    "5": (44.2, -93.9),
    "6": (39.6, -92.6),
    "7": (32.3, -95.7),
    "8": (38.8, -110.0),
    "9": (39.0, -121.0),
}
LIMITS = (150, 300, 600, 1000, 1400, 1800)  # miles: beyond the last begins zone 8
NEARBY = (5, 17, 30)  # within one first digit: how far apart the next two are
FAR = ("006", "007", "008", "009", "967", "968", "969", "995", "996", "997", "998", "999")


def zone(sender: dict[str, str], recipient: dict[str, str]) -> int:
    if sender["country"] != recipient["country"]:
        return 4 + sum(map(ord, recipient["country"])) % 5
    here, there = sender["zip"].strip(), recipient["zip"].strip()
    if sender["country"] == "US" and here[:1] in REGIONS and there[:1] in REGIONS:
        return _within_states(here, there)
    return 1 if here[:2].upper() == there[:2].upper() else 4


def _within_states(here: str, there: str) -> int:
    if (here[:3] in FAR) != (there[:3] in FAR):
        return 8
    if here[0] == there[0]:
        apart = abs(int(here[1:3]) - int(there[1:3])) if (here + there).isdigit() else 0
        return 1 + (here[:3] != there[:3]) + sum(apart > limit for limit in NEARBY)
    miles = _miles(REGIONS[here[0]], REGIONS[there[0]])
    return 2 + sum(miles > limit for limit in LIMITS)


def _miles(here: tuple[float, float], there: tuple[float, float]) -> float:
    north = (here[0] - there[0]) * 69.0
    east = (here[1] - there[1]) * 69.0 * math.cos(math.radians((here[0] + there[0]) / 2))
    return math.hypot(north, east)
