"""Where in the United States an address lies, and whether any courier comes there."""

from __future__ import annotations

import re
from enum import Enum

from shop.values import Address

MILITARY = frozenset({"AA", "AE", "AP"})
BEYOND = frozenset({"AK", "HI", "PR", "GU", "VI", "AS", "MP"})
FAR_STATES = BEYOND | MILITARY
"""Outside the 48 states."""

NEAR_STATES = frozenset({"WA", "OR", "ID"})
BOX = re.compile(
    r"\bp\.?\s*o\.?\s*b(?:ox\b|\.?\s*#?\s*\d)|\bpost(?:al)? office box\b", re.IGNORECASE
)
FORCES = re.compile(r"\b(?:APO|FPO|DPO)\b,?\s+A[AEP]\b|^\s*(?:APO|FPO|DPO)\s*$", re.IGNORECASE)


class Zone(Enum):
    """How far from Tacoma, for our own prices."""

    NEAR = "near"
    FAR = "far"
    BEYOND = "beyond"
    FORCES = "forces"


def zone(to: Address) -> Zone:
    state = to.state.upper()
    if state in MILITARY or any(FORCES.search(line) for line in (to.street1, to.street2, to.city)):
        return Zone.FORCES
    if state in BEYOND:
        return Zone.BEYOND
    return Zone.NEAR if state in NEAR_STATES else Zone.FAR


def only_by_post(to: Address) -> bool:
    """Whether no courier comes there: a post office box, or somebody in the forces."""
    box = BOX.search(f"{to.street1} {to.street2}")
    return to.country == "US" and (zone(to) is Zone.FORCES or box is not None)
